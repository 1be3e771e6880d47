"""Comparing the shape of a stand-in's answer with an answer recorded from a real server."""

from __future__ import annotations

from typing import Any


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {str: "string", list: "list", dict: "object", type(None): "null"}[type(value)]


SKIPPED = frozenset({"metaTags"})  # what a file's own tags are differs from file to file


def differences(real: Any, ours: Any, nullable: frozenset[str] = frozenset(), path: str = "") -> list[str]:
    """What our answer lacks, has too much or has with another JSON type.

    Lists are compared by their first entries. ``nullable`` names keys that may be null in one and not in the other.
    """
    key = path.rsplit(".", 1)[-1]
    if key in SKIPPED:
        return []
    if kind(real) != kind(ours):
        return [] if key in nullable and "null" in (kind(real), kind(ours)) else [f"{path}: {kind(real)}≠{kind(ours)}"]
    if isinstance(real, dict):
        differing = [f"{path}.{name} is missing" for name in real.keys() - ours.keys()]
        differing += [f"{path}.{name} is too much" for name in ours.keys() - real.keys()]
        for name in sorted(real.keys() & ours.keys()):
            differing += differences(real[name], ours[name], nullable, f"{path}.{name}")
        return differing
    if isinstance(real, list) and real and ours:
        return differences(real[0], ours[0], nullable, f"{path}[0]")
    return []
