"""What the stand-ins remember between two starts: one small JSON file per name, replaced atomically.

A sandbox that is killed at any moment finds, when it starts again, either the state before or after the last change,
never half of it. Without a folder the state lives in memory only.
"""

from __future__ import annotations

import copy
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class State:
    """Named JSON documents in ``folder`` ("qbittorrent" → qbittorrent.json). Safe to use from several threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._documents: dict[str, dict[str, Any]] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> dict[str, Any]:
        """A copy of the document ({} at first): changing it changes nothing here."""
        with self._lock(name):
            return copy.deepcopy(self._document(name))

    @contextmanager
    def editing(self, name: str) -> Iterator[dict[str, Any]]:
        """The document itself, to be changed in place; it is on disk when the block ends.

        If the block raises, nothing is written and the change is forgotten.
        """
        with self._lock(name):
            before = self._document(name)
            document = copy.deepcopy(before)
            yield document
            if document != before:
                self._write(name, document)
                self._documents[name] = document

    def _lock(self, name: str) -> threading.RLock:
        with self._guard:
            return self._locks.setdefault(name, threading.RLock())

    def _document(self, name: str) -> dict[str, Any]:
        if name not in self._documents:
            path = self._path(name)
            exists = path is not None and path.exists()
            self._documents[name] = json.loads(path.read_text("utf-8")) if path is not None and exists else {}
        return self._documents[name]

    def _write(self, name: str, document: dict[str, Any]) -> None:
        path = self._path(name)
        if path is None:
            return
        fresh = path.with_suffix(".json.new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)

    def _path(self, name: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{name}.json"
