"""Derived tables as frames: written as a keyed upsert, read back checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..engine import Where, reading, writing
from ..upsert import upsert
from .schema import check, columns, derived_table, from_records, keys, to_records

_ROWS_AT_ONCE = 1000
_KEYS_AT_ONCE = 400  # well below the number of parameters that either database takes in a statement


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a write changed, and how many it found as they should be."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


def write_frame(where: Where, table: str, frame: pd.DataFrame, *, keep_absent: bool = False) -> Written:
    """Make the derived table hold exactly the rows of the frame, in one transaction; only rows that differ are touched.

    With ``keep_absent`` rows whose keys the frame lacks stay (a stage that looked at a part of the world).
    Raises FrameError when the frame does not fit, before anything is written.
    """
    rows = to_records(table, check(table, frame))
    target = derived_table(table)
    names = keys(table)
    new = {tuple(row[name] for name in names): row for row in rows}
    changed: list[dict[str, Any]] = []
    absent: list[tuple[Any, ...]] = []
    with writing(where) as connection:
        _lock(connection, target)
        for key, before in _rows(connection, target):
            row = new.pop(key, None)
            if row is None:
                absent.append(key)
            elif row != before:
                changed.append(row)
        if new:  # plain inserts go in batches, upserts do not; the lock keeps other writers out
            connection.execute(sa.insert(target), list(new.values()))
        upsert(connection, target, changed)
        deleted = [] if keep_absent else absent
        _delete(connection, target, deleted)
    return Written(len(new), len(changed), len(rows) - len(new) - len(changed), len(deleted))


def read_frame(where: Where, table: str) -> pd.DataFrame:
    """The derived table as a checked frame, in the order of its key (by code point, on both databases)."""
    names = keys(table)
    with reading(where) as connection:
        found = connection.execute(sa.select(derived_table(table))).mappings()
        rows = sorted((dict(row) for row in found), key=lambda row: [row[name] for name in names])
    return from_records(table, rows)


def _lock(connection: Connection, table: sa.Table) -> None:
    """Let no other process write this table meanwhile; on SQLite the transaction itself does that."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f'lock table "{table.name}" in share row exclusive mode'))


def _rows(connection: Connection, table: sa.Table) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Every row with its key, a part at a time: a large library has long descriptions."""
    names = [column.name for column in columns(table.name)]
    places = [names.index(name) for name in keys(table.name)]
    found = connection.execute(sa.select(table), execution_options={"yield_per": _ROWS_AT_ONCE})
    for row in found:
        yield tuple(row[place] for place in places), dict(zip(names, row, strict=True))


def _delete(connection: Connection, table: sa.Table, absent: Sequence[tuple[Any, ...]]) -> None:
    key = [table.c[name] for name in keys(table.name)]
    for start in range(0, len(absent), _KEYS_AT_ONCE):
        some = absent[start : start + _KEYS_AT_ONCE]
        chosen = key[0].in_([one[0] for one in some]) if len(key) == 1 else sa.tuple_(*key).in_(some)
        connection.execute(sa.delete(table).where(chosen))
