"""Library items ↔ the table ``books``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from mam_assets.domain.gc_pause import collector_paused
from mam_assets.domain.model.library import LibraryItem, SeriesRef

from ..frames.mapper import Mapper

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


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """An item as its table shows it: with its library's name, and why it takes no part in matching (else blank)."""

    item: LibraryItem
    library_name: str = ""
    problem: str = ""


def library_rows(
    items: Iterable[LibraryItem], library_names: Mapping[str, str], problems: Mapping[str, str]
) -> list[LibraryRow]:
    """Rows of ``books``. ``library_names`` maps library ids, ``problems`` item ids to why they do not take part."""
    with collector_paused():
        return [
            LibraryRow(item, library_names.get(item.library_id, ""), problems.get(item.abs_id, "")) for item in items
        ]


def _row(row: LibraryRow) -> dict[str, Any]:
    item = row.item
    first = item.series[0] if item.series else SeriesRef("")
    return {name: getattr(item, name) for name in SAME} | {
        "library_name": row.library_name,
        "author": ", ".join(item.authors),
        "authors": list(item.authors),
        "narrators": list(item.narrators),
        "genres": list(item.genres),
        "series": [{"name": ref.name, "sequence": ref.position, "id": ref.series_id} for ref in item.series],
        "series_name": first.name,
        "series_number": first.position,
        "problem": row.problem,
    }


def _value(row: Mapping[str, Any]) -> LibraryRow:
    return LibraryRow(_item(row), row["library_name"], row["problem"])


def _item(row: Mapping[str, Any]) -> LibraryItem:
    return LibraryItem(
        **{name: row[name] for name in SAME},
        authors=tuple(row["authors"]),
        narrators=tuple(row["narrators"]),
        genres=tuple(row["genres"]),
        series=tuple(SeriesRef(ref["name"], ref["sequence"], ref["id"]) for ref in row["series"]),
    )


LIBRARY_ROWS = Mapper(LibraryRow, "books", _value, _row, is_whole=True)
LIBRARY_ITEMS = Mapper(
    LibraryItem, "books", _item, lambda item: _row(LibraryRow(item)), part_of=(LIBRARY_ROWS, attrgetter("item"))
)
"""The items alone, also those that take no part."""
