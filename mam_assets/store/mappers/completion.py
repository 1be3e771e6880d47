"""Verdicts ↔ the table ``ownership``; figures of series → the table ``series``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, SeriesCompletion
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import TrackedSeries

from ..frames.schema import from_records, to_records


class SeriesRow(Protocol):
    """One series with its figures and the state of its catalogue. ``fetched_at`` is the age of the catalogue."""

    @property
    def tracked(self) -> TrackedSeries: ...
    @property
    def completion(self) -> SeriesCompletion: ...
    @property
    def provider(self) -> str: ...
    @property
    def provider_series_id(self) -> str: ...
    @property
    def confidence(self) -> str: ...
    @property
    def catalogue_problem(self) -> str: ...
    @property
    def fetched_at(self) -> datetime | None: ...


def verdicts_to_frame(verdicts: Iterable[EntryVerdict]) -> pd.DataFrame:
    """The frame of ``ownership``. Raises FrameError when a key comes twice."""
    return from_records(
        "ownership",
        (asdict(one) | {"status": one.status.value, "confidence": one.confidence.value} for one in verdicts),
    )


def verdicts_from_frame(frame: pd.DataFrame) -> list[EntryVerdict]:
    """The verdicts of a frame of ``ownership``."""
    return [
        EntryVerdict(**row | {"status": EntryStatus(row["status"]), "confidence": Confidence(row["confidence"])})
        for row in to_records("ownership", frame)
    ]


def series_to_frame(rows: Iterable[SeriesRow]) -> pd.DataFrame:
    """The frame of ``series``. Raises FrameError when a series comes twice."""
    return from_records("series", map(_row, rows))


def _row(row: SeriesRow) -> dict[str, Any]:
    tracked, figures = row.tracked, row.completion
    return {
        "series_key": tracked.series_key,
        "name": tracked.name,
        "author": tracked.author,
        "aliases": list(tracked.aliases),
        "provider": row.provider,
        "provider_series_id": row.provider_series_id,
        "confidence": str(row.confidence),
        "library_items": len({abs_id for abs_id, _ in tracked.members}),
        "total_books_in_series": figures.total_books,
        "books_owned": figures.books_owned,
        "books_missing": figures.books_missing,
        "books_in_review": figures.books_in_review,
        "books_on_their_way": figures.books_on_their_way,
        "books_unreleased": figures.books_unreleased,
        "books_without_audiobook": figures.books_without_audiobook,
        "books_ignored": figures.books_ignored,
        "extras_total": figures.extras_total,
        "extras_owned": figures.extras_owned,
        "completion_percentage": figures.completion_percentage,
        "catalogue_problem": row.catalogue_problem,
        "catalogue_fetched_at": row.fetched_at,
    }
