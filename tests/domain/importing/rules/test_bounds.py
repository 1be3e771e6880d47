"""Where the comparison of files with the wanted book begins to refuse, and what it says then."""

from __future__ import annotations

import pytest

from mam_assets.domain.importing import (
    AudioTags,
    ImportBlocked,
    ImportContext,
    ImportFacts,
    ImportPolicy,
    Selection,
    SourceFile,
    demand,
)
from mam_assets.domain.importing.evidence import total_seconds
from mam_assets.domain.importing.registry import BOOK
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release, Wanted

HOUR = 3600


def blocked(
    tags: AudioTags | list[AudioTags], wanted: Wanted | None, release: Release | None = None
) -> ImportBlocked | None:
    named = {f"{number}.mp3": tag for number, tag in enumerate(tags if isinstance(tags, list) else [tags])}
    selection = Selection(tuple(SourceFile(name, 1) for name in named))
    try:
        demand(BOOK, ImportFacts((), selection, named), wanted, ImportPolicy(), ImportContext(release))
    except ImportBlocked as error:
        return error
    return None


@pytest.mark.parametrize(
    ("seconds", "refused"),
    [(7.5 * HOUR, False), (7.5 * HOUR - 1, True), (12.5 * HOUR, False), (12.5 * HOUR + 1, True)],
)
def test_another_narrator_may_differ_by_a_quarter(seconds: float, refused: bool) -> None:
    wanted = Wanted("k", "Tehanu", expected_runtime_seconds=10 * HOUR)
    error = blocked(AudioTags(duration_seconds=seconds), wanted)
    assert (error is not None) is refused


def test_a_refused_length_is_told_with_every_length_that_was_expected() -> None:
    wanted = Wanted("k", "Tehanu", expected_runtime_seconds=10 * HOUR)
    error = blocked(AudioTags(duration_seconds=3 * HOUR + 125), wanted, Release(1, "x", runtime_seconds=9 * HOUR))
    assert error is not None
    assert error.code == "wrong_runtime"
    assert "wrong runtime: 3:02 h (wanted 9:00 h or 10:00 h)" in str(error)


def test_lengths_add_up_and_an_unknown_one_leaves_the_sum_unknown() -> None:
    assert total_seconds([AudioTags(duration_seconds=1.5), AudioTags(duration_seconds=2)]) == 3.5
    assert total_seconds([AudioTags(duration_seconds=1), AudioTags(duration_seconds=0)]) is None
    assert total_seconds([AudioTags(duration_seconds=1), AudioTags()]) is None
    assert total_seconds([]) is None


@pytest.mark.parametrize(
    ("title", "album", "hours", "code"),
    [
        ("The Final Empire", "The Final Empire", 10, ""),
        ("The Final Empire", "Mistborn: The Final Empire", 10, ""),
        ("The Final Empire", "The Final Empire", None, "wrong_author"),  # its length says nothing
        ("Outlaws12", "Outlaws12", 10, ""),  # nine letters
        ("Outlaws1", "Outlaws1", 10, "wrong_author"),  # eight letters: too short to be sure by
    ],
)
def test_a_whole_title_of_the_right_length_may_name_anybody(
    title: str, album: str, hours: int | None, code: str
) -> None:
    wanted = Wanted("k", title, ("Ann Author",), expected_runtime_seconds=10 * HOUR)
    tags = AudioTags(album=album, people=("Zbigniew Kowalski",), duration_seconds=hours and hours * HOUR)
    error = blocked(tags, wanted)
    assert (error.code if error else "") == code


@pytest.mark.parametrize(
    ("album", "code"),
    [
        ("Wheel of Time 4", ""),
        ("Wheel of Time 5", "wrong_volume"),
        ("The Wheel of Time Book 5", "wrong_volume"),
        ("Wheel of Time: The Shadow Rising 5", ""),  # not right behind the series' name
        ("Wheels of Time 5: The Shadow Rising", ""),
    ],
)
def test_a_number_right_behind_the_series(album: str, code: str) -> None:
    wanted = Wanted("k", "The Shadow Rising", series=(SeriesRef("The Wheel of Time", "4"),))
    error = blocked(AudioTags(album=album), wanted)
    assert (error.code if error else "") == code
    if error:
        assert "number 5 of The Wheel of Time by its tags" in str(error)
        assert "(wanted number 4)" in str(error)


def test_nothing_is_wrong_without_a_wanted_book_or_with_an_unnumbered_series() -> None:
    assert blocked(AudioTags(album="Anything", people=("Anybody",)), None) is None
    unnumbered = Wanted("k", "The Shadow Rising", series=(SeriesRef("The Wheel of Time"), SeriesRef("", "4")))
    assert blocked(AudioTags(album="Wheel of Time 5"), unnumbered) is None


def test_of_many_names_three_are_told() -> None:
    wanted = Wanted("k", "Tehanu", ("Ann Author", "Bea Buch"))
    people = ("Qu Xyz", "Wim Vos", "Ole Pih", "Zed Zo")
    error = blocked(AudioTags(people=people), wanted)
    assert error is not None
    assert "wrong author: Qu Xyz, Wim Vos, Ole Pih by its tags (wanted Ann Author, Bea Buch)" in str(error)


def test_a_narrator_of_the_release_is_no_stranger() -> None:
    wanted = Wanted("k", "Tehanu", ("Ann Author",))
    read = Release(1, "Tehanu", authors=("Xaver Yps",), narrators=("Qu Xyz",))
    assert blocked(AudioTags(people=("Qu Xyz",)), wanted, read) is None
    assert blocked(AudioTags(people=("Xaver Yps",)), wanted, read) is None
    assert blocked(AudioTags(composer="Qu Xyz"), wanted) is not None
