"""Values of derived tables that a run has read or written, so that its next step need not read them again."""

from __future__ import annotations

from typing import Any, TypeVar

from .mapper import Mapper

T = TypeVar("T")


class Memory:
    """Values by table and kind, each good as long as the table stays at the version they were seen at."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Any], tuple[int, list[Any]]] = {}

    def get(self, mapper: Mapper[T], version: int) -> list[T] | None:
        """The table's values in the order of its key, or None when they are not known at that version."""
        kept = self._kept.get((mapper.table, mapper.kind))
        if kept is not None and kept[0] == version:
            return list(kept[1])
        if mapper.part_of is None:
            return None
        whole, part = mapper.part_of
        values = self.get(whole, version)
        return None if values is None else [part(value) for value in values]

    def put(self, mapper: Mapper[T], version: int, values: list[T]) -> None:
        """Keep the values that the table holds at that version, in the order of its key."""
        self._kept[mapper.table, mapper.kind] = version, list(values)
