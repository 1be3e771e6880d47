"""Works of authors ↔ the table ``author_works``; figures of authors → the table ``authors``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from mam_assets.domain.catalogue.bibliography import AuthorFigures, AuthorWork, TrackedAuthor
from mam_assets.domain.model.catalogue import EntryKind, Work
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence

from ..frames.schema import from_records, to_records
from .values import places_from_json, places_to_json

OF_WORK = ("work_id", "title", "title_raw", "year", "language", "has_audiobook", "isbn", "asin", "runtime_seconds")
"""Columns that hold the work's field of the same name as it is."""


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """One author with the figures and the state of the bibliography. ``provider_author_id``: "<provider>:<id>"."""

    author: TrackedAuthor
    figures: AuthorFigures
    provider_author_id: str = ""
    confidence: Confidence = Confidence.UNMATCHED
    catalogue_problem: str = ""
    fetched_at: datetime | None = None


def author_works_to_frame(judged: Iterable[tuple[AuthorWork, EntryVerdict]]) -> pd.DataFrame:
    """The frame of ``author_works``. Raises FrameError when a work of an author comes twice."""
    return from_records("author_works", (_row(book, verdict) for book, verdict in judged))


def author_works_from_frame(frame: pd.DataFrame) -> list[tuple[AuthorWork, EntryVerdict]]:
    """The books and verdicts of a frame of ``author_works``, with as much of the works as the table keeps."""
    return [_book(row) for row in to_records("author_works", frame)]


def authors_to_frame(rows: Iterable[AuthorRow]) -> pd.DataFrame:
    """The frame of ``authors``. Raises FrameError when an author comes twice."""
    return from_records(
        "authors",
        (
            {
                "author_key": row.author.author_key,
                "name": row.author.name,
                "provider_author_id": row.provider_author_id,
                "confidence": row.confidence.value,
                "library_items": row.author.library_items,
                "total_books": row.figures.total_books,
                "books_owned": row.figures.books_owned,
                "books_missing": row.figures.books_missing,
                "completion_percentage": row.figures.completion_percentage,
                "catalogue_problem": row.catalogue_problem,
                "catalogue_fetched_at": row.fetched_at,
            }
            for row in rows
        ),
    )


def _row(book: AuthorWork, verdict: EntryVerdict) -> dict[str, Any]:
    work = book.work
    return {name: getattr(work, name) for name in OF_WORK} | {
        "author_key": book.author_key,
        "book_key": book.book_key,
        "authors": list(work.authors),
        "places": places_to_json(work.series),
        "kind": work.kind.value,
        "release_date": work.audio_release_date or work.release_date,
        "in_tracked_series": book.in_tracked_series,
        "providers": ", ".join(book.providers),
        "status": verdict.status.value,
        "abs_id": verdict.abs_id,
        "gate": verdict.gate,
        "evidence": verdict.evidence,
        "confidence": book.confidence.value,
        "fetched_at": book.fetched_at,
    }


def _book(row: dict[str, Any]) -> tuple[AuthorWork, EntryVerdict]:
    work = Work(
        **{name: row[name] for name in OF_WORK},
        authors=tuple(row["authors"]),
        series=places_from_json(row["places"]),
        kind=EntryKind(row["kind"]),
        release_date=row["release_date"],
    )
    key, confidence = row["book_key"], Confidence(row["confidence"])
    providers = tuple(filter(None, row["providers"].split(", ")))
    book = AuthorWork(row["author_key"], key, work, row["in_tracked_series"], providers, confidence, row["fetched_at"])
    status = EntryStatus(row["status"])
    verdict = EntryVerdict(row["author_key"], key, key, status, row["abs_id"], row["gate"], row["evidence"], confidence)
    return book, verdict
