"""A dataclass of the domain as rows of a derived table, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .rows import Row

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mapper(Generic[T]):
    """How values of one kind are kept in one table.

    ``row`` must name every column, ``value`` gets them all.
    """

    kind: type[T]
    table: str
    value: Callable[[dict[str, Any]], T]
    row: Callable[[T], Row]
