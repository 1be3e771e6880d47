"""Is what the server holds the value that was sent? It trims, and keeps no order of lists."""

from __future__ import annotations

from typing import Any


def same_value(one: Any, two: Any) -> bool:
    """Equal but for white space, the order of lists, and how "nothing" is written (null, "" or an empty list)."""
    return _normal(one) == _normal(two)


def _normal(value: Any) -> Any:
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, dict):
        return (_normal(value.get("name")), _normal(value.get("sequence")))
    if isinstance(value, (list, tuple)):
        return sorted((_normal(one) for one in value), key=repr)
    return " ".join(str(value).split()) or None
