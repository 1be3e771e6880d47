"""Verdicts ↔ the table ``ownership``; series with their figures ↔ the table ``series``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, SeriesCompletion
from mam_assets.domain.model.confidence import Confidence

from ..frames.mapper import Mapper

OF_VERDICT = ("series_key", "entry_key", "book_key", "abs_id", "gate", "evidence")
OF_SERIES = (
    "series_key",
    "name",
    "author",
    "provider",
    "provider_series_id",
    "library_items",
    "catalogue_problem",
    "catalogue_fetched_at",
)
OF_COMPLETION = (
    "books_owned",
    "books_missing",
    "books_in_review",
    "books_on_their_way",
    "books_unreleased",
    "books_without_audiobook",
    "books_ignored",
    "extras_total",
    "extras_owned",
    "completion_percentage",
)
"""Columns that hold the field of the same name as it is."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One tracked series with its figures and the state of its catalogue (blank or None where no provider knows it)."""

    series_key: str
    name: str
    author: str
    completion: SeriesCompletion
    aliases: tuple[str, ...] = ()
    library_items: int = 0
    provider: str = ""
    provider_series_id: str = ""
    confidence: Confidence = Confidence.UNMATCHED
    catalogue_problem: str = ""
    catalogue_fetched_at: datetime | None = None


def _verdict_row(verdict: EntryVerdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in OF_VERDICT} | {
        "status": verdict.status.value,
        "confidence": verdict.confidence.value,
    }


def _verdict(row: Mapping[str, Any]) -> EntryVerdict:
    return EntryVerdict(
        **{name: row[name] for name in OF_VERDICT},
        status=EntryStatus(row["status"]),
        confidence=Confidence(row["confidence"]),
    )


def _series_row(row: SeriesRow) -> dict[str, Any]:
    figures = row.completion
    same = {name: getattr(row, name) for name in OF_SERIES} | {name: getattr(figures, name) for name in OF_COMPLETION}
    return same | {
        "aliases": list(row.aliases),
        "confidence": row.confidence.value,
        "total_books_in_series": figures.total_books,
    }


def _series(row: Mapping[str, Any]) -> SeriesRow:
    figures = SeriesCompletion(
        series_key=row["series_key"],
        total_books=row["total_books_in_series"],
        **{name: row[name] for name in OF_COMPLETION},
    )
    return SeriesRow(
        **{name: row[name] for name in OF_SERIES},
        completion=figures,
        aliases=tuple(row["aliases"]),
        confidence=Confidence(row["confidence"]),
    )


VERDICTS = Mapper(EntryVerdict, "ownership", _verdict, _verdict_row, is_whole=True)
SERIES = Mapper(SeriesRow, "series", _series, _series_row, is_whole=True)
