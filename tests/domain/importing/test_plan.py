"""The import as a plan: which files, whether they are the wanted book, where they go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import importing, naming
from mam_assets.domain.importing import AudioTags, Selection, SourceFile, layout
from mam_assets.domain.importing.spelling import Identity, Spelling
from mam_assets.domain.model.download import TorrentFile
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release, ReleaseSeries, Wanted
from mam_assets.policy import ImportSection

WANTED = Wanted(
    "k",
    "The Shadow Rising",
    ("Robert Jordan",),
    series=(SeriesRef("The Wheel of Time", "4"),),
    expected_runtime_seconds=41 * 3600,
    series_titles=("The Eye of the World", "The Great Hunt", "The Fires of Heaven"),
)
RELEASE = Release(1, "The Shadow Rising", ("Robert Jordan",), ("Kate Reading", "Michael Kramer"))


def files(*names: str) -> list[TorrentFile]:
    return [TorrentFile(n, name, 10) for n, name in enumerate(names)]


def placed(*names: str) -> dict[str, str]:
    placements = layout.placements_of(importing.select(files(*names)))
    return {file.source.name: "/".join(file.target) for file in placements}


def tagged(album: str = "", title: str = "", artist: str = "", hours: float | None = 41) -> AudioTags:
    return AudioTags(title, album, (artist,) if artist else (), duration_seconds=hours * 3600 if hours else None)


# --------------------------------------------------------------------------------------------------------- choosing


def test_audio_extras_and_the_rest_are_told_apart() -> None:
    selection = importing.select(
        files("B/a.M4B", "B/cover.JPG", "B/book.epub", "B/setup.exe", "B/.hidden.mp3", "B/noending")
    )
    assert [file.name for file in selection.audio] == ["B/a.M4B"]
    assert [file.name for file in selection.extras] == ["B/cover.JPG", "B/book.epub"]
    assert dict(selection.skipped) == {
        "B/setup.exe": "neither audio nor an extra",
        "B/.hidden.mp3": "hidden",
        "B/noending": "neither audio nor an extra",
    }
    assert importing.select(files("a.mp3", "c.jpg"), extras=False).extras == ()


def test_a_person_chooses_files_or_folders() -> None:
    names = ("P/1/a.mp3", "P/1/c.jpg", "P/2/b.mp3", "P/2/d.jpg", "P/22/e.mp3")
    selection = importing.select(files(*names), only=["P/2"])
    assert [file.name for file in selection.taken] == ["P/2/b.mp3", "P/2/d.jpg"]
    assert importing.select(files(*names), only=["nothing"]).audio == ()


# ----------------------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("a.m4b",), ["a.m4b"]),
        (("Root/a.m4b", "Root/c.jpg"), ["a.m4b", "c.jpg"]),
        (("R/Deep/a.mp3", "R/Deep/b.mp3", "R/info.nfo"), ["a.mp3", "b.mp3", "info.nfo"]),
        (("R/CD 1/a.mp3", "R/CD 2/a.mp3", "R/c.jpg"), ["CD 1/a.mp3", "CD 2/a.mp3", "c.jpg"]),
        (("R/Disc1/a.mp3", "R/disk 02/a.mp3"), ["Disc1/a.mp3", "disk 02/a.mp3"]),
        (("R/Part 1/a.mp3", "R/Part 2/a.mp3", "R/Part 10/a.mp3"), ["CD 1/a.mp3", "CD 2/a.mp3", "CD 3/a.mp3"]),
        (("R/A/CD 1/a.mp3", "R/B/CD 1/a.mp3"), ["CD 1/a.mp3", "CD 2/a.mp3"]),
        (("R/intro.mp3", "R/sub/a.mp3"), ["intro.mp3", "sub/a.mp3"]),
        (("R/A.mp3", "R/a.mp3"), ["A.mp3", "a (2).mp3"]),
        (("R/CON.mp3", "R/what?.mp3"), ["CON_.mp3", "what.mp3"]),
    ],
)
def test_where_files_go(names: tuple[str, ...], expected: list[str]) -> None:
    assert sorted(placed(*names).values()) == sorted(expected)


def test_parts_are_numbered_as_people_count() -> None:
    assert placed("R/Part 2/a.mp3", "R/Part 10/a.mp3", "R/Part 1/a.mp3")["R/Part 10/a.mp3"] == "CD 3/a.mp3"


name_parts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"), min_size=1, max_size=12
).filter(lambda part: part not in (".", "..") and not part.startswith(".") and part.strip())


@given(st.lists(st.lists(name_parts, min_size=1, max_size=3).map("/".join), min_size=1, max_size=8, unique=True))
def test_no_two_files_meet_and_none_leaves_the_folder(stems: list[str]) -> None:
    sources = tuple(SourceFile(f"{stem}.mp3", 1) for stem in stems)
    made = layout.placements_of(Selection(sources))
    targets = {naming.folded("/".join(file.target)) for file in made}
    assert len(targets) == len(sources)
    assert all(part == naming.portable(part) for file in made for part in file.target)


# ------------------------------------------------------------------------------------------------------- several books


def groups(tags: dict[str, AudioTags]) -> int:
    audio = tuple(SourceFile(name, 10) for name in tags)
    return len(layout.groups(audio, tags))


def test_one_book_in_many_shapes() -> None:
    assert groups({f"{n:02}.mp3": tagged("The Book", f"Chapter {n}", hours=1) for n in range(20)}) == 1
    assert groups({f"The Book - Part {n}.m4b": tagged(hours=9) for n in (1, 2, 3)}) == 1
    assert groups({f"The Book {n} of 3.m4b": tagged(f"The Book (Part {n} of 3)", hours=9) for n in (1, 2, 3)}) == 1
    assert groups({f"CD {n}/{t}.mp3": tagged(f"The Book CD{n}", hours=1) for n in (1, 2) for t in (1, 2)}) == 1
    assert groups({f"CD {n}/{t}.mp3": tagged(hours=1) for n in (1, 2) for t in (1, 2)}) == 1
    assert groups({"book.m4b": tagged("The Book"), "Opening Credits.m4b": tagged("Credits", hours=0.01)}) == 1
    assert groups({f"{name}.mp3": tagged(hours=1) for name in ("Prologue", "The Boy", "The Wolf")}) == 1


def test_several_books_in_one_torrent() -> None:
    assert groups({"a.m4b": tagged("The Eye of the World"), "b.m4b": tagged("The Great Hunt")}) == 2
    assert groups({"The Eye of the World.m4b": tagged(), "The Great Hunt.m4b": tagged()}) == 2
    assert groups({"01 The Eye/1.mp3": tagged(hours=8), "02 The Hunt/1.mp3": tagged(hours=8)}) == 2


# ------------------------------------------------------------------------------------------------------------- facts


def test_what_is_said_of_the_book() -> None:
    wanted = replace(
        WANTED,
        series=(SeriesRef("The Wheel of Time", "04.0"), SeriesRef("Odd #2", ""), SeriesRef("S", "1 & 2")),
        year=1992,
    )
    facts = importing.facts_of(wanted, replace(RELEASE, flags=frozenset({"abridged"}), asin="B0"))
    said = importing.metadata_json(facts)
    assert said["series"] == ["The Wheel of Time #4", "S #1-2"]
    assert (said["publishedYear"], said["asin"], said["abridged"]) == ("1992", "B0", True)
    assert "explicit" not in said
    assert "isbn" not in said
    assert importing.series_payload(facts)[1] == {"name": "Odd #2", "sequence": None}


def test_an_author_or_series_is_named_once_also_when_spellings_fall_together() -> None:
    places = (SeriesRef("The Saga", "1"), SeriesRef("the  saga", "1-3"), SeriesRef("Saga of Old", "4"))
    wanted = Wanted("k", "T", ("Ann Author", "Ann  author", "Bob"), series=places)
    facts = importing.facts_of(wanted, None)
    assert importing.metadata_json(facts)["series"] == ["The Saga #1", "Saga of Old #4"]
    assert importing.metadata_json(facts)["authors"] == ["Ann Author", "Bob"]
    respelled = replace(facts, series=tuple(SeriesRef("The Saga", place.position) for place in facts.series))
    assert importing.series_payload(respelled) == [{"name": "The Saga", "sequence": "1"}]


def test_one_series_under_two_names_is_filed_under_the_one_with_more_books() -> None:
    identities = {
        "wot|robert jordan": Identity("goodreads:1", 1),
        "wheel of time|robert jordan": Identity("goodreads:1", 11),
        "best fantasy|robert jordan": Identity("goodreads:2", 3),
    }
    spelling = Spelling.of([], [], identities)
    places = (SeriesRef("WoT", "8"), SeriesRef("Best Fantasy", "8"), SeriesRef("The Wheel of Time", "8"))
    facts = importing.facts_of(Wanted("k", "The Path of Daggers", ("Robert Jordan",), series=places), None)
    assert [place.name for place in spelling.applied(facts).series] == ["The Wheel of Time", "Best Fantasy"]
    another_number = replace(facts, series=(SeriesRef("WoT", "8"), SeriesRef("The Wheel of Time", "9")))
    assert len(spelling.applied(another_number).series) == 2
    alone = replace(facts, series=places[:1])
    assert spelling.applied(alone).series == places[:1]


def test_a_title_brought_by_hand_takes_what_there_is() -> None:
    release = Release(1, "Emma", ("Jane Austen",), series=(ReleaseSeries("Regency", "02"),))
    by_release = importing.facts_of(None, release)
    assert (by_release.title, by_release.authors, by_release.series) == (
        "Emma",
        ("Jane Austen",),
        (SeriesRef("Regency", "2"),),
    )
    by_tags = importing.facts_of(None, None, [tagged("Emma", artist="Jane Austen & Juliet Stevenson")])
    assert (by_tags.title, by_tags.authors) == ("Emma", ("Jane Austen", "Juliet Stevenson"))
    given = importing.facts_of(None, None, [tagged("Emma")], title="Emma (1815)", author="J. Austen")
    assert (given.title, given.authors) == ("Emma (1815)", ("J. Austen",))


def test_the_whole_plan() -> None:
    selection = importing.select(files("R/CD 1/a.mp3", "R/CD 2/a.mp3", "R/run.exe"))
    made = importing.plan(selection, importing.facts_of(WANTED, RELEASE), ImportSection().folder)
    assert "/".join(made.folder) == (
        "Robert Jordan/The Wheel of Time/Vol 4 - The Shadow Rising {Kate Reading, Michael Kramer}"
    )
    assert made.size_bytes == 20
    assert made.metadata["title"] == "The Shadow Rising"
    assert made.skipped == (("R/run.exe", "neither audio nor an extra"),)
