"""What is sent to ``PATCH /api/items/:id/media``, and what becomes of it. Facts: seen on a running server 2.36.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from resources.audiobookshelf.items import SERVICE
from resources.errors import UnexpectedAnswer


def media_change(metadata: Mapping[str, Any], tags: list[str] | None) -> dict[str, Any]:
    """The body of a change.

    A sequence that is not a text would be stored as null, so numbers become texts. Each author and each series is named
    once: an author that is named twice, in whatever case, ends the server's process, and of a series only the last of
    its sequences is kept. The first naming stands.
    """
    changed = dict(metadata)
    if "series" in changed:
        changed["series"] = _once(_with_text_sequence(row) for row in changed["series"])
    if "authors" in changed:
        changed["authors"] = _once(changed["authors"])
    return {"metadata": changed} if tags is None else {"metadata": changed, "tags": tags}


def was_updated(answer: Any) -> bool:
    """Whether a change changed anything: the server leaves ``updated`` out when it did not. Raises UnexpectedAnswer."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("libraryItem"), Mapping):
        raise UnexpectedAnswer(SERVICE, "a change was not answered with the item")
    return bool(answer.get("updated"))


def _once(rows: Iterable[Any]) -> list[Any]:
    named: dict[str, Any] = {}
    for row in rows:
        name = row.get("name") if isinstance(row, Mapping) else None
        if isinstance(name, str) and name.strip():
            named.setdefault(" ".join(name.casefold().split()), row)
    return list(named.values())


def _with_text_sequence(row: Any) -> Any:
    if not isinstance(row, Mapping) or row.get("sequence") is None or isinstance(row["sequence"], str):
        return row
    return {**row, "sequence": str(row["sequence"])}
