"""Values of one column of a frame: which ones fit a kind of column, and the dtype they get.

pandas alone would guess: an integer column with a gap becomes float, missing text a float NaN, a naive time is taken
for whatever zone suits. So every value is looked at, unless the dtype already says all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from ..tables.types import clean_json, clean_text


class Kind(StrEnum):
    """What a column holds; the value is how an error names it."""

    TEXT = "text"
    INTEGER = "a whole number of 32 bits"
    BIG_INTEGER = "a whole number of 64 bits"
    FLOAT = "a finite number"
    FLAG = "true or false"
    TIME = "a time with its zone"
    DATE = "a date"
    JSON = "a JSON value"

    def dtype(self, nullable: bool) -> str:
        """The dtype of a frame's column of this kind."""
        if self in (Kind.INTEGER, Kind.BIG_INTEGER):
            return "Int64" if nullable else "int64"
        if self is Kind.FLAG:
            return "boolean" if nullable else "bool"
        return {Kind.TEXT: "str", Kind.FLOAT: "float64", Kind.TIME: "datetime64[us, UTC]"}.get(self, "object")


LIMIT = {Kind.INTEGER: 2**31, Kind.BIG_INTEGER: 2**63}
_WRONG = object()
_SAID_BY_DTYPE = (Kind.BIG_INTEGER, Kind.FLAG)  # the others have limits, characters or nulls that no dtype tells


def is_null(value: Any) -> bool:
    """Whether a single value is one of pandas' or Python's nulls."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def series_of(values: pd.Series) -> list[Any]:
    """The column's values as Python objects (no numpy scalars)."""
    return list(values.tolist())


def convert(kind: Kind, nullable: bool, values: pd.Series) -> tuple[pd.Series, list[int]]:
    """The column with the dtype of its kind, and the rows whose values do not fit (then the column is of no use)."""
    fit = _FIT[kind]
    null = None if kind in (Kind.JSON, Kind.DATE) else np.nan if kind in (Kind.FLOAT, Kind.TEXT) else pd.NA
    converted: list[Any] = []
    bad: list[int] = []
    for row, value in enumerate(series_of(values)):
        if is_null(value):
            fitting = null if nullable else _WRONG
        else:
            fitting = fit(value)
            if fitting is not _WRONG and kind in LIMIT and not -LIMIT[kind] <= fitting < LIMIT[kind]:
                fitting = _WRONG
        if fitting is _WRONG:
            bad.append(row)
        converted.append(fitting)
    if bad:
        return values, bad
    if kind is Kind.TIME:
        return pd.Series(pd.DatetimeIndex([pd.NaT if v is pd.NA else v for v in converted], dtype=kind.dtype(True))), []
    return pd.Series(converted, dtype=kind.dtype(nullable)), []


def _text(value: Any) -> Any:
    return clean_text(str(value)) if isinstance(value, str) else _WRONG


def _integer(value: Any) -> Any:
    if isinstance(value, bool):
        return _WRONG
    if isinstance(value, int | np.integer):
        return int(value)
    # A frame built from rows with a gap has whole numbers as floats; a fraction is a fault.
    return int(value) if isinstance(value, float) and value.is_integer() else _WRONG


def _float(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return _WRONG
    return float(value) if math.isfinite(value) else _WRONG


def _flag(value: Any) -> Any:
    return bool(value) if isinstance(value, bool | np.bool_) else _WRONG


def _time(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else _WRONG


def _date(value: Any) -> Any:
    return value if isinstance(value, date) and not isinstance(value, datetime) else _WRONG


def _json(value: Any) -> Any:
    return clean_json(value) if is_json(value) else _WRONG


def is_json(value: Any) -> bool:
    """Whether it can be written as JSON as it is."""
    if value is None or isinstance(value, str | bool | int):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list | tuple):
        return all(map(is_json, value))
    return isinstance(value, dict) and all(isinstance(key, str) and is_json(part) for key, part in value.items())


_FIT: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.BIG_INTEGER: _integer,
    Kind.FLOAT: _float,
    Kind.FLAG: _flag,
    Kind.TIME: _time,
    Kind.DATE: _date,
    Kind.JSON: _json,
}
