"""Rows of a derived table in the form that a driver takes: checked and encoded, hashed, and decoded again.

The way for lists of dataclasses, which needs no frame. What is not plainly as the table wants it goes through
``schema.check``, so that both ways take and refuse the same values with the same words.
"""

from __future__ import annotations

import json
import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from itertools import islice, repeat
from math import isfinite
from typing import Any

from ..errors import FrameError
from ..tables.types import clean_text
from . import schema
from .columns import LIMIT, Kind, is_json

Row = Mapping[str, Any]
"""Plain values by column name, None for null."""
Encoded = tuple[Any, ...]
"""A row's values in the order of the columns; times, dates and JSON as text. Equal rows have equal encodings."""
Key = tuple[Any, ...]

_ROWS_AT_ONCE = 2000
_TIME_LENGTH = 26  # of a time down to its microseconds, without the zone
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # the escape, not a text that spells it out


class _NotPlain(Exception):
    """A value that only the complete check can judge."""


def encoded(table: str, rows: Callable[[], Iterable[Row]], altered: Callable[[], object] = bool) -> Iterator[Encoded]:
    """The rows, encoded one after the other. Raises FrameError as ``schema.check`` does, over all rows.

    ``rows`` gives them anew at each call: they are gone through a second time to name everything that is wrong.
    ``altered`` is called when a row may be encoded otherwise than it was given, as with a text that cannot be stored.
    """
    source = iter(rows())
    while batch := list(islice(source, _ROWS_AT_ONCE)):
        try:
            yield from _encode(table, batch)
        except _NotPlain:
            altered()
            yield from _encode(table, _checked(table, batch, rows))


def _checked(table: str, batch: Sequence[Row], rows: Callable[[], Iterable[Row]]) -> list[dict[str, Any]]:
    try:
        return schema.to_records(table, schema.from_records(table, batch))
    except FrameError:
        schema.from_records(table, rows())
        raise


def refuse_repeated(table: str, rows: Callable[[], Iterable[Row]]) -> None:
    """Raise the FrameError that names the keys that come twice."""
    schema.from_records(table, rows())


def content_hash(row: Encoded) -> int:
    """A number that differs where the rows differ, the same in every process.

    The second version of marshal's format is fixed by the values alone, and much faster than any text.
    """
    return int.from_bytes(blake2b(marshal.dumps(row, 2), digest_size=8).digest(), "big", signed=True)


@cache
def places(table: str, kind: Kind) -> tuple[int, ...]:
    """The places of the columns of a kind in an encoded row."""
    return tuple(at for at, column in enumerate(schema.columns(table)) if column.kind is kind)


# ------------------------------------------------------------------------------------------------------ encoding


def _encode(table: str, rows: Sequence[Row]) -> Iterator[Encoded]:
    declared = schema.columns(table)
    if set(map(len, rows)) != {len(declared)}:
        raise _NotPlain
    try:
        lists = [_ENCODE[column.kind](column.nullable, [row[column.name] for row in rows]) for column in declared]
    except KeyError:
        raise _NotPlain from None
    return zip(*lists, strict=True)


def _of_types(nullable: bool, values: list[Any], *types: type) -> None:
    unexpected = set(map(type, values)).difference(types)
    if unexpected and not (nullable and unexpected == {type(None)}):
        raise _NotPlain


def _texts(nullable: bool, values: list[Any]) -> list[Any]:
    _of_types(nullable, values, str)
    texts = [value for value in values if value is not None] if nullable else values
    if any(map(str.__contains__, texts, repeat("\0"))):
        raise _NotPlain
    if not all(map(str.isascii, texts)) and any(clean_text(text) != text for text in texts):
        raise _NotPlain
    return values


def _integers(kind: Kind) -> Callable[[bool, list[Any]], list[Any]]:
    limit = LIMIT[kind]

    def encode(nullable: bool, values: list[Any]) -> list[Any]:
        _of_types(nullable, values, int)
        if not all(-limit <= value < limit for value in values if value is not None):
            raise _NotPlain
        return values

    return encode


