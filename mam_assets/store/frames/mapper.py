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

    ``row`` must name every column, ``value`` gets them all. ``is_whole``: a value comes back just as it was written.
    ``part_of``: the mapper of larger values of that table, and what takes this one out of such a value.
    """

    kind: type[T]
    table: str
    value: Callable[[dict[str, Any]], T]
    row: Callable[[T], Row]
    is_whole: bool = False
    part_of: tuple[Mapper[Any], Callable[[Any], T]] | None = None
