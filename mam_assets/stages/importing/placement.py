"""A planned book into the library's folder: staged under a hidden name, then renamed into place as a whole.

Audiobookshelf never sees half a book, nothing that exists is overwritten, and every step can be repeated: what is there
already from an earlier try is recognised by inode or content.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mam_assets.domain.importing import ImportBlocked, ImportPlan
from mam_assets.domain.importing.facts import METADATA_FILE
from mam_assets.domain.naming import folded
from mam_assets.files import linking
from mam_assets.files.linking import DiskFull, lstat
from mam_assets.store.ledgers.import_files import ImportedFile

from .target import ImportSettings


class Existing(Enum):
    """What lies at the target."""

    NOTHING = "nothing"
    SAME = "same"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Staging:
    """A book to be placed: from ``base`` through ``folder`` (hidden) to ``target``."""

    plan: ImportPlan
    base: Path
    folder: Path
    target: Path

    def sources(self) -> list[tuple[Path, Path]]:
        """(file of the torrent, path below the book's folder) for every file."""
        return [(self.base / one.source.name, Path(*one.target)) for one in self.plan.placements]

    def inside(self) -> list[str]:
        """Every file that the staging folder will hold."""
        return [str(self.folder / inner) for inner in (*(inner for _, inner in self.sources()), Path(METADATA_FILE))]


def target_folder(library: Path, parts: tuple[str, ...]) -> Path:
    """The book's folder, its parents in the spelling that the library already has (case and accents aside)."""
    folder = library
    for part in parts[:-1]:
        folder = _existing_spelling(folder, part)
    return folder / parts[-1]


def _existing_spelling(parent: Path, part: str) -> Path:
    exact = parent / part
    if exact.is_dir() or not parent.is_dir():
        return exact
    same = sorted(entry.name for entry in os.scandir(parent) if entry.is_dir() and folded(entry.name) == folded(part))
    return parent / same[0] if same else exact


def look_at_target(staging: Staging) -> Existing:
    """Whether the target is free, holds this very book (by inode or content), or something else."""
    entry = lstat(staging.target)
    if entry is None:
        return Existing.NOTHING
    if not staging.target.is_dir() or staging.target.is_symlink():
        return Existing.OTHER
    if not any(staging.target.iterdir()):
        return Existing.NOTHING
    pairs = [(source, staging.target / inner) for source, inner in staging.sources()]
    if all(linking.same_file(*pair) or linking.same_content(*pair) for pair in pairs):
        return Existing.SAME
    return Existing.OTHER


def refuse_target(staging: Staging) -> ImportBlocked:
    """The error for a target that holds something else; names both sizes."""
    there = sum(path.lstat().st_size for path in linking.regular_files(staging.target))
    return ImportBlocked(
        "target_exists",
        f"{staging.target} holds {there} bytes of something else, this book has {staging.plan.size_bytes}",
        "Move or rename the one in the library, then retry; or reject this download",
    )


def stage_files(staging: Staging, settings: ImportSettings) -> list[ImportedFile]:
    """Fill the staging folder; returns what the target will hold. Repeats what an earlier try left unfinished.

    Raises ImportBlocked, DiskFull, CannotLink or another OSError; then the staging folder may hold a part.
    """
    _room(staging, settings)
    wanted = [staging.folder / inner for _, inner in staging.sources()]
    made = []
    for source, inner in staging.sources():
        inside = staging.folder / inner
        linking.make_folders(inside.parent, settings.modes)
        method = _into_staging(source, inside, settings)
        made.append(ImportedFile(str(source), str(staging.target / inner), method, source.lstat().st_size))
    made.append(_write_metadata(staging, settings))
    for folder in sorted({path.parent for path in wanted} | {staging.folder}):
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


def metadata_file(staging: Staging, folder: Path) -> ImportedFile:
    """What the ledger holds of ``metadata.json`` in a folder."""
    data = _metadata(staging)
    return ImportedFile("", str(folder / METADATA_FILE), "written", len(data), hashlib.sha256(data).hexdigest())


def _metadata(staging: Staging) -> bytes:
    return json.dumps(staging.plan.metadata, ensure_ascii=False, indent=2).encode()


def _write_metadata(staging: Staging, settings: ImportSettings) -> ImportedFile:
    linking.write_file(staging.folder / METADATA_FILE, _metadata(staging), settings.modes)
    return metadata_file(staging, staging.target)


def _room(staging: Staging, settings: ImportSettings) -> None:
    """Copies need room for all files, links for next to nothing."""
    library = settings.target.folder
    copies = staging.base.stat().st_dev != library.stat().st_dev
    needed = staging.plan.size_bytes + settings.min_free_bytes if copies else 0
    free = linking.free_bytes(library)
    if copies and settings.may_copy and free < needed:
        raise DiskFull(f"{library} has {free} bytes free, {needed} are needed to copy and keep the wanted reserve")


def new_folders(staging: Staging) -> list[ImportedFile]:
    """The folders that will be made with the target, outermost first."""
    missing, folder = [], staging.target
    while lstat(folder) is None:
        missing.append(folder)
        folder = folder.parent
    inner = {staging.target / parent for _, path in staging.sources() for parent in path.parents if parent.parts}
    return [ImportedFile("", str(one), "folder") for one in [*reversed(missing), *sorted(inner)]]


def move_into_place(
    staging: Staging, settings: ImportSettings, look: Callable[[Staging], Existing] = look_at_target
) -> None:
    """Rename the staging folder to the target, atomically. Raises ImportBlocked when something else came in between."""
    linking.make_folders(staging.target.parent, settings.modes)
    try:
        # rename replaces an empty folder at most: it fails on one that holds anything.
        staging.folder.rename(staging.target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            if look(staging) is Existing.SAME:
                return
            raise refuse_target(staging) from error
        if error.errno == errno.EXDEV:
            raise ImportBlocked(
                "other_file_system",
                f"{staging.target.parent} is on another file system than {settings.target.folder}",
                "Import into a library whose folder is one file system",
            ) from error
        raise
    linking.sync_folder(staging.target.parent)
    linking.sync_folder(settings.target.folder)
