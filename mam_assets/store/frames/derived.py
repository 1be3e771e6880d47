"""Derived tables, written as the difference to what is there and read whole.

What has changed is computed before anything is locked: each row's hash is compared with the one that the table keeps
beside it. Then one short transaction deletes and inserts just that. It counts the table's version on, and only from the
version that the difference was computed against: if another process has written the table meanwhile, the difference is
computed anew. So no reader sees half a table, also after a kill, and nobody waits for a computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mam_assets.domain.gc_pause import collector_paused

from ..engine import Where, reading, writing
from ..tables import CONTENT_HASH, table_versions
from ..upsert import insert
from . import rows as plain
from .columns import Kind
from .mapper import Mapper
from .memory import Memory
from .rows import Encoded, Key, Row
from .schema import check, columns, derived_table, from_records, keys, to_records

T = TypeVar("T")

_ROWS_AT_ONCE = 1000
_KEYS_AT_ONCE = 400  # well below the number of parameters that either database takes in a statement
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a write changed, how many it found as they should be, and how many it left alone (``kept``)."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    kept: int = 0

    @property
    def rows(self) -> int:
        """The rows that the table then holds."""
        return self.inserted + self.updated + self.unchanged + self.kept


@dataclass(frozen=True, slots=True)
class _Difference:
    """What makes a table hold the rows wanted. A row that changed is among both.

    ``keys`` are those of the rows wanted, in their order; ``as_given`` says that each is kept just as it was given.
    """

    inserted: list[Encoded]
    deleted: list[Key]
    written: Written
    keys: list[Key]
    as_given: bool


def _nothing(_key: Key) -> bool:
    return False


def write(
    where: Where,
    mapper: Mapper[T],
    values: Sequence[T],
    *,
    keep: Callable[[Key], bool] = _nothing,
    memory: Memory | None = None,
) -> Written:
    """Make the table of the mapper hold exactly the values; only rows that differ are touched.

    ``keep`` says of the key of a row that the values lack whether it stays (a stage that looked at a part of the
    world). ``memory`` keeps the values for who reads them next. Raises FrameError when a value does not fit, before
    anything is written.
    """
    with collector_paused():
        difference, version = _write(where, mapper.table, lambda: map(mapper.row, values), keep)
        if memory is not None and mapper.is_whole and difference.as_given and not difference.written.kept:
            order = sorted(range(len(values)), key=difference.keys.__getitem__)
            memory.put(mapper, version, [values[at] for at in order])
    return difference.written


def read(where: Where, mapper: Mapper[T], *, memory: Memory | None = None, **chosen: Any) -> list[T]:
    """The values of all rows, or of those whose columns hold what is ``chosen``, in the order of the table's key by
    code point. Taken from the ``memory``, and kept there, where one is given."""
    key = itemgetter(*keys(mapper.table))
    with reading(where) as connection, collector_paused():
        version = _version(connection, mapper.table)  # before the rows: they are never older than it says
        if memory is not None and not chosen and (known := memory.get(mapper, version)) is not None:
            return known
        pairs = [(key(row), mapper.value(row)) for row in _read(connection, mapper.table, chosen)]
        pairs.sort(key=itemgetter(0))
        values = [value for _, value in pairs]
        if memory is not None and not chosen:
            memory.put(mapper, version, values)
    return values


def write_frame(where: Where, table: str, frame: pd.DataFrame, *, keep: Callable[[Key], bool] = _nothing) -> Written:
    """Make the derived table hold exactly the rows of the frame, as ``write`` does."""
    records = to_records(table, check(table, frame))
    return _write(where, table, lambda: records, keep)[0].written


def read_frame(where: Where, table: str) -> pd.DataFrame:
    """The derived table as a checked frame, in the order of its key (by code point, on both databases)."""
    with reading(where) as connection:
        rows = sorted(_read(connection, table, {}), key=itemgetter(*keys(table)))
    return from_records(table, rows)


# ------------------------------------------------------------------------------------------------------- writing


def _write(
    where: Where, table: str, rows: Callable[[], Iterable[Row]], keep: Callable[[Key], bool]
) -> tuple[_Difference, int]:
    """What differed, and the version at which the table holds the rows."""
    while True:  # who has to compute anew does so because somebody else got on
        with reading(where) as connection:
            version = _version(connection, table)
            there = _hashes(connection, table)
        difference = _compare(table, rows, there, keep)
        if not (difference.inserted or difference.deleted):
            return difference, version
        with writing(where) as connection:
            if _count_on(connection, table, version):
                _delete(connection, table, difference.deleted)
                _insert(connection, table, difference.inserted)
                return difference, version + 1


def _compare(
    table: str, rows: Callable[[], Iterable[Row]], there: dict[Key, int | None], keep: Callable[[Key], bool]
) -> _Difference:
    """What differs from the rows that are ``there``; takes their keys out of it."""
    names = [column.name for column in columns(table)]
    places = [names.index(name) for name in keys(table)]
    inserted: list[Encoded] = []
    deleted: list[Key] = []
    seen: dict[Key, None] = {}
    alterations: list[None] = []
    for row in plain.encoded(table, rows, lambda: alterations.append(None)):
        key = tuple([row[place] for place in places])
        if key in seen:
            plain.refuse_repeated(table, rows)
        seen[key] = None
        content = plain.content_hash(row)
        before = there.pop(key, _ABSENT)
        if before == content:
            continue
        inserted.append((*row, content))
        if before is not _ABSENT:
            deleted.append(key)
    updated = len(deleted)
    deleted += [key for key in there if not keep(key)]
    absent = len(deleted) - updated
    written = Written(len(inserted) - updated, updated, len(seen) - len(inserted), absent, kept=len(there) - absent)
    return _Difference(inserted, deleted, written, list(seen), not alterations)


def _version(connection: Connection, table: str) -> int:
    version = table_versions.c.version
    return connection.execute(sa.select(version).where(table_versions.c.table_name == table)).scalar() or 0


def _count_on(connection: Connection, table: str, version: int) -> bool:
    """Count the table's version on, and keep other writers of it out till the end. False: it is no longer this one."""
    statement = insert(connection, table_versions).values(table_name=table, version=1)
    done = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["table_name"], set_={"version": version + 1}, where=table_versions.c.version == version
        ),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount == 1


