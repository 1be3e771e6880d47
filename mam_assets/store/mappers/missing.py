"""Missing books ↔ the table ``missing_books``, and as what a search wants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.release import Wanted

from ..frames.schema import from_records, to_records
from .values import places_from_json, places_to_json

SEARCHED = frozenset({EntryStatus.MISSING, EntryStatus.NO_AUDIOBOOK})
"""The reasons for which a book is searched at all; the others wait for a date, a person or a download."""

OF_BOOK = ("book_key", "series_key", "series_name", "series_number", "evidence", "priority")
OF_WORK = ("title", "subtitle", "work_id", "year", "language", "isbn", "asin")
"""Columns that hold the missing book's, or its work's, field of the same name as it is."""


def missing_to_frame(
    missing: Iterable[MissingBook], *, identified: Mapping[str, datetime] | None = None, now: datetime
) -> pd.DataFrame:
    """The frame of ``missing_books``. ``identified`` says when known gaps were first seen; the others are seen ``now``.

    Raises FrameError when a book comes twice.
    """
    known = identified or {}
    return from_records("missing_books", (_row(book, known.get(book.book_key, now)) for book in missing))


def missing_from_frame(frame: pd.DataFrame) -> list[MissingBook]:
    """The missing books of a frame, with as much of their works as the table keeps."""
    return [_book(row) for row in to_records("missing_books", frame)]


def wanted_from_frame(
    frame: pd.DataFrame, *, reasons: Collection[str] = SEARCHED, preferred_narrators: tuple[str, ...] = ()
) -> dict[str, Wanted]:
    """What a search may look for, by book key: the soonest priority first, then series by series in their order.

    Books that are ignored, in review, unreleased or on their way are left out unless ``reasons`` names theirs.
    """
    rows = [row for row in to_records("missing_books", frame) if row["reason_missing"] in reasons]
    rows.sort(key=lambda row: (row["priority"], row["series_key"], row["release_date"] is None, row["year"] or 9999))
    return {row["book_key"]: wanted_from_missing(row, preferred_narrators) for row in rows}


def wanted_from_missing(row: Mapping[str, Any], preferred_narrators: tuple[str, ...] = ()) -> Wanted:
    """A row of ``missing_books`` (of the table or of ``frames.to_records``) as the search and the rules need it."""
    return Wanted(
        book_key=row["book_key"],
        title=row["title"],
        authors=tuple(row["authors"]),
        series=places_from_json(row["places"]),
        year=row["year"],
        language=row["language"] or "english",
        expected_runtime_seconds=row["expected_runtime_seconds"],
        asin=row["asin"],
        isbn=row["isbn"],
        subtitle=row["subtitle"],
        alternative_titles=tuple(row["alternative_titles"]),
        series_titles=tuple(row["series_titles"]),
        preferred_narrators=preferred_narrators,
    )


def _row(book: MissingBook, identified: datetime) -> dict[str, Any]:
    work = book.work
    same = {name: getattr(book, name) for name in OF_BOOK} | {name: getattr(work, name) for name in OF_WORK}
    return same | {
        "author": ", ".join(work.authors),
        "authors": list(work.authors),
        "places": places_to_json(book.places),
        "series_titles": list(book.series_titles),
        "alternative_titles": list(work.alternative_titles),
        "release_date": work.audio_release_date or work.release_date,
        "expected_runtime_seconds": work.runtime_seconds,
        "reason_missing": book.reason.value,
        "confidence": book.confidence.value,
        "identified_date": identified,
    }


def _book(row: Mapping[str, Any]) -> MissingBook:
    work = Work(
        **{name: row[name] for name in OF_WORK},
        authors=tuple(row["authors"]),
        series=places_from_json(row["places"]),
        release_date=row["release_date"],
        runtime_seconds=row["expected_runtime_seconds"],
        alternative_titles=tuple(row["alternative_titles"]),
    )
    return MissingBook(
        **{name: row[name] for name in OF_BOOK},
        places=places_from_json(row["places"]),
        series_titles=tuple(row["series_titles"]),
        work=work,
        reason=EntryStatus(row["reason_missing"]),
        confidence=Confidence(row["confidence"]),
    )
