"""Titles freed from the series' name and number that stand around them unmarked."""

from __future__ import annotations

import pytest

from mam_assets.domain.matching import bare_titles
from mam_assets.domain.matching.stated_places import Place, place_of
from mam_assets.domain.model.library import SeriesRef


def place(name: str, position: str = "1") -> Place:
    return place_of(SeriesRef(name, position))


DRESDEN = place("The Dresden Files")
WHEEL = place("The Wheel of Time")
PERCY = place("Percy Jackson and the Olympians")
PLACES = [WHEEL, DRESDEN]


def test_spellings_of_a_series() -> None:
    assert bare_titles.spellings(place("The Saxon Series")) == (("saxon", "series"), ("saxon",))
    assert bare_titles.spellings(DRESDEN) == (("dresden", "files"),)
    assert bare_titles.spellings(place("")) == ()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("storm front dresden files 1", (DRESDEN, "1", "stormfront")),
        ("storm front dresden files book 1", (DRESDEN, "1", "stormfront")),
        ("storm front the dresden files volume 12", (DRESDEN, "12", "stormfront")),
        ("dead beat dresdon files 7", (DRESDEN, "7", "deadbeat")),  # a slip of the pen
        ("dresden files 7", (DRESDEN, "7", "")),
        ("eye of the world wheel of time 1", (WHEEL, "1", "eyeoftheworld")),
        ("dead beat dresden files", None),
        ("dead beat drexler fables 7", None),
        ("dead beat 7", None),
        ("files 7", None),
        ("7", None),
        ("", None),
    ],
)
def test_a_number_at_the_end(title: str, expected: tuple[Place, str, str] | None) -> None:
    assert bare_titles.number_at_end(title.split(), PLACES) == expected


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("dresden files 06 blood rites", "bloodrites"),
        ("dresden files book 6 blood rites", "bloodrites"),
        ("dresden files 6 the blood rites", "bloodrites"),
        ("dresden files 6 the a blood rites", "bloodrites"),
        ("wheel of time 1 the", "the"),
        ("dresden files 6", ""),
        ("dresden files book 6", ""),
        ("dresden files book", ""),
        ("dresden files blood rites", ""),
        ("dresden files book blood rites", ""),
        ("dresden filed 6 blood rites", ""),
        ("dresden files", ""),
    ],
)
def test_behind_a_number(title: str, rest: str) -> None:
    assert bare_titles.behind_number(title.split(), PLACES) == rest


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("eye of the world wheel of time", "eyeoftheworld"),
        ("eye of the world the wheel of time", "eyeoftheworld"),
        ("storm front a the dresden files", "stormfront"),
        ("the dresden files", "the"),
        ("dresden files", ""),
        ("dresden files storm front", ""),
        ("storm front dresdon files", ""),
    ],
)
def test_before_a_series(title: str, rest: str) -> None:
    assert bare_titles.before_series(title.split(), PLACES) == rest


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("percy jackson and the titans curse", "titanscurse"),
        ("percy jackson and titans curse", "titanscurse"),
        ("percy jackson in the titans curse", "titanscurse"),
        ("percy jackson the and titans curse", "titanscurse"),
        ("percy jackson titans curse", "titanscurse"),
        ("percy jackson and the olympians", "olympians"),
        ("percy jackson", ""),
        ("percy jackson and the", ""),
        ("percy and the titans curse", ""),
        ("percy smith and the titans curse", ""),
        ("somebody and the titans curse", ""),
    ],
)
def test_behind_a_hero(title: str, rest: str) -> None:
    assert bare_titles.behind_hero(title.split(), [DRESDEN, PERCY]) == rest
