"""What an import is refused for: one table of real cases per rule, and all the reasons at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mam_assets.domain import importing
from mam_assets.domain.importing import (
    AudioTags,
    ImportBlocked,
    ImportContext,
    ImportFacts,
    ImportPolicy,
    ImportRejectCode,
    OccupiedTarget,
)
from mam_assets.domain.importing.context import ImportRule
from mam_assets.domain.importing.evidence import runtime_fits
from mam_assets.domain.importing.judging import ADVICE
from mam_assets.domain.importing.registry import BOOK, FILES, RULES, TARGET
from mam_assets.domain.model.download import TorrentFile
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Accept, Release, Wanted

WANTED = Wanted(
    "k",
    "The Shadow Rising",
    ("Robert Jordan",),
    series=(SeriesRef("The Wheel of Time", "4"),),
    expected_runtime_seconds=41 * 3600,
    series_titles=("The Eye of the World", "The Great Hunt", "The Fires of Heaven"),
)
RELEASE = Release(1, "The Shadow Rising", ("Robert Jordan",), ("Kate Reading", "Michael Kramer"))


def tagged(album: str = "", title: str = "", artist: str = "", hours: float | None = 41) -> AudioTags:
    return AudioTags(title, album, (artist,) if artist else (), duration_seconds=hours * 3600 if hours else None)


def facts(*tags: AudioTags) -> ImportFacts:
    """A torrent with one mp3 for each."""
    return facts_of_files([f"B/{number}.mp3" for number in range(len(tags))], tags)


def facts_of_files(names: Sequence[str], tags: Sequence[AudioTags] = ()) -> ImportFacts:
    files = tuple(TorrentFile(number, name, 10) for number, name in enumerate(names))
    return ImportFacts(files, importing.select(files), dict(zip(names, tags, strict=bool(tags))))


def codes(
    rules: Sequence[ImportRule],
    judged: ImportFacts,
    wanted: Wanted | None = WANTED,
    release: Release | None = RELEASE,
    policy: ImportPolicy | None = None,
) -> list[str]:
    reasons = importing.judge(rules, judged, wanted, policy or ImportPolicy(), ImportContext(release))
    return [reason.code.value for reason in reasons]


def verdict(*tags: AudioTags, wanted: Wanted | None = WANTED, release: Release | None = RELEASE) -> list[str]:
    return codes(BOOK, facts(*tags), wanted, release)


# ----------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("names", "refused"),
    [
        (("a.mp3",), []),
        (("a.epub",), ["no_audio"]),
        (("a.rar", "a.r00"), ["archive"]),
        ((), ["no_audio"]),
        (("../a.mp3", "b.mp3"), ["hostile_name"]),
        (("/etc/passwd", "a.mp3"), ["hostile_name"]),
        (("../a.rar",), ["hostile_name", "archive"]),
    ],
)
def test_what_cannot_be_imported_says_why(names: tuple[str, ...], refused: list[str]) -> None:
    assert codes(FILES, facts_of_files(names)) == refused


def test_a_hostile_name_is_shown() -> None:
    (reason,) = importing.judge(FILES, facts_of_files(["../a.mp3", "b.mp3"]), None, ImportPolicy(), ImportContext())
    assert "'../a.mp3'" in reason.describe()


# ------------------------------------------------------------------------------------------------------------ book


def test_several_books_are_named() -> None:
    two = facts_of_files(["a.m4b", "b.m4b"], [tagged("The Eye of the World"), tagged("The Great Hunt")])
    assert codes(BOOK, two, wanted=None) == ["several_books"]
    (reason,) = importing.judge(BOOK, two, None, ImportPolicy(), ImportContext())
    assert reason.describe() == (
        "several books: 2: The Eye of the World (1 files); The Great Hunt (1 files) (wanted one book)"
    )


@pytest.mark.parametrize(
    ("length", "expected", "fits"),
    [(36000, 36000, True), (10000, 10600, True), (10000, 10601, False), (380000, 400000, True), (379999, 400000, False),
     (600, 1200, True), (599, 1200, False)],
)  # fmt: skip
def test_five_percent_or_ten_minutes(length: float, expected: float, fits: bool) -> None:
    assert runtime_fits(length, expected) is fits


def test_another_narrators_length_is_no_stranger_but_a_false_claim_is() -> None:
    usual = replace(WANTED, expected_runtime_seconds=10 * 3600)
    silent, claims_eight = replace(RELEASE, runtime_seconds=None), replace(RELEASE, runtime_seconds=8 * 3600)
    assert verdict(tagged(hours=8), wanted=usual, release=silent) == []
    assert verdict(tagged(hours=7), wanted=usual, release=silent) == ["wrong_runtime"]
    assert verdict(tagged(hours=7.5), wanted=usual, release=silent) == []
    assert verdict(tagged(hours=8), wanted=usual, release=claims_eight) == []
    assert verdict(tagged(hours=9), wanted=usual, release=claims_eight) == ["wrong_runtime"]


def test_a_length_is_only_judged_when_all_of_it_is_known() -> None:
    unknown = replace(WANTED, expected_runtime_seconds=None)
    assert verdict(tagged(hours=3)) == ["wrong_runtime"]
    assert verdict(tagged(hours=20), tagged(hours=21)) == []
    assert verdict(tagged(hours=3), tagged(hours=None)) == []
    assert verdict(tagged(hours=3), wanted=unknown) == []
    assert verdict(tagged(hours=3), wanted=unknown, release=replace(RELEASE, runtime_seconds=41 * 3600)) == [
        "wrong_runtime"
    ]
    assert codes(BOOK, facts(tagged(hours=3)), policy=ImportPolicy(verify_runtime=False)) == []


@pytest.mark.parametrize(
    ("album", "artist"),
    [
        ("The Shadow Rising", "Robert Jordan"),
        ("Shadow Rising, The (Unabridged)", "Jordan, Robert"),
        ("Wheel of Time 04 - The Shadow Rising", "Robert Jordan, Kate Reading"),
        ("The Wheel of Time", "R. Jordan"),
        ("The Wheel of Time, Book 4", "Kate Reading & Michael Kramer"),
        ("Audiobook", "Unknown Artist"),
        ("", ""),
        ("The Shadow Rising", "Macmillan Audio"),
    ],
)
def test_tags_that_do_not_contradict(album: str, artist: str) -> None:
    assert verdict(tagged(album, artist=artist)) == []


@pytest.mark.parametrize(
    ("album", "artist", "refused"),
    [
        ("The Great Hunt", "Robert Jordan", ["wrong_title"]),
        ("Wheel of Time 05 - The Fires of Heaven", "Robert Jordan", ["wrong_volume", "wrong_title"]),
        ("The Wheel of Time 5", "Robert Jordan", ["wrong_volume"]),
        ("A Cookbook", "Robert Jordan", ["wrong_title"]),
        ("", "Brandon Sanderson", ["wrong_author"]),
        ("A Cookbook", "Jane Doe", ["wrong_title", "wrong_author"]),
    ],
)
def test_tags_that_contradict(album: str, artist: str, refused: list[str]) -> None:
    assert verdict(tagged(album, artist=artist)) == refused


def test_a_title_that_stands_whole_may_name_anybody_only_when_the_length_fits() -> None:
    assert verdict(tagged("The Shadow Rising", artist="Jane Doe", hours=41)) == []
    assert verdict(tagged("The Shadow Rising", artist="Jane Doe", hours=None)) == ["wrong_author"]


def test_the_title_of_a_single_file_stands_in_for_its_album() -> None:
    assert verdict(tagged(title="The Great Hunt", artist="Robert Jordan")) == ["wrong_title"]
    assert verdict(tagged(title="Chapter 1", hours=20.5), tagged(title="Chapter 2", hours=20.5)) == []


def test_a_number_that_belongs_to_the_title_is_no_volume() -> None:
    wanted = Wanted("k", "Area 51", ("Robert Doherty",), series=(SeriesRef("Area 51", "1"),))
    assert verdict(tagged("Area 51"), wanted=wanted, release=None) == []
    assert verdict(tagged("Area 51 2"), wanted=replace(wanted, title="The Reply"), release=None)[0] == "wrong_volume"


def test_without_a_wanted_book_nothing_can_contradict() -> None:
    assert verdict(tagged("A Cookbook", artist="Jane Doe", hours=3), wanted=None) == []


def test_every_reason_is_told_at_once() -> None:
    cookbook = facts(tagged("A Cookbook", artist="Jane Doe", hours=3))
    with pytest.raises(ImportBlocked) as caught:
        importing.demand(BOOK, cookbook, WANTED, ImportPolicy(), ImportContext(RELEASE))
    assert caught.value.code == "wrong_runtime"
    assert str(caught.value) == (
        "wrong runtime: 3:00 h (wanted 41:00 h); wrong title: 'A Cookbook' by its tags (wanted 'The Shadow Rising'); "
        "wrong author: Jane Doe by its tags (wanted Robert Jordan). "
        "Listen to it, then accept it as it is or reject the download"
    )


# ---------------------------------------------------------------------------------------------------------- target


def test_a_target_with_something_else_is_refused_with_both_sizes() -> None:
    judged = facts(tagged())
    assert codes(TARGET, judged) == []
    occupied = replace(judged, occupied=OccupiedTarget("/library/A/B", 999))
    (reason,) = importing.judge(TARGET, occupied, WANTED, ImportPolicy(), ImportContext())
    assert (reason.code, reason.got, reason.wanted) == (
        ImportRejectCode.TARGET_EXISTS,
        "/library/A/B holds 999 bytes of something else",
        "this book of 10 bytes",
    )


# -------------------------------------------------------------------------------------------------------- registry


def test_every_code_has_advice_and_every_rule_a_code_of_its_own() -> None:
    assert set(ADVICE) == set(ImportRejectCode)
    accepted = [rule(facts(tagged()), None, ImportPolicy(), ImportContext()) for rule in RULES]
    assert all(isinstance(verdict, Accept) for verdict in accepted)
    assert len({verdict.code for verdict in accepted}) == len(RULES)
