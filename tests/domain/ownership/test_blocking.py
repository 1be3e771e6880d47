"""Which items are compared with a work at all: those that share an id, a title, or a place with it."""

from __future__ import annotations

import pytest

from mam_assets.domain.matching import item_forms, work_forms
from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.ownership.blocking import Index
from tests.support.matching_samples import item, work

FILLER = item("Nothing of the Kind", "Somebody Else")


def candidates(theirs: Work, *items: LibraryItem) -> set[int]:
    return Index([item_forms(mine) for mine in items]).candidates(work_forms(theirs))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (item("Anything", "Nobody", asin="B002V1A0WE"), work("Tehanu", asin="B002V1A0WE")),
        (item("Tehanu"), work("Tehanu")),
        (item("Tehanu: The Last Book of Earthsea"), work("Tehanu")),
        (item("Earthsea: Tehanu"), work("Tehanu")),
        (item("Tehanu [Tehanou]"), work("Tehanou")),
        (item("Oedipus Rex/Antigone", "Sophocles"), work("Antigone", "Sophocles")),
        (item("Dead Beat Dresden Files 7"), work("Dead Beat")),
        (item("Dresden Files 07 Dead Beat"), work("Dead Beat")),
        (item("Percy Jackson and the Titan's Curse"), work("The Titan's Curse")),
        (item("Percy Jackson and Titan's Curse"), work("Titan's Curse")),
        (item("Northern Lights"), work("The Golden Compass", alternative_titles=("Northern Lights",))),
        (item("Northern Lights"), work("The Golden Compass", original_title="Northern Lights")),
        (item("Another Name", in_series="Cradle#3"), work("Blackflame", in_series="Cradle#3")),
        (item("Cradle: The Complete Series", in_series="Cradle"), work("Blackflame", in_series="Cradle#3")),
        (item("Cradle Omnibus"), work("Blackflame", in_series="Cradle#3")),
    ],
)
def test_what_shares_something_is_compared(mine: LibraryItem, theirs: Work) -> None:
    assert candidates(theirs, FILLER, mine) == {1}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (item("Blackflame"), work("Soulsmith")),
        (item("Another Name", in_series="Cradle#2"), work("Blackflame", in_series="Cradle#3")),
        (item("Another Name", in_series="Travelers Gate#3"), work("Blackflame", in_series="Cradle#3")),
        (item("Another Name", "Somebody Else", in_series="Cradle#3"), work("Blackflame", in_series="Cradle#3")),
        (item("Cradle Omnibus", "Somebody Else"), work("Blackflame", in_series="Cradle#3")),
        (item("Cradle"), work("Blackflame", in_series="Cradle#3")),
        (item(""), work("Tehanu")),
    ],
)
def test_what_shares_nothing_is_not(mine: LibraryItem, theirs: Work) -> None:
    assert candidates(theirs, mine) == set()


def test_a_place_is_enough_where_nobody_is_named() -> None:
    nameless = item("Another Name", "", in_series="Cradle#3")
    assert candidates(work("Blackflame", in_series="Cradle#3"), nameless) == {0}
    unsigned = Work("goodreads:1", "Blackflame", (), series=nameless.series)
    assert candidates(unsigned, item("Another Name", "Anybody", in_series="Cradle#3")) == {0}


@pytest.mark.parametrize("title", ["Legacy", "Legacy: A Novel"])
def test_of_a_title_that_many_bear_only_the_authors(title: str) -> None:
    """Up to four namesakes are compared, so that they can be named as evidence; of more only the author's own."""
    few = [item(title, f"Nobody Known{letter}") for letter in "abcd"]
    assert candidates(work("Legacy"), *few) == {0, 1, 2, 3}
    many = [*few, item(title), item(title, ""), item(title, "A. Author")]
    assert candidates(work("Legacy"), *many) == {4, 5, 6}


def test_a_volume_in_mid_title_starts_the_title_behind_it_alone() -> None:
    index = Index([item_forms(item("Wheel of Time 03 Dragon 9 Reborn"))])
    assert index.candidates(work_forms(work("Dragon 9 Reborn"))) == {0}
    assert index.candidates(work_forms(work("Reborn"))) == set()
