"""The frames that assets exchange: one per derived table, with the table's columns and fixed types.

| column of the table | dtype of the frame | a null is |
|---|---|---|
| text | str | not allowed |
| counts, bytes | int64, or Int64 where it may be null | pd.NA |
| float | float64 | NaN |
| flag | bool, or boolean where it may be null | pd.NA |
| time | datetime64[us, UTC] | NaT |
| date | object: ``datetime.date`` | None |
| JSON | object: lists, dicts, texts, numbers | None |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
import sqlalchemy as sa

from ..errors import FrameError
from ..tables import columns_of, metadata
from ..tables.types import CleanJson, UtcDateTime
from .columns import Kind, convert, is_null, series_of

_NAMED = 3  # bad values and keys that an error names before it only counts


@dataclass(frozen=True, slots=True)
class FrameColumn:
    """One column of a frame. ``unit`` is blank where there is none."""

    name: str
    kind: Kind
    nullable: bool
    is_key: bool
    meaning: str
    unit: str

    @property
    def dtype(self) -> str:
        return self.kind.dtype(self.nullable)


def derived_table(table: str) -> sa.Table:
    """The derived table of that name. Raises KeyError for any other: ledgers are not exchanged as frames."""
    definition = metadata.tables.get(table)
    if definition is None or definition.info.get("kind") != "derived":
        raise KeyError(f"{table!r} is not a derived table")
    return definition


@cache
def columns(table: str) -> tuple[FrameColumn, ...]:
    """The columns of a derived table's frame, in order. Raises KeyError for an unknown table."""
    return tuple(
        FrameColumn(
            name=column.name,
            kind=_kind(column),
            nullable=bool(column.nullable),
            is_key=column.primary_key,
            meaning=column.comment or "",
            unit=_unit(column),
        )
        for column in columns_of(derived_table(table))
    )


def keys(table: str) -> list[str]:
    """The names of the key columns."""
    return [column.name for column in columns(table) if column.is_key]


def empty(table: str) -> pd.DataFrame:
    """A frame without rows, of the right types."""
    return from_records(table, [])


def from_records(table: str, records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A checked frame from plain Python rows (None for null). Raises FrameError, also for missing or unknown keys."""
    rows = list(records)
    names = [column.name for column in columns(table)]
    known = frozenset(names)
    for row in rows:
        if row.keys() != known:
            raise FrameError(table, _names_that_differ(known, frozenset(row)))
    frame = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in names})
    return check(table, frame)


def to_records(table: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a checked frame as plain Python values: int, bool, str, aware datetime, date, None for null."""
    names = [column.name for column in columns(table)]
    lists = [_plain(column, frame[column.name]) for column in columns(table)]
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


def check(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame in the table's column order and types, with a plain index; the one given is left as it is.

    Raises FrameError that names every missing or unknown column, value of a wrong type, null where none is allowed and
    key that comes twice.
    """
    declared = columns(table)
    differing = _names_that_differ(frozenset(column.name for column in declared), frozenset(map(str, frame.columns)))
    if differing:
        raise FrameError(table, differing)
    problems: list[str] = []
    checked: dict[str, pd.Series] = {}
    for column in declared:
        values, bad = convert(column.kind, column.nullable, frame[column.name].reset_index(drop=True))
        if bad:
            problems.append(_say(table, frame, column, bad))
        else:
            checked[column.name] = values
    if not problems:
        result = pd.DataFrame(checked)
        problems = _repeated(table, result)
        if not problems:
            return result
    raise FrameError(table, problems)


def _names_that_differ(declared: frozenset[str], given: frozenset[str]) -> list[str]:
    problems = []
    if declared - given:
        problems.append(f"missing columns: {', '.join(sorted(declared - given))}")
    if given - declared:
        problems.append(f"unknown columns: {', '.join(sorted(given - declared))}")
    return problems


def _say(table: str, frame: pd.DataFrame, column: FrameColumn, bad: list[int]) -> str:
    names = [name for name in keys(table) if name != column.name] or [column.name]
    shown = []
    for row in bad[:_NAMED]:
        value = frame[column.name].iloc[row]
        what = "null" if is_null(value) else f"{type(value).__name__} {str(value)[:60]!r}"
        at = "|".join(str(frame[name].iloc[row]) for name in names)
        shown.append(f"{what} at {at!r}")
    more = f" and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
    return f"{column.name} must be {column.kind.value}{' or null' if column.nullable else ''}: {', '.join(shown)}{more}"


def _repeated(table: str, frame: pd.DataFrame) -> list[str]:
    names = keys(table)
    twice = frame[frame.duplicated(names)]
    if twice.empty:
        return []
    shown = ", ".join("|".join(map(str, row)) for row in twice[names].head(_NAMED).itertuples(index=False))
    more = f" and {len(twice) - _NAMED} more" if len(twice) > _NAMED else ""
    return [f"keys that come more than once ({', '.join(names)}): {shown}{more}"]


def _plain(column: FrameColumn, values: pd.Series) -> list[Any]:
    if column.kind is Kind.TIME:
        return [None if value is pd.NaT else value.to_pydatetime() for value in values]
    plain = series_of(values)
    if column.nullable and column.kind is not Kind.JSON:
        return [None if is_null(value) else value for value in plain]
    return plain


def _kind(column: sa.Column[Any]) -> Kind:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return Kind.TIME
    if isinstance(kind, CleanJson):
        return Kind.JSON
    if isinstance(kind, sa.Boolean):
        return Kind.FLAG
    if isinstance(kind, sa.BigInteger):
        return Kind.BIG_INTEGER
    if isinstance(kind, sa.Integer):
        return Kind.INTEGER
    if isinstance(kind, sa.Float):
        return Kind.FLOAT
    if isinstance(kind, sa.Date):
        return Kind.DATE
    return Kind.TEXT


def _unit(column: sa.Column[Any]) -> str:
    if isinstance(column.type, UtcDateTime):
        return "UTC"
    for ending, unit in (("_seconds", "s"), ("_bytes", "bytes"), ("_percentage", "%")):
        if column.name.endswith(ending):
            return unit
    return ""
