"""Completion day by day: the last figures of each day stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import completion_history
from ..upsert import upsert

WHOLE_LIBRARY = ""
"""The series key of the figures of all series together."""


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one series (or the whole library) on one day, UTC. Percentage 0 to 100, None: not known."""

    taken_on: date
    series_key: str
    books_owned: int
    total_books: int
    completion_percentage: float | None


def record(where: Where, now: datetime, figures: Iterable[tuple[str, int, int, float | None]]) -> None:
    """Keep the day's figures: (series key, books owned, total books, percentage), one per series."""
    day = now.astimezone(UTC).date()
    with writing(where) as connection:
        upsert(connection, completion_history, [asdict(Point(day, *figure)) for figure in figures])


def history(where: Where, series_key: str = WHOLE_LIBRARY, since: date | None = None) -> list[Point]:
    """The figures of one series, oldest first."""
    column = completion_history.c
    query = sa.select(completion_history).where(column.series_key == series_key).order_by(column.taken_on)
    if since is not None:
        query = query.where(column.taken_on >= since)
    with reading(where) as connection:
        return [Point(**row) for row in connection.execute(query).mappings()]


def before(where: Where, day: date) -> dict[str, Point]:
    """The last figures of each series before that day."""
    column = completion_history.c
    last = (
        sa.select(column.series_key, sa.func.max(column.taken_on).label("taken_on"))
        .where(column.taken_on < day)
        .group_by(column.series_key)
        .subquery()
    )
    same = sa.and_(column.series_key == last.c.series_key, column.taken_on == last.c.taken_on)
    with reading(where) as connection:
        rows = connection.execute(sa.select(completion_history).join(last, same)).mappings()
        return {row["series_key"]: Point(**row) for row in rows}
