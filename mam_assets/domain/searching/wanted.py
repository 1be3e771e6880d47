"""Missing books as what a search looks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.release import Wanted

SEARCHED = frozenset({EntryStatus.MISSING, EntryStatus.NO_AUDIOBOOK})
"""The reasons for which a book is searched at all; the others wait for a date, a person or a download."""


def wanted_books(missing: Iterable[MissingBook], reasons: Collection[EntryStatus] = SEARCHED) -> dict[str, Wanted]:
    """What a search may look for, by book key: the soonest priority first, then series by series in their order.

    Books that are ignored, in review, unreleased or on their way are left out unless ``reasons`` names theirs.
    """
    books = sorted((book for book in missing if book.reason in reasons), key=_order)
    return {book.book_key: wanted_of(book) for book in books}


def wanted_of(book: MissingBook) -> Wanted:
    """A missing book as the search and the rules need it."""
    work = book.work
    return Wanted(
        book_key=book.book_key,
        title=work.title,
        authors=work.authors,
        series=book.places,
        year=work.year,
        language=work.language or "english",
        expected_runtime_seconds=work.runtime_seconds,
        asin=work.asin,
        isbn=work.isbn,
        subtitle=work.subtitle,
        alternative_titles=work.alternative_titles,
        series_titles=book.series_titles,
    )


def _order(book: MissingBook) -> tuple[int, str, bool, int]:
    undated = book.work.audio_release_date is None and book.work.release_date is None
    return book.priority, book.series_key, undated, book.work.year or 9999
