"""What may be written into a book's metadata: which answers are this very book, what is broken, what is filled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.enrichment import (
    FIELDS,
    Field,
    Rules,
    can_tell,
    completeness,
    open_fields,
    propose,
    recognise,
    same_value,
    with_changes,
)
from mam_assets.domain.enrichment.broken import broken_by
from mam_assets.domain.enrichment.numbers import is_asin, isbn13
from mam_assets.domain.model.catalogue import BookMetadata
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef

HOUR = 3600
RULES = Rules(this_year=2026)
BARE = LibraryItem("li", "The Eye of the World", ("Robert Jordan",), duration_seconds=30 * HOUR)
FULL = replace(
    BARE,
    description="Moiraine comes to the Two Rivers, and three young men must leave it.",
    published_year=2004,
    publisher="Macmillan Audio",
    isbn="9780312850098",
    asin="B002V0QK4C",
    genres=("Fantasy",),
    narrators=("Kate Reading", "Michael Kramer"),
    series=(SeriesRef("The Wheel of Time", "1"),),
    language="english",
    has_cover=True,
)
AUDIBLE = BookMetadata(
    "audible",
    "B002V0QK4C",
    "The Eye of the World",
    authors=("Robert Jordan",),
    narrators=("Kate Reading", "Michael Kramer"),
    series=(SeriesRef("The Wheel of Time", "1"),),
    publisher="Macmillan Audio",
    published_year=2004,
    description="The Wheel of Time turns and Ages come and pass.",
    genres=("Fantasy",),
    language="english",
    isbn="9780312850098",
    asin="B002V0QK4C",
    cover_url="https://m.media-amazon.com/images/I/x.jpg",
    runtime_seconds=30 * HOUR - 60,
    abridged=False,
    is_audiobook=True,
)
PRINTED = replace(
    AUDIBLE, provider="google_books", provider_id="x", narrators=(), series=(), asin="", runtime_seconds=None,
    abridged=None, is_audiobook=False, publisher="Tor Books", published_year=1990,
)  # fmt: skip


def changes(item: LibraryItem, *answers: BookMetadata, rules: Rules = RULES, by: str = "audible") -> dict[str, Any]:
    return {change.field.value: change.new for change in propose(item, by, answers, rules).changes}


# ------------------------------------------------------------------------------------------------- completeness


def test_a_full_book_is_complete_and_a_bare_one_knows_nothing() -> None:
    assert completeness(FULL, RULES).percentage == 100
    assert completeness(FULL, RULES).gaps == ()
    bare = completeness(BARE, RULES)
    assert bare.percentage == 0
    assert set(bare.blank) == set(FIELDS)


def test_a_series_without_a_number_is_half_known() -> None:
    item = replace(FULL, series=(SeriesRef("The Wheel of Time"),))
    assert completeness(item, RULES).blank == (Field.SERIES,)
    assert completeness(item, RULES).percentage == 90


def test_a_book_that_stands_alone_lacks_no_series() -> None:
    item = replace(FULL, series=())
    assert completeness(item, RULES).percentage == 90
    assert completeness(item, RULES, stands_alone=True).percentage == 100


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"description": "N/A"}, Field.DESCRIPTION, "placeholder"),
        ({"published_year": 9999}, Field.YEAR, "impossible_year"),
        ({"published_year": 2031}, Field.YEAR, "impossible_year"),
        ({"isbn": "0"}, Field.ISBN, "invalid_isbn"),
        ({"isbn": "9780312850097"}, Field.ISBN, "invalid_isbn"),
        ({"isbn": "0000000000"}, Field.ISBN, "invalid_isbn"),
        ({"asin": "0"}, Field.ASIN, "invalid_asin"),
        ({"publisher": "Unknown"}, Field.PUBLISHER, "placeholder"),
        ({"narrators": ("unknown",)}, Field.NARRATORS, "placeholder"),
        ({"genres": ("Audiobook",)}, Field.GENRES, "telling_nothing"),
    ],
)
def test_a_broken_value_has_a_rule_with_a_name_and_counts_as_unknown(
    wrong: dict[str, Any], field: Field, rule: str
) -> None:
    item = replace(FULL, **wrong)
    broken = broken_by(item, field, RULES)
    assert (broken.name if broken else "") == rule
    assert completeness(item, RULES).broken == ((field, rule),)
    assert completeness(item, RULES).percentage == 90


@pytest.mark.parametrize(
    "sound",
    [
        {"description": "If a < b and b > c, then what? 5 &dime stories."},
        {"description": "Moiraine &amp; Lan"},
        {"published_year": 2027},
        {"published_year": 1667},
        {"isbn": "0-312-85009-3"},
        {"isbn": "978-0-312-85009-8"},
        {"asin": "0312850093"},
        {"genres": ("Audiobook", "Fantasy")},
        {"narrators": ("Unknown", "Kate Reading")},
        {"publisher": "None of the Above Press"},
    ],
)
def test_what_looks_odd_but_is_sound_is_not_broken(sound: dict[str, Any]) -> None:
    assert completeness(replace(FULL, **sound), RULES).gaps == ()


@pytest.mark.parametrize("text", ["<p>Moiraine comes.</p>", "Moiraine comes.<br/>", "Moiraine&nbsp;comes"])
def test_a_description_with_markup_is_known_but_may_be_replaced(text: str) -> None:
    item = replace(FULL, description=text)
    broken = broken_by(item, Field.DESCRIPTION, RULES)
    assert broken is not None
    assert (broken.name, broken.untidy) == ("html_description", True)
    assert completeness(item, RULES).percentage == 100
    assert open_fields(item, RULES) == {}
    assert open_fields(item, replace(RULES, overwrite=True)) == {Field.DESCRIPTION: "html_description"}


# --------------------------------------------------------------------------------------------------- which book


def test_a_bare_book_is_filled_whole_by_its_own_recording() -> None:
    proposal = propose(BARE, "audible", [AUDIBLE], RULES)
    assert {change.field for change in proposal.changes} == set(FIELDS)
    assert {change.confidence for change in proposal.changes} == {Confidence.HIGH}
    assert {change.rule for change in proposal.changes} == {"blank"}
    assert all("the same length" in change.evidence for change in proposal.changes)
    assert completeness(with_changes(BARE, proposal.changes), RULES).percentage == 100


@pytest.mark.parametrize(
    "other",
    [
        {"title": "The Great Hunt", "series": (SeriesRef("The Wheel of Time", "2"),)},
        {"title": "The Eye of the World: The Graphic Novel, Volume 1", "series": ()},
        {"title": "Summary of The Eye of the World by Robert Jordan"},
        {"authors": ("Somebody Else",), "series": ()},
        {"language": "german"},
    ],
)
def test_another_book_proposes_nothing(other: dict[str, Any]) -> None:
    book = replace(AUDIBLE, asin="B000000001", isbn="", **other)
    proposal = propose(BARE, "audible", [book], RULES)
    assert proposal.changes == ()
    assert [why for _, why in proposal.refused] != [""]


def test_a_match_that_needs_a_person_proposes_nothing() -> None:
    """The title is alike and the author the same: that may be a typing error, or another volume."""
    item = replace(BARE, title="The Eye of the Worlds")
    assert changes(item, replace(AUDIBLE, asin="", isbn="", series=())) == {}


def test_nobody_is_asked_to_trust_a_number_that_title_and_author_contradict() -> None:
    item = replace(BARE, asin="B002V0QK4C", title="Cooking for Two", authors=("Ann Cook",))
    proposal = propose(item, "audible", [AUDIBLE], RULES)
    assert proposal.changes == ()
    assert "number may be wrong" in proposal.refused[0][1]


def test_the_number_of_another_volume_is_not_believed() -> None:
    item = replace(
        BARE, title="The Great Hunt", asin="B002V0QK4C", series=(SeriesRef("The Wheel of Time", "2"),),
        duration_seconds=26 * HOUR,
    )  # fmt: skip
    assert changes(item, AUDIBLE) == {}


@pytest.mark.parametrize(
    ("item_seconds", "same"),
    [(30 * HOUR, True), (int(28.6 * HOUR), True), (int(28.4 * HOUR), False), (20 * HOUR, False), (0, False)],
)
def test_an_asin_and_narrators_need_the_same_length(item_seconds: int, same: bool) -> None:
    found = changes(replace(BARE, duration_seconds=item_seconds), AUDIBLE)
    assert ("asin" in found) == same
    assert ("narrators" in found) == same
    assert found["description"] == AUDIBLE.description
    assert ("publisher" in found) == same


def test_minutes_matter_for_short_books() -> None:
    story = replace(BARE, duration_seconds=20 * 60)
    assert "asin" in changes(story, replace(AUDIBLE, runtime_seconds=22 * 60))
    assert "asin" not in changes(story, replace(AUDIBLE, runtime_seconds=25 * 60))


def test_another_reader_is_another_recording_however_long_it_is() -> None:
    item = replace(BARE, narrators=("Rosamund Pike",))
    found = changes(item, AUDIBLE)
    assert "asin" not in found
    assert "series" in found  # the work is the same


def test_the_same_asin_with_another_length_gives_nothing_of_the_recording() -> None:
    item = replace(BARE, asin="B002V0QK4C", duration_seconds=10 * HOUR)
    assert not {"narrators", "publisher", "isbn", "publishedYear"} & set(changes(item, AUDIBLE))


def test_an_abridged_recording_is_not_the_whole_one() -> None:
    assert "asin" not in changes(BARE, replace(AUDIBLE, abridged=True))
    assert "asin" in changes(replace(BARE, abridged=True), replace(AUDIBLE, abridged=True))


def test_between_two_recordings_that_both_fit_nothing_is_chosen() -> None:
    robot = replace(AUDIBLE, provider_id="B0ROBOT001", asin="B0ROBOT001", narrators=("Virtual Voice",))
    for answers in ([AUDIBLE, robot], [robot, AUDIBLE]):
        found = changes(BARE, *answers)
        assert "asin" not in found
        assert "narrators" not in found
    assert changes(replace(BARE, narrators=("Kate Reading",)), robot, AUDIBLE)["asin"] == AUDIBLE.asin
    assert changes(replace(BARE, asin=robot.asin), AUDIBLE, robot)["narrators"] == ["Virtual Voice"]


def test_the_language_of_a_silent_item_is_not_guessed_from_a_translation() -> None:
    german = replace(AUDIBLE, language="german", narrators=("Helmut Winkelmann",))
    assert changes(BARE, german) == {}
    assert changes(BARE, german, rules=replace(RULES, languages=("english", "german")))["language"] == "German"


# ------------------------------------------------------------------------------------------------ what is filled


def test_what_is_there_is_never_touched() -> None:
    other = replace(
        AUDIBLE, description="Another text that is long enough.", publisher="Orion", published_year=2010,
        genres=("Epic",), cover_url="https://x.example/y.jpg",
    )  # fmt: skip
    assert changes(FULL, other) == {}
    assert changes(FULL, other, rules=replace(RULES, overwrite=True)) == {}


def test_broken_values_are_replaced_only_where_that_is_allowed() -> None:
    item = replace(FULL, description="<p>Old</p>", isbn="0", published_year=9999)
    assert changes(item, AUDIBLE) == {}
    allowed = propose(item, "audible", [AUDIBLE], replace(RULES, overwrite=True))
    assert {change.field.value: (change.rule, change.old) for change in allowed.changes} == {
        "description": ("html_description", "<p>Old</p>"),
        "publishedYear": ("impossible_year", "9999"),
        "isbn": ("invalid_isbn", "0"),
    }


def test_a_field_that_a_person_took_back_is_left_alone() -> None:
    locked = replace(RULES, overwrite=True, locked=frozenset({"description", "asin"}))
    assert not {"description", "asin"} & set(changes(BARE, AUDIBLE, rules=locked))


def test_printed_books_tell_nothing_of_a_recording() -> None:
    proposal = propose(BARE, "google_books", [PRINTED], RULES)
    by_field = {change.field: change for change in proposal.changes}
    assert not {Field.ASIN, Field.NARRATORS, Field.SERIES} & set(by_field)
    assert by_field[Field.PUBLISHER].confidence is Confidence.MEDIUM
    assert not proposal.stands_alone


def test_of_many_printed_editions_the_earliest_year_counts() -> None:
    editions = [replace(PRINTED, provider_id=str(year), published_year=year) for year in (2019, 1990, 2005)]
    editions.append(replace(PRINTED, title="The Great Hunt", isbn="", published_year=1980))
    assert changes(BARE, *editions, by="google_books")["publishedYear"] == "1990"


@pytest.mark.parametrize(
    "poor",
    [
        {"description": "The Eye of the World"},
        {"description": "Read it."},
        {"genres": ("Audiobook",)},
        {"publisher": "Unknown"},
        {"narrators": ("Unknown",)},
        {"isbn": "0"},
        {"asin": "KINDLE"},
        {"published_year": 9999},
        {"cover_url": "/local/file.jpg"},
    ],
)
def test_worthless_values_fill_no_gap(poor: dict[str, Any]) -> None:
    names = {"published_year": "publishedYear", "cover_url": "cover"}
    (key,) = poor
    found = changes(BARE, replace(AUDIBLE, **poor))
    assert names.get(key, key) not in found
    assert len(found) == len(FIELDS) - 1


def test_only_the_missing_number_is_added_to_a_series_that_is_there() -> None:
    item = replace(FULL, series=(SeriesRef("Wheel of Time"), SeriesRef("My Favourites")))
    theirs = replace(AUDIBLE, series=(SeriesRef("The Wheel of Time", "1"), SeriesRef("Cosmere", "9")))
    assert changes(item, theirs)["series"] == [
        {"name": "Wheel of Time", "sequence": "1"},
        {"name": "My Favourites", "sequence": None},
    ]


def test_a_number_that_is_none_is_not_written() -> None:
    theirs = replace(AUDIBLE, series=(SeriesRef("The Wheel of Time", "Prequel"),))
    assert changes(BARE, theirs)["series"] == [{"name": "The Wheel of Time", "sequence": None}]


def test_a_recording_without_a_series_stands_alone_by_the_shops_word_only() -> None:
    alone = replace(AUDIBLE, series=())
    assert propose(BARE, "audible", [alone], RULES).stands_alone
    assert not propose(BARE, "kindle", [alone], RULES).stands_alone
    assert not propose(replace(BARE, duration_seconds=1), "audible", [alone], RULES).stands_alone


def test_providers_are_not_asked_for_what_they_cannot_know() -> None:
    assert can_tell("audnexus", BARE) == frozenset()
    assert can_tell("audnexus", FULL) == frozenset(FIELDS)
    assert Field.NARRATORS not in can_tell("google_books", BARE)
    assert can_tell("kindle", BARE) == frozenset(FIELDS)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (None, "", True),
        ([], None, True),
        ("a  b\n", "a b", True),
        ("Lan &amp; Nynaeve", "Lan & Nynaeve", True),
        ("a", "b", False),
        (["B", "A"], ["A", "B"], True),
        (["A"], ["A", "B"], False),
        ([{"name": "S", "sequence": None}], [{"name": "S", "sequence": ""}], True),
        ([{"name": "S", "sequence": "1"}], [{"name": "S", "sequence": "2"}], False),
    ],
)
def test_values_are_compared_as_the_server_keeps_them(one: Any, two: Any, same: bool) -> None:
    assert same_value(one, two) is same


# --------------------------------------------------------------------------------------------------- properties

WORDS = st.sampled_from(
    ["", "0", "N/A", "<p>x</p>", "9780312850098", "B002V0QK4C", "Tor", "A long enough description."]
)
ITEMS = st.builds(
    LibraryItem,
    abs_id=st.just("li"),
    title=st.sampled_from(["The Eye of the World", "The Great Hunt", "Fall 3", "Dune", ""]),
    authors=st.sampled_from([(), ("Robert Jordan",), ("Frank Herbert",)]),
    narrators=st.sampled_from([(), ("Kate Reading",), ("Unknown",)]),
    series=st.sampled_from([(), (SeriesRef("The Wheel of Time"),), (SeriesRef("The Wheel of Time", "1"),)]),
    asin=WORDS,
    isbn=WORDS,
    publisher=WORDS,
    description=WORDS,
    language=st.sampled_from(["", "english", "german"]),
    genres=st.sampled_from([(), ("Audiobook",), ("Fantasy",)]),
    published_year=st.sampled_from([None, 1990, 9999]),
    duration_seconds=st.sampled_from([0, HOUR, 30 * HOUR]),
    has_cover=st.booleans(),
)
BOOKS = st.builds(
    BookMetadata,
    provider=st.just("audible"),
    provider_id=st.just("x"),
    title=st.sampled_from(["The Eye of the World", "The Great Hunt", "Fall 4", "Dune"]),
    authors=st.sampled_from([(), ("Robert Jordan",), ("Frank Herbert",)]),
    narrators=st.sampled_from([(), ("Kate Reading",), ("Virtual Voice",)]),
    series=st.sampled_from([(), (SeriesRef("The Wheel of Time", "1"),), (SeriesRef("The Wheel of Time", "2"),)]),
    asin=WORDS,
    isbn=WORDS,
    publisher=WORDS,
    description=WORDS,
    language=st.sampled_from(["", "english", "german"]),
    genres=st.sampled_from([(), ("Audiobook",), ("Fantasy",)]),
    published_year=st.sampled_from([None, 1990, 9999]),
    runtime_seconds=st.sampled_from([None, HOUR, 30 * HOUR]),
    cover_url=st.sampled_from(["", "https://x.example/c.jpg"]),
    abridged=st.sampled_from([None, True, False]),
    is_audiobook=st.sampled_from([None, True, False]),
)
ANSWERS = st.lists(BOOKS, max_size=3)


@given(ITEMS, ANSWERS, st.booleans())
def test_only_open_fields_change_and_the_same_answers_change_nothing_twice(
    item: LibraryItem, answers: list[BookMetadata], overwrite: bool
) -> None:
    rules = replace(RULES, overwrite=overwrite)
    proposal = propose(item, "audible", answers, rules)
    assert {change.field for change in proposal.changes} <= set(open_fields(item, rules))
    after = with_changes(item, proposal.changes)
    assert completeness(after, rules).percentage >= completeness(item, rules).percentage
    again = {change.field for change in propose(after, "audible", answers, rules).changes}
    # A number or a narrator that was filled in may tell the recording, which then tells more; a field never flips.
    assert not again & {change.field for change in proposal.changes} - {Field.SERIES}


@given(ITEMS, ANSWERS)
def test_no_answer_is_both_taken_and_refused_and_unsure_ones_change_nothing(
    item: LibraryItem, answers: list[BookMetadata]
) -> None:
    taken, refused = recognise(item, answers, RULES)
    assert len(taken) + len(refused) == len(answers)
    assert all(one.confidence in (Confidence.HIGH, Confidence.MEDIUM) for one in taken)
    if not taken:
        assert propose(item, "audible", answers, RULES).changes == ()


@given(st.text(max_size=20))
def test_any_text_may_stand_where_a_number_should(text: str) -> None:
    assert len(isbn13(text)) in (0, 13)
    assert isinstance(is_asin(text), bool)
