"""Take an import back: exactly the files and folders that it made, and nothing that changed since.

A linked or copied file goes only while the torrent still has its own: the last copy of a book is never removed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download, faults
from mam_assets.domain.model.download import DownloadState, ImportStatus
from mam_assets.files import linking
from mam_assets.store.ledgers import downloads, import_files
from mam_assets.store.ledgers.import_files import STAGED, ImportedFile

from ..acquisition.transitions import block
from ..task_run import Clock, utc_now

UNDOABLE = (DownloadState.IMPORTED, DownloadState.IMPORTING, DownloadState.IMPORT_BLOCKED)


@dataclass(slots=True)
class Undone:
    """What an undo did. ``left`` pairs a path with why it stays."""

    download: Download
    removed: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def undo_import(engine: sa.Engine, download_id: int, *, clock: Clock = utc_now) -> Undone:
    """Remove what the import of this download made; the download becomes abandoned, its release blocklisted.

    Audiobookshelf lists the book as missing until a person removes it there. Raises UnknownDownload, StaleStep (not
    imported), OSError.
    """
    row = downloads.get(engine, download_id)
    if row.status not in UNDOABLE:
        raise downloads.StaleStep(download_id, " or ".join(UNDOABLE), row.status)
    done = Undone(row)
    removed: list[int] = []
    files = import_files.of_download(engine, download_id)
    for file in [one for one in files if one.method != "folder"]:
        why = reason_to_keep(file)
        if why:
            done.left.append((file.target_path, why))
            continue
        Path(file.target_path).unlink(missing_ok=True)
        removed.append(file.id)
        done.removed.append(file.target_path)
    for file in sorted((one for one in files if one.method == "folder"), key=lambda one: -len(one.target_path)):
        if remove_empty(Path(file.target_path)):
            removed.append(file.id)
            done.removed.append(file.target_path)
    import_files.mark_removed(engine, clock(), removed)
    done.download = downloads.step(
        engine,
        clock(),
        download_id,
        expected=row.status,
        to=DownloadState.ABANDONED,
        reason=f"import undone by hand; {len(done.left)} files left" if done.left else "import undone by hand",
        failure_code=faults.UNDONE,
        abs_import_status=ImportStatus.NONE,
    )
    if row.torrent_id is not None or row.infohash:
        block(engine, clock(), row, faults.UNDONE, "its import was undone by hand")
    return done


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
