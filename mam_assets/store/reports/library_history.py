"""What earlier runs saw of the library. Read only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mam_assets.domain.figures import SnapshotFigure

from ..engine import reading
from ..tables import (
    books,
    tasks,
)


def usable_items(engine: sa.Engine) -> int:
    """How many library items take part in matching."""
    with reading(engine) as connection:
        query = sa.select(sa.func.count()).select_from(books).where(books.c.problem == "")
        return connection.execute(query).scalar_one()


def largest_recent_snapshot(engine: sa.Engine, runs: int = 5) -> int:
    """The most usable audiobooks that one of the last snapshots had; 0 when there was none."""
    query = (
        sa.select(tasks.c.details)
        .where(tasks.c.task_name == "library_snapshot", tasks.c.status.in_(("succeeded", "partial")))
        .order_by(tasks.c.id.desc())
        .limit(runs)
    )
    with reading(engine) as connection:
        found = connection.execute(query).scalars()
        return max((int(details.get(SnapshotFigure.USABLE_AUDIOBOOKS, 0)) for details in found), default=0)


def last_figures(engine: sa.Engine, task_name: str) -> dict[str, Any]:
    """The figures of the last run of a stage that ended well; empty when there was none."""
    query = (
        sa.select(tasks.c.details)
        .where(tasks.c.task_name == task_name, tasks.c.status.in_(("succeeded", "partial")))
        .order_by(tasks.c.id.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        return dict(connection.execute(query).scalar_one_or_none() or {})
