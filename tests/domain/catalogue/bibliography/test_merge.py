"""What of a bibliography is a book of its own, and what of it a tracked author's reader lacks."""

from __future__ import annotations

from datetime import date

import pytest

from mam_assets.domain import ownership
from mam_assets.domain.catalogue.bibliography import (
    Bibliography,
    SeriesBooks,
    author_gaps,
    figures,
    put_together,
    tracked_authors,
    why_left_out,
)
from mam_assets.domain.model.catalogue import EntryKind, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef, TrackedSeries
from mam_assets.domain.model.overrides import Overrides

KING = "stephen king"
TODAY = date(2026, 3, 1)


def work(title: str, *authors: str, provider: str = "goodreads", **facts: object) -> Work:
    facts = {"title_raw": title} | facts
    return Work(f"{provider}:{title}", title, authors or ("Stephen King",), **facts)  # type: ignore[arg-type]


def item(number: int, *authors: str, title: str = "", **facts: object) -> LibraryItem:
    return LibraryItem(f"li_{number}", title or f"Book {number}", authors, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("book", "reason"),
    [
        (work("The Shining"), ""),
        (work("Night Shift"), ""),
        (work("Different Seasons"), ""),
        (work("The Talisman", "Stephen King", "Peter Straub"), ""),
        (work("11/22/63"), ""),
        (work("On Writing: A Memoir of the Craft"), ""),
        (work("The Complete Dark Tower Series Boxed Set"), "a set of several books"),
        (work("The Bachman Books", kind=EntryKind.OMNIBUS), "a set of several books"),
        (work("The Gunslinger / The Drawing of the Three"), "a set of several books"),
        (work("Doctor Sleep: Free Preview"), "a sampler"),
        (work("Mr. Mercedes (Chapter Sampler)"), "a sampler"),
        (work("The Green Mile, Part 2: The Mouse on the Mile", kind=EntryKind.PART), "a part or a play of a book"),
        (work("Summary and Study Guide: It"), "a guide, an adaptation or another by-product"),
        (work("The Stand: Captain Trips (Graphic Novel)"), "a guide, an adaptation or another by-product"),
        (work("El resplandor", language="spanish"), "a translation or foreign edition"),
        (work("Es", kind=EntryKind.TRANSLATION), "a translation or foreign edition"),
        (work("The Best American Short Stories", "Stephen King", "Heidi Pitlor"), "an anthology of several writers"),
        (work("Dark Forces", "Kirby McCauley", "Stephen King", "Ray Bradbury", "Isaac Singer"),
         "an anthology of several writers"),
        (work("The House of the Spirits", "Isabel Allende"), "not written by the author"),
    ],
)  # fmt: skip
def test_what_is_a_book_of_its_own(book: Work, reason: str) -> None:
    assert why_left_out(book, KING) == reason


def test_authors_of_several_audiobooks_are_tracked() -> None:
    items = [
        *(item(n, "Stephen King") for n in range(3)),
        item(3, "King, Stephen"),
        item(4, "Tana French"),
        item(5, "Tana French", num_audio_files=0),
        item(6, "Tana French", is_missing=True),
        *(item(n, "Various") for n in range(7, 12)),
        *(item(n, "Agatha Christie", "Jan Kowalski (translator)") for n in range(12, 15)),
    ]
    found = {author.author_key: author for author in tracked_authors(items, 3)}
    assert set(found) == {KING, "agatha christie"}
    assert (found[KING].name, found[KING].library_items) == ("Stephen King", 4)


TOWER = TrackedSeries("dark tower|stephen king", "The Dark Tower", "Stephen King")
LISTED = SeriesEntry(
    TOWER.series_key,
    "1|k",
    "k",
    "The Dark Tower",
    "1",
    work("The Gunslinger", series=(SeriesRef("The Dark Tower", "1"),)),
)
SERIES = SeriesBooks([TOWER], [LISTED])


def test_books_of_tracked_series_are_not_counted_twice() -> None:
    works = (
        work("The Gunslinger", provider="hardcover"),  # listed in the series
        work("The Little Sisters of Eluria", series=(SeriesRef("The Dark Tower", "0.5"),)),  # says so
        work("Misery"),
        work("The Gunslinger", "Somebody Else"),
    )
    books, left_out = put_together(KING, [Bibliography("goodreads", works)], SERIES)
    assert {book.work.title: book.in_tracked_series for book in books} == {
        "The Gunslinger": True,
        "The Little Sisters of Eluria": True,
        "Misery": False,
    }
    assert left_out == {"not written by the author": 1}


def test_works_of_several_providers_are_one_and_surer_than_those_of_one() -> None:
    read = Bibliography("goodreads", tuple(map(work, ("Misery", "Cujo", "Rage", "Cujo: A Novel"))))
    heard = Bibliography("audible", (work("Misery", provider="audible", has_audiobook=True, asin="B002V8L7AU"),
                                     work("Cujo", provider="audible", has_audiobook=True)))  # fmt: skip
    books = {book.work.title: book for book in put_together(KING, [read, heard], SERIES)[0]}
    assert set(books) == {"Misery", "Cujo", "Rage"}
    assert (books["Misery"].providers, books["Misery"].confidence) == (("goodreads", "audible"), Confidence.MEDIUM)
    assert (books["Misery"].work.asin, books["Misery"].work.has_audiobook) == ("B002V8L7AU", True)
    assert (books["Rage"].confidence, books["Rage"].work.has_audiobook) == (Confidence.LOW, False)


def test_without_a_provider_of_audiobooks_it_is_not_known_whether_there_is_one() -> None:
    (book,), _ = put_together(KING, [Bibliography("goodreads", (work("Rage"),))], SERIES)
    assert book.work.has_audiobook is None


def test_gaps_of_authors_come_after_those_of_series() -> None:
    works = (work("The Gunslinger"), work("Misery"), work("Cujo"), work("Holly", to_be_published=True))
    books, _ = put_together(KING, [Bibliography("goodreads", works)], SERIES)
    verdicts = ownership.judge([item(1, "Stephen King", title="Misery")], [b.as_entry() for b in books], today=TODAY)
    judged = list(zip(books, verdicts, strict=True))
    assert figures(judged) == figures(reversed(judged))
    assert (figures(judged).total_books, figures(judged).books_owned) == (2, 1)
    assert figures(judged).completion_percentage == 50.0
    gaps = {gap.work.title: gap for gap in author_gaps(judged, Overrides())}
    assert set(gaps) == {"Cujo", "Holly"}
    assert (gaps["Cujo"].priority, gaps["Cujo"].series_key, gaps["Cujo"].confidence) == (500, "", Confidence.LOW)
    assert gaps["Holly"].reason is EntryStatus.UNRELEASED
    key = gaps["Cujo"].book_key
    assert [gap.priority for gap in author_gaps(judged, Overrides(priorities=((key, 7),))) if gap.book_key == key] == [
        7
    ]
    assert author_gaps(judged, Overrides(), {key, gaps["Holly"].book_key}) == []
