"""An item as it lies on the disk, before it is a book of the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .books import blank_metadata


@dataclass
class DiskItem:
    """One item on disk. ``files``: rows as in Book.files; the rest as Audiobookshelf would store it."""

    rel_path: str
    is_file: bool
    ino: str
    mtime_ms: int
    files: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=blank_metadata)
    authors: list[str] = field(default_factory=list)
    narrators: list[str] = field(default_factory=list)
    series: list[tuple[str, str | None]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    chapters: int = 0
    has_sidecar: bool = False
