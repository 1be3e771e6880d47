"""Series entries ↔ the table ``series_entries``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mam_assets.domain.model.catalogue import EntryKind, SeriesEntry, Work
from mam_assets.domain.model.confidence import Confidence

from ..frames.mapper import Mapper
from .values import places_from_json, places_to_json

OF_ENTRY = (
    "series_key",
    "entry_key",
    "book_key",
    "series_name",
    "position",
    "disagreement",
    "provider_series_id",
    "fetched_at",
)
OF_WORK = (
    "work_id",
    "title",
    "title_raw",
    "subtitle",
    "original_title",
    "year",
    "release_date",
    "audio_release_date",
    "language",
    "isbn",
    "asin",
    "to_be_published",
    "has_audiobook",
    "runtime_seconds",
    "ratings_count",
)
"""Columns that hold the entry's, or its work's, field of the same name as it is."""


def _row(entry: SeriesEntry) -> dict[str, Any]:
    work = entry.work
    same = {name: getattr(entry, name) for name in OF_ENTRY} | {name: getattr(work, name) for name in OF_WORK}
    return same | {
        "alternative_titles": list(work.alternative_titles),
        "authors": list(work.authors),
        "kind": work.kind.value,
        "narrators": list(work.narrators),
        "places": places_to_json(work.series),
        "provider_ids": dict(work.provider_ids),
        "providers": list(entry.providers),
        "confidence": entry.confidence.value,
        "series_aliases": list(entry.series_aliases),
    }


def _entry(row: Mapping[str, Any]) -> SeriesEntry:
    work = Work(
        **{name: row[name] for name in OF_WORK},
        authors=tuple(row["authors"]),
        series=places_from_json(row["places"]),
        kind=EntryKind(row["kind"]),
        provider_ids=tuple(sorted(row["provider_ids"].items())),
        narrators=tuple(row["narrators"]),
        alternative_titles=tuple(row["alternative_titles"]),
    )
    return SeriesEntry(
        **{name: row[name] for name in OF_ENTRY},
        work=work,
        series_aliases=tuple(row["series_aliases"]),
        providers=tuple(row["providers"]),
        confidence=Confidence(row["confidence"]),
    )


SERIES_ENTRIES = Mapper(SeriesEntry, "series_entries", _entry, _row)
"""A work's provider ids come back in the order of the providers."""
