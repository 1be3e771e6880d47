"""Completion figures and missing books."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import gaps
from mam_assets.domain.model.catalogue import EntryKind, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, SeriesCompletion
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.overrides import Overrides

S = EntryStatus


def entry(series: str, position: str, title: str, kind: EntryKind = EntryKind.PRIMARY) -> SeriesEntry:
    key = f"ann|{title.lower()}"
    work = Work(f"g:{title}", title, ("Ann",), kind=kind)
    return SeriesEntry(series.lower(), f"{position}|{key}", key, series, position, work)


def verdict(one: SeriesEntry, status: EntryStatus, confidence: Confidence = Confidence.HIGH) -> EntryVerdict:
    return EntryVerdict(one.series_key, one.entry_key, one.book_key, status, "", "gate", "because", confidence)


def figures(*statuses: EntryStatus) -> SeriesCompletion:
    listed = [entry("Cradle", str(at), f"Book {at}") for at, _ in enumerate(statuses, 1)]
    (row,) = gaps.completion(listed, [verdict(one, status) for one, status in zip(listed, statuses, strict=True)])
    return row


def test_completion_counts_released_books() -> None:
    row = figures(S.OWNED, S.OWNED_ABRIDGED, S.MISSING, S.REVIEW, S.ON_ITS_WAY, S.UNRELEASED, S.NO_AUDIOBOOK, S.IGNORED)
    assert (row.books_owned, row.books_missing, row.total_books) == (2, 3, 7)
    assert (row.books_in_review, row.books_on_their_way, row.books_unreleased) == (1, 1, 1)
    assert (row.books_without_audiobook, row.books_ignored) == (1, 1)
    assert row.completion_percentage == 40.0


def test_completion_is_unknown_where_nothing_counts() -> None:
    assert figures(S.UNRELEASED, S.NO_AUDIOBOOK).completion_percentage is None
    assert figures(S.OWNED).completion_percentage == 100.0
    assert gaps.completion([], []) == []


def test_novellas_omnibuses_and_companions_are_listed_apart() -> None:
    listed = [
        entry("Cradle", "1", "One"),
        entry("Cradle", "1.5", "Between", EntryKind.SECONDARY),
        entry("Cradle", "1-2", "Both", EntryKind.OMNIBUS),
        entry("Cradle", "", "Art of", EntryKind.COMPANION),
    ]
    statuses = [S.OWNED, S.OWNED, S.MISSING, S.MISSING]
    (row,) = gaps.completion(listed, [verdict(one, status) for one, status in zip(listed, statuses, strict=True)])
    assert (row.books_owned, row.books_missing, row.extras_total, row.extras_owned) == (1, 0, 3, 1)
    assert row.completion_percentage == 100.0


def test_an_entry_without_a_verdict_is_missing() -> None:
    (row,) = gaps.completion([entry("Cradle", "1", "One")], [])
    assert row.books_missing == 1


def test_missing_books_say_why_and_how_urgent() -> None:
    listed = [
        entry("Cradle", "1", "One"),
        entry("Cradle", "2", "Two"),
        entry("Cradle", "2.5", "Between", EntryKind.SECONDARY),
        entry("Cradle", "3", "Three"),
        entry("Cradle", "1-3", "All", EntryKind.OMNIBUS),
        entry("Cradle", "2", "Dos", EntryKind.TRANSLATION),
    ]
    statuses = [S.OWNED, S.MISSING, S.MISSING, S.UNRELEASED, S.MISSING, S.MISSING]
    found = gaps.missing_books(
        listed, [verdict(one, status) for one, status in zip(listed, statuses, strict=True)], Overrides()
    )
    assert [(book.book_key, book.series_number, book.reason, book.priority) for book in found] == [
        ("ann|two", "2", S.MISSING, 100),
        ("ann|between", "2.5", S.MISSING, 300),
        ("ann|three", "3", S.UNRELEASED, 100),
    ]
    assert found[0].series_titles == ("One", "Between", "Three", "All", "Dos")
    assert found[0].places == (SeriesRef("Cradle", "2"),)
    assert found[0].evidence == "because"


def test_a_persons_priority_wins() -> None:
    one = entry("Cradle", "1", "One")
    (book,) = gaps.missing_books([one], [verdict(one, S.MISSING)], Overrides(priorities=(("ann|one", 7),)))
    assert book.priority == 7


def test_a_wanted_omnibus_is_a_gap() -> None:
    box = entry("Cradle", "1-3", "All", EntryKind.OMNIBUS)
    overrides = Overrides(wanted_books=frozenset(["ann|all"]))
    assert [book.book_key for book in gaps.missing_books([box], [verdict(box, S.MISSING)], overrides)] == ["ann|all"]


def test_a_book_of_two_series_is_one_gap_in_the_series_where_it_counts() -> None:
    listed = [
        entry("Universe", "7", "Two", EntryKind.COMPANION),
        entry("Cradle", "2", "Two"),
        entry("Willverse", "5", "Two"),
    ]
    (book,) = gaps.missing_books(listed, [verdict(one, S.MISSING) for one in listed], Overrides())
    assert (book.series_name, book.series_number) == ("Cradle", "2")
    assert book.places == (SeriesRef("Cradle", "2"), SeriesRef("Willverse", "5"))


def test_a_book_owned_in_one_series_leaves_no_gap_in_another() -> None:
    listed = [entry("Cradle", "2", "Two"), entry("Willverse", "5", "Two")]
    verdicts = [verdict(listed[0], S.MISSING), verdict(listed[1], S.OWNED)]
    assert gaps.missing_books(listed, verdicts, Overrides()) == []


def listed_twice(first: Work, second: Work) -> list[SeriesEntry]:
    """One book as two series list it, each under its own key."""
    return [
        SeriesEntry("discworld|t", "1|a", f"t pratchett|{first.title.lower()}", "Discworld", "1", first),
        SeriesEntry("omens|n", "1|b", f"n gaiman|{second.title.lower()}", "Omens", "1", second),
    ]


PRATCHETT, GAIMAN = "Terry Pratchett", "Neil Gaiman"


def test_one_book_under_two_keys_is_one_gap() -> None:
    by_authors = listed_twice(
        Work("g:1", "Good Omens", (PRATCHETT, GAIMAN)), Work("h:9", "Good Omens", (GAIMAN, PRATCHETT))
    )
    by_number = listed_twice(
        Work("g:1", "Good Omens", (PRATCHETT,), isbn="9780060853983"),
        Work("h:9", "The Nice and Accurate Prophecies", (GAIMAN,), isbn="0060853980"),
    )
    for entries in (by_authors, by_number):
        verdicts = [verdict(one, S.MISSING) for one in entries]
        (book,) = gaps.missing_books(entries, verdicts, Overrides())
        assert [place.name for place in book.places] == ["Discworld", "Omens"]
        owned = [verdict(entries[0], S.MISSING), verdict(entries[1], S.OWNED)]
        assert gaps.missing_books(entries, owned, Overrides()) == []


def test_namesakes_and_two_places_of_one_series_stay_two_gaps() -> None:
    namesakes = listed_twice(Work("g:1", "Legacy", ("Ann Bee",)), Work("h:9", "Legacy", ("Cy Dee",)))
    assert len(gaps.missing_books(namesakes, [verdict(one, S.MISSING) for one in namesakes], Overrides())) == 2
    twice = [entry("Cradle", "1", "One"), entry("Cradle", "2", "Two")]
    for one in twice:
        object.__setattr__(one.work, "isbn", "9780060853983")
    assert len(gaps.missing_books(twice, [verdict(one, S.MISSING) for one in twice], Overrides())) == 2


def test_what_one_listing_knows_decides() -> None:
    pair = [entry("Cradle", "2", "Two"), entry("Willverse", "5", "Two")]
    for first, second, expected in (
        (S.MISSING, S.ON_ITS_WAY, S.ON_ITS_WAY),
        (S.MISSING, S.REVIEW, S.REVIEW),
        (S.MISSING, S.UNRELEASED, S.UNRELEASED),
        (S.NO_AUDIOBOOK, S.MISSING, S.MISSING),
        (S.IGNORED, S.MISSING, S.MISSING),
        (S.IGNORED, S.IGNORED, S.IGNORED),
    ):
        for verdicts in ([verdict(pair[0], first), verdict(pair[1], second)],):
            (book,) = gaps.missing_books(pair, verdicts, Overrides())
            assert book.reason is expected
    ignored = Overrides(ignored_books=frozenset(["ann|two"]))
    (book,) = gaps.missing_books(pair, [verdict(pair[0], S.IGNORED), verdict(pair[1], S.MISSING)], ignored)
    assert book.reason is S.IGNORED


def test_the_confidence_is_the_lesser_of_entry_and_verdict() -> None:
    one = entry("Cradle", "1", "One")
    (book,) = gaps.missing_books([one], [verdict(one, S.MISSING, Confidence.LOW)], Overrides())
    assert book.confidence is Confidence.LOW


@given(st.lists(st.sampled_from(list(EntryStatus)), min_size=1, max_size=12))
def test_the_figures_add_up(statuses: list[EntryStatus]) -> None:
    row = figures(*statuses)
    assert row.total_books + row.books_unreleased == len(statuses)
    assert row.books_owned + row.books_missing + row.books_without_audiobook + row.books_ignored == row.total_books
    assert row.completion_percentage is None or 0 <= row.completion_percentage <= 100


def reason(*judged: tuple[EntryStatus, str], overrides: Overrides) -> EntryStatus:
    """Of one book that several series list, each with its status and book key."""
    listed = [entry(series, "1", "One") for series in "ABCD"[: len(judged)]]
    verdicts = [
        EntryVerdict(place.series_key, place.entry_key, key, status, "", "gate", "because", Confidence.HIGH)
        for place, (status, key) in zip(listed, judged, strict=True)
    ]
    (book,) = gaps.missing_books(listed, verdicts, overrides)
    return book.reason


def test_a_wanted_book_is_missing_whatever_else_is_said_of_it() -> None:
    key = "ann|one"
    for other in (S.REVIEW, S.UNRELEASED, S.NO_AUDIOBOOK, S.IGNORED):
        for order in ([(S.MISSING, key), (other, key)], [(other, key), (S.MISSING, key)]):
            assert reason(*order, overrides=Overrides(wanted_books=frozenset([key]))) is S.MISSING
    assert reason((S.MISSING, key), (S.REVIEW, key), overrides=Overrides()) is S.REVIEW
    # Wanted under another key says nothing of this one.
    other = Overrides(wanted_books=frozenset(["ann|two"]))
    assert reason((S.MISSING, key), (S.REVIEW, key), overrides=other) is S.REVIEW


def test_a_download_of_a_wanted_or_ignored_book_is_on_its_way() -> None:
    key = "ann|one"
    for overrides in (Overrides(wanted_books=frozenset([key])), Overrides(ignored_books=frozenset([key]))):
        for other in (S.MISSING, S.IGNORED):
            assert reason((other, key), (S.ON_ITS_WAY, key), overrides=overrides) is S.ON_ITS_WAY


def test_a_book_that_is_ignored_itself_stays_so_but_where_it_is_wanted() -> None:
    key = "ann|one"
    ignored = Overrides(ignored_books=frozenset([key]))
    both = Overrides(ignored_books=frozenset([key]), wanted_books=frozenset([key]))
    for other in (S.REVIEW, S.UNRELEASED, S.MISSING, S.NO_AUDIOBOOK):
        assert reason((other, key), (S.IGNORED, key), overrides=ignored) is S.IGNORED
        assert reason((other, key), (S.IGNORED, key), overrides=Overrides()) is other
    assert reason((S.MISSING, key), (S.IGNORED, key), overrides=both) is S.MISSING
    assert reason((S.IGNORED, key), (S.MISSING, key), overrides=both) is S.MISSING


def home(*places: SeriesEntry) -> tuple[str, str]:
    """The series and the number under which a book of several series is missing."""
    verdicts = [verdict(place, S.MISSING) for place in places]
    for order in (list(places), list(reversed(places))):
        (book,) = gaps.missing_books(order, verdicts, Overrides())
        assert book.series_key == book.series_name.lower()
        assert book.work.title == "One"
    return book.series_name, book.series_number


def test_a_book_is_at_home_where_it_counts_surely_and_with_the_lowest_number() -> None:
    assert home(entry("B", "3", "One"), entry("A", "5", "One")) == ("B", "3")
    assert home(entry("B", "10", "One"), entry("A", "9", "One")) == ("A", "9")
    assert home(entry("B", "1", "One"), entry("A", "1", "One")) == ("A", "1")
    # A whole number counts, a novella's does not, though it is lower.
    assert home(entry("B", "4", "One"), entry("A", "0.5", "One")) == ("B", "4")
    unsure = replace(entry("A", "1", "One"), confidence=Confidence.MEDIUM)
    assert home(entry("B", "4", "One"), unsure) == ("B", "4")
