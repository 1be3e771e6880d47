"""Every table of the store, declared once: type, unit, nullability and meaning of each column.

Two kinds, never mixed in one table. *Derived* tables are a function of their inputs: their asset computes them anew and
the difference is written; *ledgers* are appended to or stepped forward and never rebuilt. The column comments are the
description of the frames that the assets exchange (see ``frames``). Column names of the system this one replaces are
kept.

Conventions: sizes in bytes, durations in seconds, times in UTC, positions as text, lists and objects as JSON.
"""

from __future__ import annotations

from .columns import metadata
from .derived import (
    CONTENT_HASH,
    author_works,
    authors,
    books,
    candidates,
    columns_of,
    missing_books,
    ownership,
    series,
    series_entries,
    top10_releases,
)
from .downloads import ACTIVE_STATES, download_books, download_events, downloads, import_files
from .ledgers import (
    backoffs,
    blocklist,
    completion_history,
    enrichments,
    failed_attempts,
    metadata_corrections,
    notices,
    overrides,
    provider_answers,
    purchases,
    searches,
    table_versions,
    tasks,
)

__all__ = [
    "ACTIVE_STATES",
    "CONTENT_HASH",
    "author_works",
    "authors",
    "backoffs",
    "blocklist",
    "books",
    "candidates",
    "columns_of",
    "completion_history",
    "download_books",
    "download_events",
    "downloads",
    "enrichments",
    "failed_attempts",
    "import_files",
    "metadata",
    "metadata_corrections",
    "missing_books",
    "notices",
    "overrides",
    "ownership",
    "provider_answers",
    "purchases",
    "searches",
    "series",
    "series_entries",
    "table_versions",
    "tasks",
    "top10_releases",
]
