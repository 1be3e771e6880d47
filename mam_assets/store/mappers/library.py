"""Library items ↔ the table ``books``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from mam_assets.domain.model.library import LibraryItem, SeriesRef

from ..frames.schema import from_records, to_records

SAME = (
    "abs_id",
    "library_id",
    "title",
    "subtitle",
    "asin",
    "isbn",
    "language",
    "published_year",
    "publisher",
    "description",
    "duration_seconds",
    "size_bytes",
    "num_audio_files",
    "ebook_format",
    "abridged",
    "is_missing",
    "is_invalid",
    "has_cover",
    "path",
    "rel_path",
    "added_at",
    "updated_at",
)
"""Columns that hold the field of the same name as it is."""


def items_to_frame(
    items: Iterable[LibraryItem],
    library_names: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The frame of ``books``. ``library_names`` maps library ids, ``problems`` item ids to why they do not take part.

    Raises FrameError when an item comes twice.
    """
    names, troubles = library_names or {}, problems or {}
    return from_records("books", (_row(item, names, troubles) for item in items))


def items_from_frame(frame: pd.DataFrame) -> list[LibraryItem]:
    """The items of a frame of ``books``, also those that take no part."""
    return [_item(row) for row in to_records("books", frame)]


def _row(item: LibraryItem, names: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, Any]:
    first = item.series[0] if item.series else SeriesRef("")
    return {name: getattr(item, name) for name in SAME} | {
        "library_name": names.get(item.library_id, ""),
        "author": ", ".join(item.authors),
        "authors": list(item.authors),
        "narrators": list(item.narrators),
        "genres": list(item.genres),
        "series": [{"name": one.name, "sequence": one.position, "id": one.series_id} for one in item.series],
        "series_name": first.name,
        "series_number": first.position,
        "problem": problems.get(item.abs_id, ""),
    }


def _item(row: Mapping[str, Any]) -> LibraryItem:
    return LibraryItem(
        **{name: row[name] for name in SAME},
        authors=tuple(row["authors"]),
        narrators=tuple(row["narrators"]),
        genres=tuple(row["genres"]),
        series=tuple(SeriesRef(one["name"], one["sequence"], one["id"]) for one in row["series"]),
    )
