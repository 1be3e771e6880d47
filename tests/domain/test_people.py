"""Names of people: one normal form for all spellings, and strangers kept apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import people


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("J. R. R. Tolkien", "jrr tolkien"),
        ("JRR Tolkien", "jrr tolkien"),
        ("J.R.R. Tolkien", "jrr tolkien"),
        ("Tolkien, J. R. R.", "jrr tolkien"),
        ("Jo Nesbø", "jo nesbo"),
        ("Conor O’Brien", "conor obrien"),
        ("Walter M. Miller Jr.", "walter m miller"),
        ("Miller, Walter M., Jr.", "walter m miller"),
        ("Alexandre Dumas père", "alexandre dumas"),
        ("Dr. Anna Lembke", "anna lembke"),
        ("Sir Arthur Conan Doyle", "arthur conan doyle"),
        ("Dan Brown, PhD", "dan brown"),
        ("Dan    Brown", "dan brown"),
        ("Don Bartlett - translator", "don bartlett"),
        ("Reg Keeland (Translator)", "reg keeland"),
        ("Ursula K. Le Guin", "ursula k le guin"),
        ("村上 春樹", people.normal("村上 春樹")),
        ("", ""),
        ("...", ""),
    ],
)
def test_normal_form(name: str, form: str) -> None:
    assert people.normal(name) == form


SAME = [
    ("J.K. Rowling", "Joanne K. Rowling"),
    ("JRR Tolkien", "John Ronald Reuel Tolkien"),
    ("Richard Morgan", "Richard K. Morgan"),
    ("Kurt Vonnegut", "Kurt Vonnegut Jr."),
    ("James S. A. Corey", "James S.A. Corey"),
    ("Ursula LeGuin", "Ursula K. Le Guin"),
    ("Cixin Liu", "Liu Cixin"),
    ("thoreau henry david", "Henry David Thoreau"),
    ("Vincent van Gogh", "Vincent Gogh"),
    ("LOUISA MAY ALCOTT", "Louisa May Alcott"),
    ("Iain M. Banks", "Iain Banks"),
    ("E.L. James", "Erika Leonard James"),
    ("V.E. Schwab", "Victoria Schwab"),
]
OTHER = [
    ("J. Smith", "B. Smith"),
    ("Stephen R. King", "Stephen E. King"),
    ("Mark Dawson", "Mark Lawson"),
    ("Smith", "Zadie Smith"),
    ("Ken Liu", "Cixin Liu"),
    ("Kevin J. Anderson", "Poul Anderson"),
    ("Brian Herbert", "Frank Herbert"),
    ("", ""),
    ("", "Frank Herbert"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_same_person(one: str, two: str) -> None:
    assert people.same_person(one, two)
    assert people.same_person(two, one)
    assert people.keys(one) & people.keys(two), "blocking would never bring them together"


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_other_person(one: str, two: str) -> None:
    assert not people.same_person(one, two)
    assert not people.same_person(two, one)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Terry Pratchett & Neil Gaiman", ("Terry Pratchett", "Neil Gaiman")),
        ("A. Bee, C. Dee and E. Eff", ("A. Bee", "C. Dee", "E. Eff")),
        ("Tolkien, J. R. R.", ("J. R. R. Tolkien",)),
        ("Herbert, Frank", ("Frank Herbert",)),
        ("Walter M. Miller, Jr.", ("Walter M. Miller Jr.",)),
        ("Le Guin, Ursula K.; Herbert, Frank", ("Ursula K. Le Guin", "Frank Herbert")),
        ("Judea Pearl, Dana Mackenzie", ("Judea Pearl", "Dana Mackenzie")),
        ("Shirtaloon, Travis Deverell", ("Shirtaloon", "Travis Deverell")),
        ("Brandon Sanderson", ("Brandon Sanderson",)),
        ("", ()),
    ],
)
def test_split(text: str, names: tuple[str, ...]) -> None:
    assert people.split(text) == names


def test_a_shared_translator_is_no_shared_author() -> None:
    assert not people.shared_author(["Jo Nesbø", "Don Bartlett - translator"], ["Karl Ove Knausgård", "Don Bartlett"])
    assert people.shared_author(["Don Bartlett - translator", "Jo Nesbø"], ["Jo Nesbo"])


def test_a_list_of_translators_alone_still_names_somebody() -> None:
    assert people.writers(["Don Bartlett (Translator)"]) == ("don bartlett",)


NAMES = st.text(alphabet=st.sampled_from("abcdefghijøéABCDEFG .,'’-()žш"), max_size=30)


def test_a_single_name_is_part_of_a_full_one_and_no_proof() -> None:
    assert people.is_mononym_of("seneca", "lucius annaeus seneca")
    assert people.is_mononym_of("dante alighieri", "dante")
    assert not people.is_mononym_of("annaeus", "lucius annaeus seneca")
    assert not people.is_mononym_of("seneca", "seneca")
    assert not people.same_person("Seneca", "Lucius Annaeus Seneca")


@given(NAMES)
def test_normal_is_idempotent(name: str) -> None:
    assert people.normal(people.normal(name)) == people.normal(name)


@given(NAMES, NAMES)
def test_same_person_is_symmetric(one: str, two: str) -> None:
    assert people.same_person(one, two) == people.same_person(two, one)


@given(st.lists(NAMES, max_size=4), st.lists(NAMES, max_size=4), st.randoms())
def test_the_order_of_authors_does_not_matter(one: list[str], two: list[str], random) -> None:
    shuffled = random.sample(one, len(one))
    assert people.shared_author(one, two) == people.shared_author(shuffled, two) == people.shared_author(two, one)


@given(st.sampled_from(SAME), st.booleans())
def test_case_never_matters(pair: tuple[str, str], upper: bool) -> None:
    change = str.upper if upper else str.lower
    assert people.normal(change(pair[0])) == people.normal(pair[0])