def _hashes(connection: Connection, table: str) -> dict[Key, int | None]:
    """The hash of every row by its key."""
    there = _untyped(table)
    names = keys(table)
    rows = connection.execute(sa.select(*(there.c[name] for name in names), there.c[CONTENT_HASH]))
    return {tuple(row[:-1]): row[-1] for row in rows}


def _insert(connection: Connection, table: str, rows: Sequence[Encoded]) -> None:
    if not rows:
        return
    there = _untyped(table)
    if (
        connection.dialect.name == "sqlite"
    ):  # the rows are in the driver's form: nothing is to be done with each of them
        connection.exec_driver_sql(str(sa.insert(there).compile(connection)), list(rows))
        return
    times = plain.places(table, Kind.TIME)
    names = [column.name for column in there.c]
    connection.execute(sa.insert(there), [dict(zip(names, _zoned(row, times), strict=True)) for row in rows])


def _zoned(row: Encoded, times: Sequence[int]) -> Sequence[Any]:
    """The row with the zone of its times, which PostgreSQL keeps and SQLite does not."""
    values = list(row)
    for at in times:
        values[at] = values[at] and datetime.fromisoformat(f"{values[at]}+00:00")
    return values


def _delete(connection: Connection, table: str, gone: Sequence[Key]) -> None:
    if not gone:
        return
    there = _untyped(table)
    key = [there.c[name] for name in keys(table)]
    if connection.dialect.name == "sqlite":
        statement = sa.delete(there).where(*(column == sa.bindparam(column.name) for column in key))
        connection.exec_driver_sql(str(statement.compile(connection)), list(gone))
        return
    for start in range(0, len(gone), _KEYS_AT_ONCE):
        connection.execute(sa.delete(there).where(sa.tuple_(*key).in_(gone[start : start + _KEYS_AT_ONCE])))


# ------------------------------------------------------------------------------------------------------- reading


def _read(connection: Connection, table: str, chosen: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows, a part at a time: a large library has long descriptions."""
    there = _untyped(table)
    query = sa.select(*(there.c[column.name] for column in columns(table)))
    query = query.where(*(there.c[name] == value for name, value in chosen.items()))
    rows = connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    return plain.decoded(table, rows, connection.dialect.name)


@cache
def _untyped(table: str) -> sa.TableClause:
    """The table for statements whose values are in the driver's form already."""
    return sa.table(table, *(sa.column(column.name) for column in derived_table(table).columns))
