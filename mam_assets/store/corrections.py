"""The ledger of changes of metadata in Audiobookshelf: what it was, what it became, on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .engine import Where, reading, writing
from .tables import metadata_corrections


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one item, changed. ``old`` and ``new`` are JSON values;

    ``source`` is a provider, "import" or "undo".
    """

    id: int
    at: datetime
    abs_id: str
    field: str
    old: Any
    new: Any
    source: str
    confidence: str
    run_id: str
    undone_at: datetime | None


def record(
    where: Where,
    now: datetime,
    abs_id: str,
    field: str,
    old: Any,
    new: Any,
    source: str,
    confidence: str = "",
    run_id: str = "",
) -> int:
    """Note a change; gives its number."""
    row = {
        "at": now,
        "abs_id": abs_id,
        "field": field,
        "old": old,
        "new": new,
        "source": source,
        "confidence": confidence,
        "run_id": run_id,
    }
    with writing(where) as connection:
        inserted = sa.insert(metadata_corrections).values(row).returning(metadata_corrections.c.id)
        return int(connection.execute(inserted).scalar_one())


def of_item(where: Where, abs_id: str) -> list[Correction]:
    """Every change of one item, newest first."""
    return _read(where, sa.select(metadata_corrections).where(metadata_corrections.c.abs_id == abs_id))


def of_run(where: Where, run_id: str) -> list[Correction]:
    """Every change that one run made and that still stands, newest first: the order in which to undo them."""
    column = metadata_corrections.c
    return _read(where, sa.select(metadata_corrections).where(column.run_id == run_id, column.undone_at.is_(None)))


def recent(where: Where, limit: int = 50) -> list[Correction]:
    """The last changes, newest first."""
    return _read(where, sa.select(metadata_corrections).limit(limit))


def undone(where: Where, now: datetime, correction_id: int) -> None:
    """Note that a change was taken back."""
    chosen = sa.update(metadata_corrections).where(metadata_corrections.c.id == correction_id)
    with writing(where) as connection:
        connection.execute(chosen.values(undone_at=now))


def _read(where: Where, query: sa.Select[Any]) -> list[Correction]:
    with reading(where) as connection:
        rows = connection.execute(query.order_by(metadata_corrections.c.id.desc())).mappings()
        return [Correction(**row) for row in rows]
