"""Books named as their series, beside other series and sub-series of the same author."""

import pytest
from release_samples import codes, release, wanted


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("Warcross", ("Warcross", "1")),
        ("Warcross, Book 1", ("Warcross", "1")),
        ("Warcross, Book 1", ("", "")),
        ("Warcross 1", ("Warcross", "1")),
        ("Skyhunter", ("Skyhunter Duology", "1")),
        ("Legenda", ("Legenda", "1")),
    ],
)
def test_the_first_book_of_another_series_is_another_book(title, series):
    series = (series,) if series[0] else ()
    assert "wrong_title" in codes(release(title, *series), wanted("Legend", ("Legend", "1")))


@pytest.mark.parametrize(
    "title",
    [
        "Dragonwatch: Fablehaven: The Dragon Sanctuaries, Book 1",
        "Dragonwatch, Book 1",
    ],
)
def test_a_sub_series_numbers_anew(title):
    assert "wrong_title" in codes(release(title), wanted("Fablehaven", ("Fablehaven", "1")))


def test_a_number_of_the_series_is_no_name_for_a_book_titled_as_it():
    # By the order of the story this is the first book, by that of publication "Redwall" is.
    found = release("Lord Brocktree: Redwall, Book 1")
    assert codes(found, wanted("Redwall", ("Redwall", "1"))) == ["other_title"]
    spin_off = release("Dragonwatch: A Fablehaven Adventure, Book 1")
    assert codes(spin_off, wanted("Fablehaven", ("Fablehaven", "1"))) == ["other_title"]
    assert codes(release("Lord Brocktree", ("Redwall", "1")), wanted("Redwall", ("Redwall", "1"))) == ["other_title"]
    assert codes(release("Redwall: Redwall, Book 1"), wanted("Redwall", ("Redwall", "1"))) == []


def test_the_sub_series_that_a_name_ends_in_is_its_short_name():
    swarm = wanted("The Land: Alliances", ("The Land: Chaos Seeds", "3"))
    assert codes(release("Chaos Seeds, Book 3"), swarm) == []
    assert "wrong_volume" in codes(release("Chaos Seeds, Book 4"), swarm)


@pytest.mark.parametrize(
    ("stated", "asked", "fits"), [("1", "1", True), ("", "1", True), ("3", "3", False), ("4", "1", False)]
)
def test_numbers_of_two_series_say_nothing_of_each_other(stated, asked, fits):
    found = release("Uglies", ("Westerfeld Classics", stated))
    assert ("wrong_volume" not in codes(found, wanted("Uglies", ("Uglies", asked)))) is fits
