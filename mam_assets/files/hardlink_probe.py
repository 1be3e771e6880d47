"""Do hardlinks work between the download folder and the library? Tried, not guessed."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from .linking import same_file

PROBE_NAME = ".mam-assets-probe"
WORKS = "files can be linked"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Whether hardlinks work between two folders, in words, and what to do when they do not."""

    works: bool
    explanation: str
    advice: str = ""


def probe_hardlinks(download_dir: Path, library_dir: Path) -> ProbeResult:
    """Try whether a file of the download folder can be linked into the library folder; leaves nothing behind."""
    for folder, what in ((download_dir, "download"), (library_dir, "library")):
        if not folder.is_dir():
            return ProbeResult(
                False, f"there is no {what} folder {folder}", "Mount it here, or set the path mapping to where it is"
            )
    source, target = download_dir / f"{PROBE_NAME}-{os.getpid()}", library_dir / f"{PROBE_NAME}-{os.getpid()}-link"
    try:
        source.write_bytes(b"")
    except OSError:
        return _probe_read_only(download_dir, library_dir)
    try:
        os.link(source, target)
        works = same_file(source, target)
        return ProbeResult(works, WORKS if works else "the link is a copy", "" if works else "Check the file system")
    except OSError as error:
        if error.errno == errno.EXDEV:
            return ProbeResult(
                False,
                f"{download_dir} and {library_dir} are on different file systems",
                "Mount one common parent folder of both (two mounts of one disk count as different); until then files "
                "are copied",
            )
        return ProbeResult(
            False, f"a file cannot be linked into {library_dir}: {error.strerror}", "Check owner and permissions"
        )
    finally:
        target.unlink(missing_ok=True)
        source.unlink(missing_ok=True)


def _probe_read_only(download_dir: Path, library_dir: Path) -> ProbeResult:
    """The download folder takes no file of ours: whether both are on one device is all that can be told."""
    if download_dir.stat().st_dev == library_dir.stat().st_dev:
        return ProbeResult(True, "both are on one file system (the download folder takes no test file)")
    return ProbeResult(
        False, f"{download_dir} and {library_dir} are on different file systems", "Mount one common parent of both"
    )
