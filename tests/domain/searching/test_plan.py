"""The query planner: few queries, safe text, looser forms, an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Wanted
from mam_assets.domain.searching import Query, QueryGroup, next_query, next_search_at, plan
from mam_assets.domain.searching.words import author_words, telling, without_subtitle

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def book(title: str, author: str = "Jim Butcher", *series: str, **more) -> Wanted:
    return Wanted(f"{title}|{author}", title, (author,), tuple(SeriesRef(name, "1") for name in series), **more)


DRESDEN = [book(title, "Jim Butcher", "The Dresden Files") for title in ("Turn Coat", "Ghost Story", "Skin Game")]


def ask_all(group: QueryGroup, satisfied: set[str] | None = None) -> list[Query]:
    asked, found = 0, []
    while query := next_query(group, satisfied or set(), asked):
        found.append(query)
        asked = query.number
    return found


def test_books_of_one_series_share_one_query():
    groups = plan(
        [book(title, "Jim Butcher", "The Dresden Files") for title in ("Turn Coat", "Ghost Story", "Skin Game")]
    )
    assert [group.kind for group in groups] == ["series"]
    assert groups[0].queries[0].text == "dresden files jim butcher"
    assert len(groups[0].queries[0].book_keys) == 3


def test_single_books_of_one_author_share_one_query():
    groups = plan([book("Turn Coat"), book("Mean Streets"), book("Snuff", "Terry Pratchett")])
    assert [(group.kind, len(group.book_keys)) for group in groups] == [("author", 2), ("title", 1)]
    assert groups[0].queries[0] == Query("jim butcher", ("author",), groups[0].book_keys, 1)
    assert groups[1].queries[0].text == "snuff terry pratchett"


def test_one_missing_book_of_a_series_joins_the_other_books_of_its_author():
    groups = plan(
        [book("Turn Coat", "Jim Butcher", "The Dresden Files"), book("Furies of Calderon", "Jim Butcher", "Alera")]
    )
    assert [group.kind for group in groups] == ["author"]


def test_a_book_of_two_series_goes_where_its_companions_are():
    both = book("Night Watch", "Terry Pratchett", "City Watch", "Discworld")
    others = [book(title, "Terry Pratchett", "Discworld") for title in ("Snuff", "Mort")]
    groups = plan([both, *others])
    assert len(groups) == 1
    assert groups[0].queries[0].text == "discworld terry pratchett"


def test_two_series_of_one_name_are_asked_for_apart():
    groups = plan(
        [book(t, a, "Legacy") for t, a in (("A", "Ann Lee"), ("B", "Ann Lee"), ("C", "Bo Fox"), ("D", "Bo Fox"))]
    )
    assert sorted(group.queries[0].text for group in groups) == ["legacy ann lee", "legacy bo fox"]


def test_books_left_open_are_asked_for_by_title_and_nothing_is_asked_for_the_others():
    turn, ghost, skin = (
        book(title, "Jim Butcher", "The Dresden Files") for title in ("Turn Coat", "Ghost Story", "Skin Game")
    )
    (group,) = plan([turn, ghost, skin])
    asked = ask_all(group, {turn.book_key, ghost.book_key})
    assert [query.text for query in asked] == ["dresden files jim butcher", "skin game jim butcher", "skin game"]


def test_most_of_a_series_left_open_is_asked_for_by_author_first():
    (group,) = plan(
        [book(title, "Jim Butcher", "The Dresden Files") for title in ("Turn Coat", "Ghost Story", "Skin Game")]
    )
    assert ask_all(group)[1].fields == ("author",)


def test_nothing_more_is_asked_once_every_book_is_served():
    (group,) = plan([book("Turn Coat", "Jim Butcher", "Dresden"), book("Skin Game", "Jim Butcher", "Dresden")])
    assert next_query(group, set(group.book_keys), 0) is None
    assert next_query(group, set(), len(group.queries)) is None


@pytest.mark.parametrize(
    ("title", "author", "texts"),
    [
        ("Zoe's Tale", "John Scalzi", ["tale john scalzi"]),
        ("The Wise Man’s Fear", "Patrick Rothfuss", ["wise fear patrick rothfuss", "wise fear"]),
        ("Ender's", "Scott Card", ["ender's scott card", "ender’s scott card", "ender* scott card"]),
        ("Rosie & Ruby", "Ann Lee", ["rosie ruby ann lee", "rosie ruby"]),
        ("Rosie and Ruby", "Ann Lee", ["rosie ruby ann lee", "rosie ruby"]),
        ("Fall 02", "J. J. Cross", ["fall cross"]),
        ("1984", "George Orwell", ["1984 george orwell"]),
        ("It", "Stephen King", ["it stephen king"]),
        ("Nemesis: A Harry Hole Novel", "Nesbø, Jo", ["nemesis jo nesbø", "nemesis jo nesbo"]),
        ("The Hobbit, or There and Back Again", "J.R.R. Tolkien", ["hobbit tolkien"]),
        ("Dune (Unabridged) [B002V1OF70]", "Frank Herbert", ["dune frank herbert"]),
        ("The Wise Man&#039;s Fear", "Patrick Rothfuss", ["wise fear patrick rothfuss", "wise fear"]),
        ("Snow Crash", "Various", ["snow crash"]),
        ('"Yes!" (and) @no|maybe*', "Bo-Bo^Fox", ["yes maybe bo fox"]),
        ("Метро 2033", "Дмитрий Глуховский", ["метро дмитрий глуховский", "metro dmitriy glukhovskiy"]),
    ],
)  # fmt: skip
def test_the_cascade_of_a_single_title(title, author, texts):
    (group,) = plan([book(title, author)])
    assert [query.text for query in group.queries][: len(texts)] == texts


def test_a_title_behind_its_series_name_is_asked_for_by_its_own_part():
    wanted = book(
        "The Land: Predators", "Aleron Kong", "Chaos Seeds", series_titles=("The Land: Founding", "The Land: Swarm")
    )
    assert plan([wanted])[0].queries[0].text == "predators aleron kong"
    assert without_subtitle("The Best of Bova: Volume III", ("The Best of Bova",)) == "The Best of Bova"


def test_other_titles_of_the_book_are_asked_for_too():
    wanted = replace(book("Midnight Riot", "Ben Aaronovitch"), alternative_titles=("Rivers of London",))
    assert "rivers london ben aaronovitch" in [query.text for query in plan([wanted])[0].queries]


def test_a_book_without_author_is_asked_for_by_title():
    assert plan([Wanted("k", "Beowulf")])[0].queries[0].text == "beowulf"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("J.R.R. Tolkien", ["tolkien"]),
        ("James S. A. Corey", ["james", "corey"]),
        ("JJ Cross", ["cross"]),
        ("Le Guin, Ursula K.", ["ursula", "le", "guin"]),
        ("Walter M. Miller Jr.", ["walter", "miller"]),
        ("Various Authors", []),
        ("Shirtaloon", ["shirtaloon"]),
        ("A.B.", ["a", "b"]),
        ("Madeleine L'Engle", ["madeleine"]),
        ("", []),
    ],
)
def test_names_are_asked_for_by_the_words_that_are_spelled_out(name, found):
    assert author_words(name) == found


def test_pauses_grow_to_a_month():
    days = [(next_search_at(NOW, fruitless) - NOW) / timedelta(days=1) for fruitless in (0, 1, 2, 3, 4, 5, 6, 7, 10**6)]
    assert days == [0, 1, 2, 4, 8, 16, 30, 30, 30]


TEXTS = st.text(alphabet=st.sampled_from("abcé’'`&@|\"()!-~/^$=<*_ :2IV0ß字"), max_size=12)
BOOKS = st.lists(
    st.builds(
        Wanted,
        book_key=TEXTS,
        title=TEXTS,
        authors=st.lists(TEXTS, max_size=2).map(tuple),
        series=st.lists(st.builds(SeriesRef, st.sampled_from(["Alera", "Dresden Files", "x", ""])), max_size=2).map(
            tuple
        ),
        alternative_titles=st.lists(TEXTS, max_size=1).map(tuple),
    ),
    max_size=8,
    unique_by=lambda wanted: wanted.book_key,
)


@given(BOOKS)
def test_any_plan_is_safe_serves_each_book_once_and_ends(books):
    groups = plan(books)
    assert groups == plan(books)
    served = [key for group in groups for key in group.book_keys]
    assert len(served) == len(set(served))
    askable = {wanted.book_key for wanted in books if telling(wanted.title)}
    assert askable <= set(served)
    for group in groups:
        assert {key for query in group.queries for key in query.book_keys} <= set(group.book_keys)
        assert [query.number for query in group.queries] == list(range(1, len(group.queries) + 1))
        assert len({(query.text, query.fields) for query in group.queries}) == len(group.queries)
        for query in ask_all(group):
            assert query.text.strip()
            assert not set(query.text.replace("* ", " ").removesuffix("*")) & set('@|"()!-~/^$=<*&_')


@given(BOOKS, st.sets(st.integers(min_value=0, max_value=7)))
def test_no_query_serves_satisfied_books_alone(books, which):
    satisfied = {wanted.book_key for n, wanted in enumerate(books) if n in which}
    for group in plan(books):
        assert all(set(query.book_keys) - satisfied for query in ask_all(group, satisfied))
