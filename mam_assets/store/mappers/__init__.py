"""Dataclasses of the domain as rows of the store's tables, and back: one mapper for each kind and table."""

from typing import Any

from ..frames.mapper import Mapper
from .authors import AUTHOR_WORKS, AUTHORS, AuthorRow, JudgedWork
from .candidates import CANDIDATES
from .catalogue import SERIES_ENTRIES
from .completion import SERIES, VERDICTS, SeriesRow
from .library import LIBRARY_ITEMS, LIBRARY_ROWS, LibraryRow, library_rows
from .missing import MISSING_BOOKS, wanted_from_missing
from .top10 import top10_to_frame
from .values import (
    provider_series_from_json,
    provider_series_to_json,
    rejects_from_json,
    release_from_json,
    release_to_json,
    wanted_from_json,
    wanted_to_json,
)

__all__ = [
    "AUTHORS",
    "AUTHOR_WORKS",
    "CANDIDATES",
    "LIBRARY_ITEMS",
    "LIBRARY_ROWS",
    "MISSING_BOOKS",
    "SERIES",
    "SERIES_ENTRIES",
    "VERDICTS",
    "AuthorRow",
    "JudgedWork",
    "LibraryRow",
    "SeriesRow",
    "library_rows",
    "mapper_of",
    "provider_series_from_json",
    "provider_series_to_json",
    "rejects_from_json",
    "release_from_json",
    "release_to_json",
    "top10_to_frame",
    "wanted_from_json",
    "wanted_from_missing",
    "wanted_to_json",
]

_ALL: tuple[Mapper[Any], ...] = (
    AUTHORS,
    AUTHOR_WORKS,
    CANDIDATES,
    LIBRARY_ITEMS,
    LIBRARY_ROWS,
    MISSING_BOOKS,
    SERIES,
    SERIES_ENTRIES,
    VERDICTS,
)
_BY_KIND = {(mapper.kind, mapper.table): mapper for mapper in _ALL}


def mapper_of(kind: Any, table: str) -> Mapper[Any]:
    """The mapper of values of that kind in that table. Raises LookupError when there is none."""
    mapper = _BY_KIND.get((kind, table))
    if mapper is None:
        kinds = ", ".join(str(known) for known, name in _BY_KIND if name == table) or "no dataclass"
        raise LookupError(f"{table} is not kept as {kind}; it is as {kinds}")
    return mapper
