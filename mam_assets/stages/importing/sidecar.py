"""Taking ``metadata.json`` back once Audiobookshelf has read it.

Audiobookshelf keeps what it knows of an item in a file of its own, and reads that one only while the item's folder
holds none. A file of ours that stayed there would win over every later change at the next rescan: those that a person
makes in Audiobookshelf, and our own. If it stores metadata with the items, the file in the folder is its own by now:
that shows in the content, and it stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mam_assets.domain.importing.facts import METADATA_FILE
from mam_assets.files import linking
from mam_assets.store.ledgers.import_files import ImportedFile


@dataclass(frozen=True, slots=True)
class Removal:
    """The records of what is gone, and why the rest could not be removed (blank when nothing failed)."""

    gone: tuple[int, ...] = ()
    problem: str = ""


def take_back(files: Iterable[ImportedFile]) -> Removal:
    """Remove the ``metadata.json`` among the files that an import made, if it is still as written."""
    gone: list[int] = []
    for file in files:
        path = Path(file.target_path)
        if file.method != "written" or path.name != METADATA_FILE:
            continue
        try:
            if linking.lstat(path) is not None:
                if not _is_ours(path, file):
                    continue
                path.unlink()
        except OSError as error:
            return Removal(tuple(gone), f"{path} could not be removed: {error.strerror or error}")
        gone.append(file.id)
    return Removal(tuple(gone))


def _is_ours(path: Path, file: ImportedFile) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == file.digest
