"""Series with their figures, and whether these are current. Read only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..engine import reading
from ..tables import (
    columns_of,
    downloads,
    ownership,
    series,
    series_entries,
    tasks,
)
from .queries import rows


def series_rows(engine: sa.Engine) -> list[dict[str, Any]]:
    """All series, the least complete first, those not known last."""
    return rows(
        engine, sa.select(*columns_of(series)).order_by(series.c.completion_percentage.nulls_last(), series.c.name)
    )


def completion_is_current(engine: sa.Engine) -> bool:
    """Whether the figures were counted from a library read after the last import."""
    with reading(engine) as connection:
        imported = connection.execute(sa.select(sa.func.max(downloads.c.imported_at))).scalar_one()
        if imported is None:
            return True
        read = connection.execute(
            sa.select(sa.func.max(tasks.c.started_at)).where(
                tasks.c.task_name == "library_snapshot", tasks.c.status.in_(("succeeded", "partial"))
            )
        ).scalar_one()
        counted = connection.execute(
            sa.select(sa.func.max(tasks.c.started_at)).where(
                tasks.c.task_name == "missing_books", tasks.c.status.in_(("succeeded", "partial"))
            )
        ).scalar_one()
    return read is not None and counted is not None and imported < read <= counted


def old_series(engine: sa.Engine, limit: datetime) -> list[dict[str, Any]]:
    """Series of which something was last answered before ``limit``: their name, how many such entries, the oldest."""
    entry = series_entries.c
    query = (
        sa.select(
            entry.series_name, sa.func.count().label("entries"), sa.func.min(entry.fetched_at).label("fetched_at")
        )
        .where(entry.fetched_at < limit)
        .group_by(entry.series_key, entry.series_name)
        .order_by(entry.series_key)
    )
    return rows(engine, query)


def owned_books(engine: sa.Engine) -> frozenset[str]:
    """Keys of the books that the library has, as last judged."""
    query = sa.select(ownership.c.book_key).where(ownership.c.status == "owned")
    with reading(engine) as connection:
        return frozenset(connection.execute(query).scalars())
