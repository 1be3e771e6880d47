"""Steps 2 to 4: the finished files of a torrent, found on this machine's disk and checked to be those of its list."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from mam_assets.domain.acquisition import Download
from mam_assets.domain.importing import (
    ImportBlocked,
    ImportContext,
    ImportFacts,
    ImportPolicy,
    SourceFile,
    demand,
    select,
)
from mam_assets.domain.importing.registry import FILES
from mam_assets.domain.model.download import Torrent
from mam_assets.domain.paths import mapped
from mam_assets.files.linking import lstat
from mam_assets.files.tags import read_tags

from ..protocols import TorrentLister
from .failures import NotReady, TryAgain
from .results import Sources
from .target import ImportSettings


def find_sources(download: Download, qbittorrent: TorrentLister, settings: ImportSettings) -> Sources:
    """The files that are the book, with their tags; nothing is changed.

    Raises NotReady, TryAgain, ImportBlocked, ServiceError, OSError.
    """
    torrent = ask_torrent(download, qbittorrent)
    files = tuple(qbittorrent.files(download.infohash))
    selection = select(files, extras=settings.extras, only=download.import_options.files)
    policy, context = ImportPolicy(settings.verify_runtime), ImportContext(download.release)
    demand(FILES, ImportFacts(files, selection), download.wanted, policy, context)
    base = base_folder(torrent, selection.taken, settings.download_paths)
    check_sources(base, selection.taken)
    return Sources(base, files, selection, {file.name: read_tags(base / file.name) for file in selection.audio})


def ask_torrent(download: Download, qbittorrent: TorrentLister) -> Torrent:
    """The torrent as it is now, whole and at rest. Raises NotReady, ServiceError."""
    listed = qbittorrent.torrents(hashes=[download.infohash])
    torrent = next((torrent for torrent in listed if torrent.infohash == download.infohash), None)
    if torrent is None:
        raise NotReady("gone from qBittorrent")
    if not torrent.is_done:
        raise NotReady(f"{torrent.state} at {torrent.progress:.0%}")
    return torrent


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
