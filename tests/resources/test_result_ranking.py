import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.catalogue import BookMetadata
from resources.result_ranking import ranked, same_person, shares_a_person, title_fit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J.R.R. Tolkien", "JRR Tolkien"),
        ("J.R.R. Tolkien", "Tolkien, John Ronald Reuel"),
        ("Charlotte Brontë", "Charlotte Bronte"),
        ("Martin Luther King, Jr.", "Martin Luther King"),
        ("L. E. Modesitt Jr.", "L.E. Modesitt"),
        ("Flannery O’Connor", "Flannery O'Connor"),
        ("村上 春樹", "村上春樹"),
    ],
)
def test_one_person_under_two_spellings(one, other):
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Brian Herbert", "Frank Herbert"), ("Stephen King", "King"), ("", "x"), ("", ""), ("Jr.", "Jr.")],
)
def test_two_people(one, other):
    assert not same_person(one, other)


def test_one_shared_person_is_enough():
    assert shares_a_person(["A. B", "Ann Author"], ["Bea Bee", "Author, Ann"])
    assert not shares_a_person([], ["Ann Author"])


@pytest.mark.parametrize(
    ("wanted", "found", "fit"),
    [
        ("The Way of Kings", "Way of Kings", 3),
        ("Dune", "Dune: Book One", 2),
        ("Out There: A Novel", "Out There", 2),
        ("Harry Potter and the Philosopher's Stone", "Harry Potter and the Sorcerer's Stone", 1),
        ("Fall 3", "Fall 4", 0),
        ("Fall", "Fall 4", 0),
        ("Legacy", "Dune", 0),
        ("", "Dune", 0),
    ],
)
def test_title_fit(wanted, found, fit):
    assert title_fit(wanted, found) == fit


@given(st.text(max_size=30), st.text(max_size=30))
def test_fit_and_likeness_take_any_text(one, other):
    assert title_fit(one, other) in (0, 1, 2, 3)
    assert same_person(one, other) == same_person(other, one)
    assert title_fit(one, one) in (0, 3)


def test_ranking_leaves_nothing_out():
    books = [
        BookMetadata("p", "1", "Elsewhere", authors=("Ann Author",)),
        BookMetadata("p", "2", "Out There", authors=("Other Body",)),
        BookMetadata("p", "3", "Out There", authors=("Ann Author",)),
    ]
    assert [book.provider_id for book in ranked(books, "Out There", "Ann Author")] == ["3", "1", "2"]
