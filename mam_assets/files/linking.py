"""Files into the library without ever touching those of the torrent: hardlinks, copies, folders, permissions, fsync.

A hardlink shares mode and owner with the torrent's own file, so these are set only on what is newly made.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

STAGING_PREFIX = ".mam-assets-staging-"  # Audiobookshelf ignores names that begin with a dot
PART = ".mam-assets-part"
_CHUNK = 1024 * 1024
_NO_LINK = frozenset(
    [errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL]
)
_NO_SPACE = frozenset([errno.ENOSPC, errno.EDQUOT])


class DiskFull(Exception):
    """There is not enough room in the library. It passes when somebody makes room."""


class CannotLink(Exception):
    """A hardlink cannot be made and copying is not allowed."""


@dataclass(frozen=True, slots=True)
class Modes:
    """Modes and owner of what is made; None: as the system's umask and user give them."""

    file_mode: int | None = None
    folder_mode: int | None = None
    uid: int | None = None
    gid: int | None = None

    @classmethod
    def of(cls, file_mode: str, folder_mode: str, owner: str) -> Modes:
        """From the policy's texts: octal modes, "uid:gid"; blank: None."""
        uid, _, gid = owner.partition(":")
        return cls(
            int(file_mode, 8) if file_mode else None,
            int(folder_mode, 8) if folder_mode else None,
            int(uid) if uid else None,
            int(gid) if gid else None,
        )


def link_or_copy(source: Path, target: Path, *, may_copy: bool, modes: Modes) -> str:
    """Bring one file to ``target``: "hardlink" or "copy" says how. An equal target is left as it is.

    Raises CannotLink, DiskFull, FileExistsError (something else is there) or another OSError.
    """
    existing = lstat(target)
    if existing is not None:
        if same_file(source, target):
            return "hardlink"
        if same_content(source, target):
            return "copy"
        raise FileExistsError(errno.EEXIST, "something else is there", str(target))
    try:
        os.link(source, target, follow_symlinks=False)
        return "hardlink"
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DiskFull(str(error)) from error
        if error.errno not in _NO_LINK:
            raise
        if not may_copy:
            raise CannotLink(f"{source.name} cannot be hardlinked: {error.strerror}") from error
    _copy(source, target, modes)
    return "copy"


def _copy(source: Path, target: Path, modes: Modes) -> None:
    part = target.with_name(PART)  # short: the target's own name may be as long as names can be
    part.unlink(missing_ok=True)
    try:
        with source.open("rb") as reading, part.open("xb") as writing:
            shutil.copyfileobj(reading, writing, _CHUNK)
            writing.flush()
            os.fsync(writing.fileno())
        times = source.stat()
        os.utime(part, ns=(times.st_atime_ns, times.st_mtime_ns))
        set_modes(part, modes)
        part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in _NO_SPACE:
            raise DiskFull(str(error)) from error
        raise


def write_file(target: Path, data: bytes, modes: Modes) -> None:
    """Write a small file whole or not at all. Raises DiskFull or another OSError."""
    part = target.with_name(PART)
    try:
        with part.open("wb") as writing:
            writing.write(data)
            writing.flush()
            os.fsync(writing.fileno())
        set_modes(part, modes)
        part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in _NO_SPACE:
            raise DiskFull(str(error)) from error
        raise


def make_folders(folder: Path, modes: Modes) -> list[Path]:
    """Make a folder and its missing parents; returns those that were made, outermost first."""
    missing = []
    while lstat(folder) is None:
        missing.append(folder)
        folder = folder.parent
    made = []
    for path in reversed(missing):
        try:
            path.mkdir()
        except FileExistsError:
            continue  # somebody else was quicker; it is theirs
        except OSError as error:
            if error.errno in _NO_SPACE:
                raise DiskFull(str(error)) from error
            raise
        set_modes(path, modes)
        made.append(path)
    return made


def set_modes(path: Path, modes: Modes) -> None:
    """Give a newly made file or folder its mode and owner."""
    mode = modes.folder_mode if path.is_dir() else modes.file_mode
    if mode is not None:
        path.chmod(mode)
    if modes.uid is not None or modes.gid is not None:
        os.chown(path, -1 if modes.uid is None else modes.uid, -1 if modes.gid is None else modes.gid)


def sync_folder(folder: Path) -> None:
    """Make what a folder lists last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise
    finally:
        os.close(handle)


def lstat(path: Path) -> os.stat_result | None:
    """What lies at a path itself, a link not followed; None when nothing does."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def same_file(path: Path, other: Path) -> bool:
    """One inode."""
    first, second = lstat(path), lstat(other)
    return first is not None and second is not None and os.path.samestat(first, second)


def same_content(path: Path, other: Path) -> bool:
    """Two regular files of the same bytes."""
    first, second = lstat(path), lstat(other)
    if first is None or second is None or not (stat.S_ISREG(first.st_mode) and stat.S_ISREG(second.st_mode)):
        return False
    if first.st_size != second.st_size:
        return False
    with path.open("rb") as a, other.open("rb") as b:
        while True:
            left, right = a.read(_CHUNK), b.read(_CHUNK)
            if left != right:
                return False
            if not left:
                return True


def regular_files(folder: Path) -> list[Path]:
    """Every regular file in a folder and below, links not followed, in order."""
    files = []
    for parent, _, names in os.walk(folder, followlinks=False):
        files += [
            path for name in names if (entry := lstat(path := Path(parent, name))) and stat.S_ISREG(entry.st_mode)
        ]
    return sorted(files)


def free_bytes(folder: Path) -> int:
    """Room for an ordinary user on the file system of a folder (or of its nearest existing parent)."""
    while lstat(folder) is None:
        folder = folder.parent
    return shutil.disk_usage(folder).free
