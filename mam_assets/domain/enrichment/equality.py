"""Is what the server holds the value that was sent? It trims, escapes "&" in texts, and keeps no order of lists."""

from __future__ import annotations

import html


def same_value(left: object, right: object) -> bool:
    """Equal but for white space, entities, the order of lists, and how "nothing" is written (null, "" or [])."""
    return _normal(left) == _normal(right)


def _normal(value: object) -> object:
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, dict):
        return (_normal(value.get("name")), _normal(value.get("sequence")))
    if isinstance(value, (list, tuple)):
        return sorted((_normal(member) for member in value), key=repr)
    return " ".join(html.unescape(str(value)).split()) or None
