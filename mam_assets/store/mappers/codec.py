"""Dataclasses of the domain as JSON columns and back.

Times become ISO texts, sets sorted lists. A key that this version does not know is ignored and a missing one takes the
field's default, so that rows written by an older or newer version stay readable.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object) -> Any:
    """A dataclass as what a JSON column takes."""
    kind: Any = type(value)
    plain = _adapter(kind).dump_python(value, mode="python")
    return _ANYTHING.dump_python(_sorted_sets(plain), mode="json")


def from_json(kind: type[T], value: Any) -> T:
    """The dataclass from a JSON column. Raises pydantic's ValidationError when it is something else."""
    hashable: Any = kind
    result: T = _adapter(hashable).validate_python(value)
    return result


def _sorted_sets(value: Any) -> Any:
    """Sets in a fixed order: the same value must always be the same JSON."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, dict):
        return {key: _sorted_sets(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sorted_sets(part) for part in value]
    return value
