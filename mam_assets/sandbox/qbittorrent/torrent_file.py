"""What a torrent client reads from the bytes of a .torrent file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import libtorrent as lt


class NotATorrent(ValueError):
    """The bytes are no valid .torrent file."""


@dataclass(frozen=True)
class TorrentFile:
    """A parsed .torrent. ``files``: (path below the save folder with "/", size in bytes), made safe by libtorrent.

    ``infohash``: that of version 2, cut to 40 digits, if there is one: a client built with libtorrent 2 lists a hybrid
    by it and knows no other.
    """

    infohash: str
    infohash_v1: str
    infohash_v2: str
    name: str
    files: tuple[tuple[str, int], ...]
    piece_size: int
    pieces: int
    private: bool
    tracker: str
    comment: str
    created_by: str
    created_on: int
    has_metadata: bool = True

    @property
    def size(self) -> int:
        return sum(size for _, size in self.files)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def parse_torrent(content: bytes) -> TorrentFile:
    """Parse a .torrent. Raises NotATorrent."""
    try:
        info = lt.load_torrent_buffer(content).ti
        top: Any = lt.bdecode(content)
    except RuntimeError as error:
        raise NotATorrent(str(error)) from None
    if info is None or not isinstance(top, dict):
        raise NotATorrent("no info section")
    files = info.layout() if hasattr(info, "layout") else info.files()  # renamed in libtorrent 2.1
    hashes = info.info_hashes()
    v1 = str(hashes.v1) if hashes.has_v1() else ""
    v2 = str(hashes.v2) if hashes.has_v2() else ""
    return TorrentFile(
        infohash=v2[:40] or v1,
        infohash_v1=v1,
        infohash_v2=v2,
        name=info.name(),
        files=tuple(
            (files.file_path(i).replace("\\", "/"), files.file_size(i))
            for i in range(files.num_files())
            if not files.file_flags(i) & lt.file_flags_t.flag_pad_file
        ),
        piece_size=info.piece_length(),
        pieces=info.num_pieces(),
        private=bool(info.priv()),
        tracker=_text(top.get(b"announce")),
        comment=_text(top.get(b"comment")),
        created_by=_text(top.get(b"created by")),
        created_on=int(top.get(b"creation date") or -1),
    )


def parse_magnet(uri: str) -> TorrentFile:
    """What a magnet link alone says: no files. Raises NotATorrent."""
    try:
        link = lt.parse_magnet_uri(uri)
    except RuntimeError as error:
        raise NotATorrent(str(error)) from None
    v1 = str(link.info_hashes.v1) if link.info_hashes.has_v1() else ""
    v2 = str(link.info_hashes.v2) if link.info_hashes.has_v2() else ""
    infohash = v2[:40] or v1
    tracker = next(iter(link.trackers), "")
    return TorrentFile(
        infohash, v1, v2, link.name or infohash, (), -1, -1, False, tracker, "", "", -1, has_metadata=False
    )
