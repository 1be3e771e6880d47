"""Books named as their series, beside other series and sub-series of the same author."""

import pytest

from tests.support.release_samples import codes, release, wanted


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


LIFE_DEBT = wanted("Aftermath: Life Debt", ("Star Wars: Aftermath", "2"))


@pytest.mark.parametrize(
    ("title", "number"),
    [("Aftermath", "1"), ("Star Wars: Aftermath", "1"), ("Star Wars: Aftermath", ""), ("Aftermath: Empire's End", "3")],
)
def test_a_subtitle_is_no_detail_when_the_numbers_differ(title, number):
    assert "wrong_title" in codes(release(title, ("Star Wars: Aftermath", number)), LIFE_DEBT)


@pytest.mark.parametrize(
    "title",
    [
        "Aftermath: Life Debt",
        "Star Wars: Aftermath: Life Debt",
        "Life Debt: Star Wars Aftermath 2",
        "Life Debt: Star Wars: Aftermath, Book 2",
        "Aftermath 2 - Life Debt",
    ],
)
def test_the_subtitle_behind_a_series_name_is_the_title(title):
    assert codes(release(title), LIFE_DEBT) == []


@pytest.mark.parametrize(
    ("got", "stated", "book", "refused"),
    [
        ("Sharpe's Tiger", "16", "Sharpe's Tiger", False),
        ("Sharpe's Tiger", "16", "Sharpe's Tiger: The Siege of Seringapatam", True),
        ("Sharpe's Tiger - Again", "16", "Sharpe's Tiger", True),
        ("Sharpe's Tiger: The Siege of Seringapatam", "1", "Sharpe's Tiger", False),
        ("Sharpe 16 - Sharpe's Tiger", "16", "Sharpe's Tiger", False),
    ],
)
def test_only_whole_titles_outweigh_another_number_of_the_series(got, stated, book, refused):
    found = release(got, ("Sharpe", stated))
    assert codes(found, wanted(book, ("Sharpe", "1"))) == (["wrong_volume"] if refused else [])


@pytest.mark.parametrize("number", ["", "3"])
def test_the_series_in_another_books_title_is_no_agreement(number):
    series = "Warriors: The New Prophecy"
    found = release("Dawn: Warriors: The New Prophecy, Book 3", (series, number))
    moonrise = wanted("Warriors: The New Prophecy: Moonrise", (series, "2"))
    other = wanted("Moonrise", (series, "2"), alternative_titles=("Warriors: The New Prophecy: Moonrise",))
    for book in (moonrise, other):
        assert {"wrong_title", "wrong_volume"} <= set(codes(found, book))
        assert codes(release("Moonrise: Warriors: The New Prophecy, Book 2", (series, "2")), book) == []


def test_a_number_that_ends_the_series_name_is_no_volume():
    area = wanted("Area 51", ("Area 51", "1"))
    assert codes(release("Area 51"), area) == []
    assert codes(release("Area 51", ("Area 51", "1")), area) == []
    assert "wrong_title" in codes(release("Area 51: The Reply"), area)
    assert codes(release("Area 51: The Reply"), wanted("The Reply", ("Area 51", "2"))) == []
