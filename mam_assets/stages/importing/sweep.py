"""The sweep of staging folders that nobody goes on with: those of downloads that are not importing any more."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from mam_assets.domain.acquisition import Download
from mam_assets.domain.figures import ImportFigure
from mam_assets.domain.model.download import IMPORTABLE, DownloadState
from mam_assets.files.linking import lstat
from mam_assets.store.ledgers import downloads, import_files, notifications

from ..task_run import Tally
from .ledger import ImportLedger
from .made_files import remove_empty
from .staging import NAME, clear

_OLD = timedelta(days=1)  # what is not ours may belong to another installation, whose import is under way
_NOTICE = "staging: "
Left = list[tuple[str, str]]


@dataclass(slots=True)
class Sweep:
    """What a sweep did. ``left`` pairs a path with why it stays."""

    cleared: list[Path] = field(default_factory=list)
    left: Left = field(default_factory=list)


def sweep(ledger: ImportLedger, library: Path, tally: Tally) -> Sweep:
    """Clear the staging folders of downloads that are not importing any more. Call it while holding the import lock.

    What stays is counted each time and said once.
    """
    done = Sweep()
    try:
        folders = _folders(ledger, library)
    except OSError as error:
        tally.fail("staging folders", "file_system", f"{error.strerror or error}: {error.filename or ''}")
        folders = []
    for folder in folders:
        try:
            left = _sweep_folder(ledger, library, folder)
        except OSError as error:
            left = [(error.filename or str(folder), error.strerror or str(error))]
        if left is None:
            continue
        done.left += left
        if lstat(folder) is None:
            done.cleared.append(folder)
    if done.cleared:
        tally.figures[ImportFigure.STAGING_FOLDERS_CLEARED] = len(done.cleared)
    if done.left:
        tally.figures[ImportFigure.LEFT_IN_STAGING_FOLDERS] = len(done.left)
    _say_once(ledger, tally, done.left)
    return done


def _folders(ledger: ImportLedger, library: Path) -> list[Path]:
    """Everything named like a staging folder in the library, and those of ours that were in another one."""
    with os.scandir(library) as entries:
        here = {library / entry.name for entry in entries if NAME.fullmatch(entry.name)}
    return sorted(here | set(_recorded(import_files.staged_paths(ledger.engine))))


def _recorded(texts: Iterable[str]) -> list[Path]:
    parents = [parent for path in map(Path, texts) for parent in path.parents if NAME.fullmatch(parent.name)]
    return [folder for folder in parents if lstat(folder) is not None]


def _sweep_folder(ledger: ImportLedger, library: Path, folder: Path) -> Left | None:
    """None: nothing of it is our business."""
    named = NAME.fullmatch(folder.name)
    assert named is not None
    download = _download(ledger, int(named[1]))
    if download is None or download.infohash[:8] != named[2]:
        entry = lstat(folder)
        recent = entry is None or ledger.clock().timestamp() - entry.st_mtime < _OLD.total_seconds()
        return None if recent else [(str(folder), "no download of ours has this number and hash")]
    if download.status in IMPORTABLE and folder.parent == library:
        return None  # its import goes on with it
    clearance = clear(folder, ledger.files(download), download.target_path)
    ledger.files_removed(clearance.gone)
    if not clearance.left and download.status not in (*IMPORTABLE, DownloadState.IMPORTED):
        _remove_folders_above(ledger, download)
    return list(clearance.left)


def _download(ledger: ImportLedger, number: int) -> Download | None:
    try:
        return downloads.get(ledger.engine, number)
    except downloads.UnknownDownload:
        return None


def _remove_folders_above(ledger: ImportLedger, download: Download) -> None:
    """The author's and the series' folder, where they were made for this book and hold nothing."""
    made = [file for file in ledger.files(download) if file.method == "folder"]
    ledger.files_removed(
        [
            file.id
            for file in sorted(made, key=lambda file: -len(file.target_path))
            if remove_empty(Path(file.target_path)) or lstat(Path(file.target_path)) is None
        ]
    )


def _say_once(ledger: ImportLedger, tally: Tally, left: Left) -> None:
    reasons = {f"{_NOTICE}{path}": why for path, why in left}
    for notice in notifications.standing(ledger.engine):
        if notice.cause.startswith(_NOTICE) and notice.cause not in reasons:
            notifications.resolved(ledger.engine, notice.cause)
    for cause, why in reasons.items():
        if notifications.get(ledger.engine, cause) is None:
            notifications.seen(ledger.engine, ledger.clock(), cause, why, timedelta.max)
            tally.fail(cause.removeprefix(_NOTICE), "left_in_staging", f"not removed: {why}")
