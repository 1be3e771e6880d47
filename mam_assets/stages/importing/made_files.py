"""Files that an import made, as the ledger records them: what of them may be removed again.

A linked or copied file goes only while the torrent still has its own: the last copy of a book is never removed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mam_assets.files import linking
from mam_assets.store.ledgers.import_files import STAGED, ImportedFile


def reason_to_keep(file: ImportedFile) -> str:
    """Why a file stays; blank when it is what the import made and the torrent still has its own."""
    target, source = Path(file.target_path), Path(file.source_path)
    if linking.lstat(target) is None:
        return ""
    if file.method == "written":
        same = target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == file.digest
        return "" if same else "it was changed since"
    if not file.source_path or linking.lstat(source) is None:
        return "the torrent's own file is gone: this is the last copy"
    if file.method == "hardlink":
        return "" if linking.same_file(source, target) else "it is another file than the one that was linked"
    if file.method == STAGED and linking.same_file(source, target):
        return ""
    return "" if linking.same_content(source, target) else "it was changed since"


def remove_empty(folder: Path) -> bool:
    """Remove a folder that holds nothing; gives whether it was one."""
    if not folder.is_dir() or folder.is_symlink() or any(folder.iterdir()):
        return False
    folder.rmdir()
    return True
