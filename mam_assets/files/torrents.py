"""Reading .torrent files and magnet links with libtorrent, the library that qBittorrent itself is built on.

So names are the ones qBittorrent will show and write: libtorrent takes path steps such as ".." out of them. They are
data here all the same; nothing in this module touches a disk.
"""

from __future__ import annotations

from dataclasses import dataclass

import libtorrent as lt

from resources.errors import UnexpectedAnswer

_SERVICE = "torrent"


@dataclass(frozen=True, slots=True)
class TorrentInfo:
    """What a .torrent promises. ``infohash`` is lower-case hex, 40 digits.

    ``files`` pairs each path, relative with "/" and beginning with the root folder if there is one, with its bytes.
    """

    infohash: str
    name: str
    files: tuple[tuple[str, int], ...]
    total_size: int
    private: bool


def read_torrent(data: bytes) -> TorrentInfo:
    """The contents of a .torrent file. Raises UnexpectedAnswer if the bytes are not one."""
    try:
        info = lt.torrent_info(bytes(data))
    except (RuntimeError, ValueError) as error:
        raise UnexpectedAnswer(_SERVICE, f"not a usable .torrent file: {error}") from None
    layout = info.layout() if hasattr(info, "layout") else info.files()  # the latter's name before libtorrent 2.1
    files = tuple(
        (layout.file_path(index).replace("\\", "/"), layout.file_size(index))
        for index in range(layout.num_files())
        if not layout.file_flags(index) & lt.file_flags_t.flag_pad_file
    )
    return TorrentInfo(_id(info.info_hashes()), info.name(), files, sum(size for _, size in files), info.priv())


def magnet_infohash(uri: str) -> str:
    """The infohash of a magnet link, as in ``TorrentInfo``. Raises UnexpectedAnswer if it has none."""
    try:
        return _id(lt.parse_magnet_uri(uri.strip()).info_hashes)
    except (RuntimeError, ValueError) as error:
        raise UnexpectedAnswer(_SERVICE, f"not a usable magnet link: {error}") from None


def _id(hashes: lt.info_hash_t) -> str:
    """The v1 hash (also of hybrids), else the v2 hash cut to its length. qBittorrent's client finds either."""
    return str(hashes.v1) if hashes.has_v1() else str(hashes.v2)[:40]
