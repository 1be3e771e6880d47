"""Missing books ↔ the table ``missing_books``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.release import Wanted
from mam_assets.domain.searching import wanted_of

from ..frames.mapper import Mapper
from .values import places_from_json, places_to_json

OF_BOOK = ("book_key", "series_key", "series_name", "series_number", "evidence", "priority", "identified_date")
OF_WORK = ("title", "subtitle", "work_id", "year", "language", "isbn", "asin")
"""Columns that hold the missing book's, or its work's, field of the same name as it is."""


def wanted_from_missing(row: Mapping[str, Any]) -> Wanted:
    """A row of ``missing_books`` as the search and the rules need it."""
    return wanted_of(_book(row))


def _row(book: MissingBook) -> dict[str, Any]:
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


MISSING_BOOKS = Mapper(MissingBook, "missing_books", _book, _row)
"""With as much of the works as the table keeps."""
