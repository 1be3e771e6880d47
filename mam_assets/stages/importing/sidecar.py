"""Taking ``metadata.json`` back once Audiobookshelf has read it.

Audiobookshelf keeps what it knows of an item in a file of its own, and reads that one only while the item's folder
holds none. A file of ours that stayed there would win over every later change at the next rescan: those that a person
makes in Audiobookshelf, and our own. If it stores metadata with the items, the file in the folder is its own by now:
that shows in the content, and it stays.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import sqlalchemy as sa

from mam_assets.domain.importing.facts import METADATA_FILE
from mam_assets.files import linking
from mam_assets.store.ledgers import import_files
from mam_assets.store.ledgers.import_files import ImportedFile

from ..task_run import Clock


def take_back(engine: sa.Engine, download_id: int, clock: Clock) -> str:
    """Remove the ``metadata.json`` that this import wrote, if it is still as written; why it could not be, or ""."""
    for file in import_files.of_download(engine, download_id):
        path = Path(file.target_path)
        if file.method != "written" or path.name != METADATA_FILE:
            continue
        try:
            if linking.lstat(path) is not None:
                if not _is_ours(path, file):
                    continue
                path.unlink()
        except OSError as error:
            return f"{path} could not be removed: {error.strerror or error}"
        import_files.mark_removed(engine, clock(), [file.id])
    return ""


def _is_ours(path: Path, file: ImportedFile) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == file.digest
