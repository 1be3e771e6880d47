"""The missing books as the command line lists them. Read only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..engine import reading
from ..tables import (
    columns_of,
    download_books,
    downloads,
    missing_books,
    searches,
)
from .queries import rows


def gaps(engine: sa.Engine, reason: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """Missing books, most wanted first, with their search and download state."""
    last_download = (
        sa.select(download_books.c.book_key, sa.func.max(download_books.c.download_id).label("id"))
        .where(download_books.c.book_key != "")
        .group_by(download_books.c.book_key)
        .subquery()
    )
    query = (
        sa.select(
            *columns_of(missing_books),
            searches.c.last_search_at,
            searches.c.next_search_at,
            searches.c.outcome,
            downloads.c.download_status,
        )
        .outerjoin(searches, searches.c.book_key == missing_books.c.book_key)
        .outerjoin(last_download, last_download.c.book_key == missing_books.c.book_key)
        .outerjoin(downloads, downloads.c.id == last_download.c.id)
        .order_by(missing_books.c.priority, missing_books.c.series_name, missing_books.c.book_key)
    )
    if reason:
        query = query.where(missing_books.c.reason_missing == reason)
    if limit is not None:
        query = query.limit(limit)
    return rows(engine, query)


def identified_dates(engine: sa.Engine) -> dict[str, datetime]:
    """When each gap was first seen, by book key."""
    with reading(engine) as connection:
        found = connection.execute(sa.select(missing_books.c.book_key, missing_books.c.identified_date))
        return {row.book_key: row.identified_date for row in found if row.identified_date is not None}
