"""``metadata.json`` beside the files, as Audiobookshelf 2.36 reads it.

What it says wins over tags and folder. Nulls say nothing; an empty list of authors, genres or tags neither, but one of
narrators or series empties what the tags said, and an empty text is a text. Older files nest all under "metadata".
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .disk_item import DiskItem

_TEXTS = ("title", "subtitle", "publishedYear", "publishedDate", "publisher", "description", "isbn", "asin", "language")


def series_text(text: str) -> tuple[str, str | None]:
    """ "Wheel of Time #3" → name and sequence. Nothing else is tidied: "S ##2" and "S # 3" are names."""
    match = re.search(r" #([^#\s]+)$", text)
    return (text[: match.start()], match[1]) if match else (text, None)


def read_sidecar(disk_item: DiskItem, path: Path) -> None:
    """Let the file speak, if it is there and is JSON."""
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return
    disk_item.has_sidecar = True
    if not isinstance(given, dict):
        return
    if isinstance(given.get("metadata"), dict):
        given = given | given["metadata"]
    for key in _TEXTS:
        value = given.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            disk_item.metadata[key] = str(value)
    for key in ("explicit", "abridged"):
        value = {"true": True, "false": False}.get(str(given.get(key)).lower())
        disk_item.metadata[key] = disk_item.metadata[key] if value is None else value
    disk_item.metadata["genres"] = _list(given, "genres") or disk_item.metadata["genres"]
    disk_item.authors = _list(given, "authors") or disk_item.authors
    disk_item.tags = _list(given, "tags") or disk_item.tags or []
    if (narrators := _list(given, "narrators")) is not None:
        disk_item.narrators = narrators
    if (series := _list(given, "series")) is not None:
        disk_item.series = [series_text(text) for text in series]
    disk_item.chapters = len(given["chapters"]) if isinstance(given.get("chapters"), list) else 0


def _list(given: dict[str, Any], key: str) -> list[str] | None:
    """The texts of a list, each once; None when the file says nothing that counts."""
    if key not in given:
        return None
    value = [] if given[key] is None else given[key]
    if not isinstance(value, list):
        return None
    return list(dict.fromkeys(entry.strip() for entry in value if isinstance(entry, str) and entry.strip()))
