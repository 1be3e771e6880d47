"""Take an import back: exactly the files and folders that it made, and nothing that changed since.

What may go is decided in ``made_files``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download, faults
from mam_assets.domain.model.download import DownloadState, ImportStatus
from mam_assets.store.ledgers import downloads, import_files

from ..acquisition.transitions import block
from ..task_run import Clock, utc_now
from .made_files import reason_to_keep, remove_empty

UNDOABLE = (DownloadState.IMPORTED, DownloadState.IMPORTING, DownloadState.IMPORT_BLOCKED)


@dataclass(slots=True)
class Undo:
    """What an undo did. ``left`` pairs a path with why it stays."""

    download: Download
    removed: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def undo_import(engine: sa.Engine, download_id: int, *, clock: Clock = utc_now) -> Undo:
    """Remove what the import of this download made; the download becomes abandoned, its release blocklisted.

    Audiobookshelf lists the book as missing until a person removes it there. Raises UnknownDownload, StaleStep (not
    imported), OSError.
    """
    row = downloads.get(engine, download_id)
    if row.status not in UNDOABLE:
        raise downloads.StaleStep(download_id, " or ".join(UNDOABLE), row.status)
    done = Undo(row)
    removed: list[int] = []
    files = import_files.of_download(engine, download_id)
    for file in [file for file in files if file.method != "folder"]:
        why = reason_to_keep(file)
        if why:
            done.left.append((file.target_path, why))
            continue
        Path(file.target_path).unlink(missing_ok=True)
        removed.append(file.id)
        done.removed.append(file.target_path)
    for file in sorted((file for file in files if file.method == "folder"), key=lambda file: -len(file.target_path)):
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
