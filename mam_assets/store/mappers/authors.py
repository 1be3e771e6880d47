"""Works of authors ↔ the table ``author_works``; figures of authors ↔ the table ``authors``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from mam_assets.domain.catalogue.bibliography import AuthorFigures, AuthorWork, TrackedAuthor
from mam_assets.domain.model.catalogue import EntryKind, Work
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence

from ..frames.mapper import Mapper
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


class JudgedWork(NamedTuple):
    """A book of an author, and what the library says of it."""

    work: AuthorWork
    verdict: EntryVerdict


def _work_row(judged: JudgedWork) -> dict[str, Any]:
    book, verdict = judged
    work = book.work
    return {name: getattr(work, name) for name in OF_WORK} | {
        "author_key": book.author_key,
        "book_key": book.book_key,
        "authors": list(work.authors),
        "places": places_to_json(work.series),
        "kind": work.kind.value,
        "release_date": work.audio_release_date or work.release_date,
        "in_tracked_series": book.in_tracked_series,
        "providers": list(book.providers),
        "status": verdict.status.value,
        "abs_id": verdict.abs_id,
        "gate": verdict.gate,
        "evidence": verdict.evidence,
        "confidence": book.confidence.value,
        "fetched_at": book.fetched_at,
    }


def _work(row: Mapping[str, Any]) -> JudgedWork:
    work = Work(
        **{name: row[name] for name in OF_WORK},
        authors=tuple(row["authors"]),
        series=places_from_json(row["places"]),
        kind=EntryKind(row["kind"]),
        release_date=row["release_date"],
    )
    key, confidence = row["book_key"], Confidence(row["confidence"])
    providers = tuple(row["providers"])
    book = AuthorWork(row["author_key"], key, work, row["in_tracked_series"], providers, confidence, row["fetched_at"])
    status = EntryStatus(row["status"])
    verdict = EntryVerdict(row["author_key"], key, key, status, row["abs_id"], row["gate"], row["evidence"], confidence)
    return JudgedWork(book, verdict)


def _author_row(row: AuthorRow) -> dict[str, Any]:
    author, figures = row.author, row.figures
    return {
        "author_key": author.author_key,
        "name": author.name,
        "provider_author_id": row.provider_author_id,
        "confidence": row.confidence.value,
        "library_items": author.library_items,
        "total_books": figures.total_books,
        "books_owned": figures.books_owned,
        "books_missing": figures.books_missing,
        "completion_percentage": figures.completion_percentage,
        "catalogue_problem": row.catalogue_problem,
        "catalogue_fetched_at": row.fetched_at,
    }


def _author(row: Mapping[str, Any]) -> AuthorRow:
    counts = (row["total_books"], row["books_owned"], row["books_missing"], row["completion_percentage"])
    return AuthorRow(
        TrackedAuthor(row["author_key"], row["name"], row["library_items"]),
        AuthorFigures(*counts),
        row["provider_author_id"],
        Confidence(row["confidence"]),
        row["catalogue_problem"],
        row["catalogue_fetched_at"],
    )


AUTHOR_WORKS = Mapper(JudgedWork, "author_works", _work, _work_row)
"""With as much of the works as the table keeps."""
AUTHORS = Mapper(AuthorRow, "authors", _author, _author_row)
