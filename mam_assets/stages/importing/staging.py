"""The hidden staging folders of the library: what will lie there, and what of it may be cleared.

A process that dies in the middle of an import leaves its staging folder behind. The next try of that download goes on
with it; if there is none the sweep clears it. Only what the ledger says we put there goes, as an undo would remove it:
a file that a person put there or changed stays, and so does the last copy of a book. Links are never followed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from mam_assets.domain import paths
from mam_assets.files import linking
from mam_assets.files.linking import lstat
from mam_assets.store.ledgers import import_files
from mam_assets.store.ledgers.import_files import ImportedFile

from .made_files import reason_to_keep, remove_empty
from .placement import metadata_file
from .results import BookPlan

NAME = re.compile(re.escape(linking.STAGING_PREFIX) + r"(\d+)-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Clearance:
    """Records of what is gone from a staging folder, and (path, why) of what stays."""

    gone: tuple[int, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def staging_folder(library: Path, download_id: int, infohash: str) -> Path:
    """The hidden folder of a download; the hash keeps two installations on one library apart."""
    return library / f"{linking.STAGING_PREFIX}{download_id}-{infohash[:8]}"


def files_to_stage(plan: BookPlan) -> list[ImportedFile]:
    """What will be put into the staging folder: to be written down before any of it is. Raises OSError."""
    sources = [
        ImportedFile(str(source), str(plan.folder / inner), import_files.STAGED, source.lstat().st_size)
        for source, inner in plan.sources()
    ]
    return [*sources, metadata_file(plan, plan.folder)]


def already_staged(plan: BookPlan, recorded: Sequence[ImportedFile], target_path: str) -> set[Path]:
    """Files of this plan that an earlier try put into the staging folder."""
    known = _known(recorded, plan.folder, target_path)
    wanted = {plan.folder / inner: str(source) for source, inner in plan.sources()}
    return {path for path, source in wanted.items() if path in known and known[path].source_path == source}


def clear(folder: Path, recorded: Sequence[ImportedFile], target_path: str, keep: Collection[Path] = ()) -> Clearance:
    """Empty a download's staging folder of what we put there, but for ``keep``; the folder goes when nothing is left.

    ``recorded``: the files that its import made; ``target_path``: where they were to go. Raises OSError.
    """
    entry = lstat(folder)
    left: list[tuple[str, str]] = []
    if entry is not None and stat.S_ISDIR(entry.st_mode):
        known = _known(recorded, folder, target_path)
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
    inside = [file for file in recorded if paths.below(file.target_path, str(folder))]
    gone = [file.id for file in inside if lstat(Path(file.target_path)) is None]
    return Clearance(tuple(gone), tuple(left))


def _known(recorded: Sequence[ImportedFile], folder: Path, target_path: str) -> dict[Path, ImportedFile]:
    """Path in the staging folder → the record of it, from before or after it was written down as ``staged``."""
    known = {}
    for file in recorded:
        inner = paths.below(file.target_path, target_path) if target_path else None
        if inner and file.method != "folder":
            known[folder / inner] = ImportedFile(file.source_path, str(folder / inner), *_how(file))
        elif paths.below(file.target_path, str(folder)):
            known[Path(file.target_path)] = file
    return known


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
