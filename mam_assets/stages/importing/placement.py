"""Steps 5 to 8 on disk: staged under a hidden name, then renamed into place as a whole.

Audiobookshelf never sees half a book, nothing that exists is overwritten, and every step can be repeated: what is there
already from an earlier try is recognised by inode or content. Nothing here writes to the ledger.
"""

from __future__ import annotations

import errno
import hashlib
import json
from dataclasses import replace
from enum import Enum
from pathlib import Path

from mam_assets.domain import paths
from mam_assets.domain.acquisition import Download
from mam_assets.domain.importing import (
    BookFacts,
    ImportBlocked,
    ImportContext,
    ImportPolicy,
    OccupiedTarget,
    demand,
)
from mam_assets.domain.importing.facts import METADATA_FILE
from mam_assets.domain.importing.registry import TARGET
from mam_assets.files import linking
from mam_assets.files.linking import DiskFull, lstat
from mam_assets.store.ledgers.import_files import ImportedFile

from .results import BookPlan, Placement
from .target import ImportSettings, LibraryTarget


class TargetState(Enum):
    """What lies at the target."""

    FREE = "free"
    SAME = "same"
    OTHER = "other"


def check_target(plan: BookPlan) -> TargetState:
    """Look at the book's place. Raises ImportBlocked when the rules refuse it: it holds something else."""
    state = look_at_target(plan)
    if state is TargetState.OTHER:
        size = sum(path.lstat().st_size for path in linking.regular_files(plan.target))
        facts = replace(plan.evidence, occupied=OccupiedTarget(str(plan.target), size))
        demand(TARGET, facts, None, ImportPolicy(), ImportContext())
    return state


def look_at_target(plan: BookPlan) -> TargetState:
    """Whether the target is free, holds this very book (by inode or content), or something else."""
    entry = lstat(plan.target)
    if entry is None:
        return TargetState.FREE
    if not plan.target.is_dir() or plan.target.is_symlink():
        return TargetState.OTHER
    if not any(plan.target.iterdir()):
        return TargetState.FREE
    pairs = [(source, plan.target / inner) for source, inner in plan.sources()]
    if all(linking.same_file(*pair) or linking.same_content(*pair) for pair in pairs):
        return TargetState.SAME
    return TargetState.OTHER


def stage_files(plan: BookPlan, settings: ImportSettings) -> list[ImportedFile]:
    """Fill the staging folder; returns what the target will hold. Repeats what an earlier try left unfinished.

    Raises ImportBlocked, DiskFull, CannotLink or another OSError; then the staging folder may hold a part.
    """
    _room(plan, settings)
    wanted = [plan.folder / inner for _, inner in plan.sources()]
    made = []
    for source, inner in plan.sources():
        inside = plan.folder / inner
        linking.make_folders(inside.parent, settings.modes)
        method = _into_staging(source, inside, settings)
        made.append(ImportedFile(str(source), str(plan.target / inner), method, source.lstat().st_size))
    made.append(_write_metadata(plan, settings))
    for folder in sorted({path.parent for path in wanted} | {plan.folder}):
        linking.sync_folder(folder)
    return made


def _into_staging(source: Path, inside: Path, settings: ImportSettings) -> str:
    try:
        return linking.link_or_copy(source, inside, may_copy=settings.may_copy, modes=settings.modes)
    except FileExistsError as error:
        raise ImportBlocked(
            "staging_changed",
            f"{inside} is not the torrent's file",
            "Look at that hidden folder, remove what is in it, then retry",
        ) from error


def metadata_file(plan: BookPlan, folder: Path) -> ImportedFile:
    """What the ledger holds of ``metadata.json`` in a folder."""
    data = _metadata(plan)
    return ImportedFile("", str(folder / METADATA_FILE), "written", len(data), hashlib.sha256(data).hexdigest())


def _metadata(plan: BookPlan) -> bytes:
    return json.dumps(plan.layout.metadata, ensure_ascii=False, indent=2).encode()


def _write_metadata(plan: BookPlan, settings: ImportSettings) -> ImportedFile:
    linking.write_file(plan.folder / METADATA_FILE, _metadata(plan), settings.modes)
    return metadata_file(plan, plan.target)


def _room(plan: BookPlan, settings: ImportSettings) -> None:
    """Copies need room for all files, links for next to nothing."""
    library = settings.target.folder
    copies = plan.base.stat().st_dev != library.stat().st_dev
    needed = plan.layout.size_bytes + settings.min_free_bytes if copies else 0
    free = linking.free_bytes(library)
    if copies and settings.may_copy and free < needed:
        raise DiskFull(f"{library} has {free} bytes free, {needed} are needed to copy and keep the wanted reserve")


def new_folders(plan: BookPlan) -> list[ImportedFile]:
    """The folders that will be made with the target, outermost first."""
    missing, folder = [], plan.target
    while lstat(folder) is None:
        missing.append(folder)
        folder = folder.parent
    inner = {plan.target / parent for _, path in plan.sources() for parent in path.parents if parent.parts}
    return [ImportedFile("", str(folder), "folder") for folder in [*reversed(missing), *sorted(inner)]]


def move_into_place(plan: BookPlan, settings: ImportSettings) -> None:
    """Rename the staging folder to the target, atomically.

    Raises ImportBlocked when something else came in between or the target is on another file system, OSError.
    """
    linking.make_folders(plan.target.parent, settings.modes)
    try:
        # rename replaces an empty folder at most: it fails on one that holds anything.
        plan.folder.rename(plan.target)
    except OSError as error:
        taken = error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)
        if taken and check_target(plan) is TargetState.SAME:
            return
        if error.errno == errno.EXDEV:
            raise ImportBlocked(
                "other_file_system",
                f"{plan.target.parent} is on another file system than {settings.target.folder}",
                "Import into a library whose folder is one file system",
            ) from error
        raise
    linking.sync_folder(plan.target.parent)
    linking.sync_folder(settings.target.folder)


def placement_of(download: Download, facts: BookFacts, target: LibraryTarget) -> Placement:
    """A download whose book lies in the library. Raises ImportBlocked when it lies in another one."""
    rel_path = paths.below(download.target_path, str(target.folder))
    if rel_path is None:
        raise ImportBlocked(
            "other_library",
            f"{download.target_path} is not in {target.folder}",
            "Set library.import_into back to the library that it was placed in",
        )
    return Placement(download, rel_path, facts)


def earlier_placement(download: Download, facts: BookFacts, target: LibraryTarget) -> Placement:
    """What an earlier run placed. Raises ImportBlocked when it is gone, or in another library."""
    if lstat(Path(download.target_path)) is None:
        message = f"{download.target_path} is gone from the library"
        raise ImportBlocked("vanished", message, "Retry to place it again, or reject the download")
    return replace(placement_of(download, facts, target), by_earlier_run=True)
