"""What lies in the library's hidden staging folders: written down before it is made, and cleared by that record alone.

A process that dies in the middle of an import leaves its staging folder behind. The next try of that download goes on
with it; if there is none (the download was rejected, given up or mapped elsewhere) the sweep clears it. Only what the
ledger says we put there goes, as an undo would remove it: a file that a person put there or changed stays, and so does
the last copy of a book. Links are never followed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from mam_assets.domain import paths
from mam_assets.domain.acquisition import Download
from mam_assets.domain.figures import ImportFigure
from mam_assets.domain.model.download import DownloadState
from mam_assets.files import linking
from mam_assets.files.linking import lstat
from mam_assets.store.ledgers import downloads, import_files, notifications
from mam_assets.store.ledgers.import_files import ImportedFile

from .failures import IMPORTABLE, ImportRun
from .placement import Staging, metadata_file
from .undo import reason_to_keep, remove_empty

_NAME = re.compile(re.escape(linking.STAGING_PREFIX) + r"(\d+)-([0-9a-f]{8})")
_OLD = timedelta(days=1)  # what is not ours may belong to another installation, whose import is under way
Left = list[tuple[str, str]]


def staging_folder(library: Path, download_id: int, infohash: str) -> Path:
    """The hidden folder of a download; the hash keeps two installations on one library apart."""
    return library / f"{linking.STAGING_PREFIX}{download_id}-{infohash[:8]}"


def prepare(engine: sa.Engine, now: datetime, row: Download, staging: Staging) -> None:
    """Make room in the staging folder, and write down what will be put there before any of it is. Raises OSError."""
    known = _known(engine, row, staging.folder)
    wanted = {staging.folder / inner: source for source, inner in staging.sources()}
    keep = {path for path, source in wanted.items() if path in known and known[path].source_path == str(source)}
    clear(engine, now, row, staging.folder, keep)
    files = [
        ImportedFile(str(source), str(path), import_files.STAGED, source.lstat().st_size)
        for path, source in wanted.items()
    ]
    import_files.record(engine, now, row.id, [*files, metadata_file(staging, staging.folder)])


def clear(engine: sa.Engine, now: datetime, row: Download, folder: Path, keep: Collection[Path] = ()) -> Left:
    """Empty a download's staging folder of what we put there, but for ``keep``; the folder goes when nothing is left.

    Gives (path, why) for everything else that stays. Raises OSError.
    """
    entry = lstat(folder)
    left: Left = []
    if entry is not None and stat.S_ISDIR(entry.st_mode):
        known = _known(engine, row, folder)
        for parent, folders, names in os.walk(folder, topdown=False, followlinks=False):
            for name in names + [name for name in folders if Path(parent, name).is_symlink()]:
                path = Path(parent, name)
                if path in keep:
                    continue
                why = _reason_to_keep(path, known.get(path))
                if why:
                    left.append((str(path), why))
                else:
                    path.unlink(missing_ok=True)
            remove_empty(Path(parent))
    elif entry is not None:
        left.append((str(folder), "it is no folder"))
    recorded = [file for file in import_files.of_download(engine, row.id) if paths.below(file.target_path, str(folder))]
    gone = [file.id for file in recorded if lstat(Path(file.target_path)) is None]
    if gone:
        import_files.mark_removed(engine, now, gone)
    return left


def _known(engine: sa.Engine, row: Download, folder: Path) -> dict[Path, ImportedFile]:
    """Path in the staging folder → the record of it, from before or after it was written down as ``staged``."""
    found = {}
    for file in import_files.of_download(engine, row.id):
        inner = paths.below(file.target_path, row.target_path) if row.target_path else None
        if inner and file.method != "folder":
            found[folder / inner] = ImportedFile(file.source_path, str(folder / inner), *_how(file))
        elif paths.below(file.target_path, str(folder)):
            found[Path(file.target_path)] = file
    return found


def _how(file: ImportedFile) -> tuple[str, int, str]:
    return (file.method if file.method == "written" else import_files.STAGED, file.size_bytes, file.digest)


def _reason_to_keep(path: Path, known: ImportedFile | None) -> str:
    entry = lstat(path)
    if entry is None:
        return ""
    if not stat.S_ISREG(entry.st_mode):
        return "it is no plain file"
    if path.name == linking.PART:  # half of a copy of ours
        return ""
    return reason_to_keep(known) if known else "it is not of this import"


# --------------------------------------------------------------------------------------------------------- sweeping


@dataclass(slots=True)
class Swept:
    """What a sweep did. ``left`` pairs a path with why it stays."""

    cleared: list[Path] = field(default_factory=list)
    left: Left = field(default_factory=list)


def sweep(run: ImportRun) -> Swept:
    """Clear the staging folders of downloads that are not importing any more. Call it while holding the import lock.

    What stays is counted each time and said once.
    """
    swept = Swept()
    try:
        folders = _folders(run.engine, run.settings.target.folder)
    except OSError as error:
        run.tally.fail("staging folders", "file_system", f"{error.strerror or error}: {error.filename or ''}")
        folders = []
    for folder in folders:
        try:
            left = _sweep_one(run, folder)
        except OSError as error:
            left = [(error.filename or str(folder), error.strerror or str(error))]
        if left is None:
            continue
        swept.left += left
        if lstat(folder) is None:
            swept.cleared.append(folder)
    if swept.cleared:
        run.tally.figures[ImportFigure.STAGING_FOLDERS_CLEARED] = len(swept.cleared)
    if swept.left:
        run.tally.figures[ImportFigure.LEFT_IN_STAGING_FOLDERS] = len(swept.left)
    _say_once(run, swept.left)
    return swept


def _folders(engine: sa.Engine, library: Path) -> list[Path]:
    """Everything named like a staging folder in the library, and those of ours that were in another one."""
    with os.scandir(library) as entries:
        here = {library / entry.name for entry in entries if _NAME.fullmatch(entry.name)}
    return sorted(here | set(_recorded(import_files.staged_paths(engine))))


def _recorded(texts: Iterable[str]) -> list[Path]:
    found = []
    for path in map(Path, texts):
        found += [parent for parent in path.parents if _NAME.fullmatch(parent.name) and lstat(parent) is not None]
    return found


def _sweep_one(run: ImportRun, folder: Path) -> Left | None:
    """None: nothing of it is our business."""
    named = _NAME.fullmatch(folder.name)
    assert named is not None
    number, tag = int(named[1]), named[2]
    try:
        row = downloads.get(run.engine, number)
    except downloads.UnknownDownload:
        row = None
    if row is None or row.infohash[:8] != tag:
        entry = lstat(folder)
        recent = entry is None or run.clock().timestamp() - entry.st_mtime < _OLD.total_seconds()
        return None if recent else [(str(folder), "no download of ours has this number and hash")]
    if row.status in IMPORTABLE and folder.parent == run.settings.target.folder:
        return None  # its import goes on with it
    left = clear(run.engine, run.clock(), row, folder)
    if not left and row.status not in (*IMPORTABLE, DownloadState.IMPORTED):
        _folders_above(run, row)
    return left


def _folders_above(run: ImportRun, row: Download) -> None:
    """The author's and the series' folder, where they were made for this book and hold nothing."""
    made = [file for file in import_files.of_download(run.engine, row.id) if file.method == "folder"]
    gone = [
        file.id
        for file in sorted(made, key=lambda one: -len(one.target_path))
        if remove_empty(Path(file.target_path)) or lstat(Path(file.target_path)) is None
    ]
    if gone:
        import_files.mark_removed(run.engine, run.clock(), gone)


def _say_once(run: ImportRun, left: Left) -> None:
    kind = "staging: "
    said = {f"{kind}{path}": why for path, why in left}
    for notice in notifications.standing(run.engine):
        if notice.cause.startswith(kind) and notice.cause not in said:
            notifications.resolved(run.engine, notice.cause)
    for cause, why in said.items():
        if notifications.get(run.engine, cause) is None:
            notifications.seen(run.engine, run.clock(), cause, why, timedelta.max)
            run.tally.fail(cause.removeprefix(kind), "left_in_staging", f"not removed: {why}")
