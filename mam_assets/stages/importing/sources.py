"""The finished files of a torrent, found on this machine's disk and checked to be what qBittorrent lists."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from mam_assets.domain.importing import ImportBlocked, SourceFile
from mam_assets.domain.model.download import Torrent
from mam_assets.domain.paths import mapped
from mam_assets.files.linking import lstat


class TryAgain(ImportBlocked):
    """It may pass by itself: tried again some times before a person is asked."""


def base_folder(torrent: Torrent, files: Sequence[SourceFile], pairs: Sequence[tuple[str, str]]) -> Path:
    """The folder that the torrent's file names are relative to, as this program sees it.

    By the list of files and never by a directory's content: a torrent without a root folder shares its folder with
    others. Raises TryAgain when the files are not where qBittorrent says.
    """
    places = [torrent.save_path, posixpath.dirname(torrent.content_path.replace("\\", "/")), torrent.content_path]
    tried = list(dict.fromkeys(Path(mapped(place, pairs)) for place in places if place))
    for folder in tried:
        if all(lstat(folder / file.name) is not None for file in files):
            return folder
    theirs = torrent.save_path or torrent.content_path
    raise TryAgain(
        "files_not_found",
        f"qBittorrent says the files are in {theirs}; that would be {tried[0] if tried else '?'} here, and "
        f"{files[0].name!r} is not there",
        "Mount qBittorrent's folder here, or set DOWNLOAD_PATH_MAP",
    )


def check_sources(base: Path, files: Iterable[SourceFile]) -> None:
    """Raises ImportBlocked for a file that is no plain file below ``base``, TryAgain for one of another size."""
    root = os.path.realpath(base)
    for file in files:
        path = base / file.name
        entry = lstat(path)
        if entry is None:
            raise TryAgain("files_not_found", f"{path} is not there", "Look at the torrent in qBittorrent")
        inside = os.path.realpath(path).startswith(root.rstrip("/") + "/")
        if not stat.S_ISREG(entry.st_mode) or not inside:
            raise ImportBlocked("not_a_file", f"{file.name!r} is a link or a device, not a file", "Reject the download")
        if entry.st_size != file.size_bytes:
            raise TryAgain(
                "size_differs",
                f"{file.name!r} has {entry.st_size} bytes on disk, {file.size_bytes} in the torrent",
                "Recheck the torrent in qBittorrent",
            )