def _floats(nullable: bool, values: list[Any]) -> list[Any]:
    _of_types(nullable, values, float)
    if not all(isfinite(value) for value in values if value is not None):
        raise _NotPlain
    return values


def _flags(nullable: bool, values: list[Any]) -> list[Any]:
    _of_types(nullable, values, bool)
    return values


def _times(nullable: bool, values: list[Any]) -> list[Any]:
    _of_types(nullable, values, datetime)
    return [None if value is None else _time(value) for value in values]


def _time(value: datetime) -> str:
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise _NotPlain
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds")[:_TIME_LENGTH]


def _dates(nullable: bool, values: list[Any]) -> list[Any]:
    _of_types(nullable, values, date)
    return [None if value is None else value.isoformat() for value in values]


def _jsons(nullable: bool, values: list[Any]) -> list[Any]:
    if not nullable and None in values:
        raise _NotPlain
    return [None if value is None else _json(value) for value in values]


def _json(value: Any) -> str:
    if not value and isinstance(value, list):
        return "[]"
    if not (_is_plain_list(value) or is_json(value)):
        raise _NotPlain
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError):
        raise _NotPlain from None
    if ("\\u0000" in text and _NUL.search(text)) or (not text.isascii() and clean_text(text) != text):
        raise _NotPlain
    return text


def _is_plain_list(value: Any) -> bool:
    """Texts, or objects of texts: what nearly every column holds, told without looking at each value."""
    if not isinstance(value, list):
        return False
    kinds = set(map(type, value))
    if kinds == {str}:
        return True
    return kinds == {dict} and all(set(map(type, (*part, *part.values()))) == {str} for part in value)


_ENCODE: dict[Kind, Callable[[bool, list[Any]], list[Any]]] = {
    Kind.TEXT: _texts,
    Kind.INTEGER: _integers(Kind.INTEGER),
    Kind.BIG_INTEGER: _integers(Kind.BIG_INTEGER),
    Kind.FLOAT: _floats,
    Kind.FLAG: _flags,
    Kind.TIME: _times,
    Kind.DATE: _dates,
    Kind.JSON: _jsons,
}

# ------------------------------------------------------------------------------------------------------ decoding


def decoded(table: str, rows: Iterable[Sequence[Any]], dialect: str) -> Iterator[dict[str, Any]]:
    """Rows as the dialect's driver gives them, as plain values by column name. Equal texts become one object: a library
    repeats the names of its authors and series in every row."""
    declared = schema.columns(table)
    names = [column.name for column in declared]
    decode = _FROM_SQLITE if dialect == "sqlite" else _FROM_POSTGRES
    shared: dict[str, str] = {}
    source = iter(rows)
    while batch := list(islice(source, _ROWS_AT_ONCE)):
        lists: list[Iterable[Any]] = []
        for column, values in zip(declared, zip(*batch, strict=True), strict=True):
            if column.kind is Kind.TEXT:
                lists.append(map(shared.setdefault, values, values))
            elif column.kind in decode:
                value_of = decode[column.kind]
                lists.append([None if value is None else value_of(value) for value in values])
            else:
                lists.append(values)
        for row in zip(*lists, strict=True):
            yield dict(zip(names, row, strict=True))


def _time_of_text(value: str) -> datetime:
    return datetime.fromisoformat(f"{value}+00:00")


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


_parse = json.JSONDecoder().raw_decode  # half the time of json.loads, for texts that we wrote ourselves


def _json_of_text(value: str) -> Any:
    return [] if value == "[]" else _parse(value)[0]


_FROM_SQLITE: dict[Kind, Callable[[Any], Any]] = {
    Kind.FLAG: bool,
    Kind.TIME: _time_of_text,
    Kind.DATE: date.fromisoformat,
    Kind.JSON: _json_of_text,
}
_FROM_POSTGRES: dict[Kind, Callable[[Any], Any]] = {Kind.TIME: _in_utc}
