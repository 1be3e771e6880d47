"""Makes the .torrent of a release and, from a .torrent, finds the release and its files again.

Built when asked for: a world with thousands of releases costs nothing until somebody downloads one. The infohash of a
release is the same in every sandbox; only what stands outside ``info`` names this sandbox's address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

from .payload import files_of
from .release import Release

PIECE = 16 * 1024


class HasComment(Protocol):
    """A parsed .torrent, as far as it is needed here."""

    @property
    def comment(self) -> str: ...


def bencode(value: object) -> bytes:
    """Bencoding of integers, text, bytes, lists and dicts. Raises TypeError for anything else."""
    match value:
        case bool():
            raise TypeError("bencoding knows no booleans")
        case int():
            return b"i%de" % value
        case bytes():
            return b"%d:%s" % (len(value), value)
        case str():
            return bencode(value.encode())
        case list() | tuple():
            return b"l" + b"".join(map(bencode, value)) + b"e"
        case dict():
            pairs = sorted((key.encode() if isinstance(key, str) else key, entry) for key, entry in value.items())
            return b"d" + b"".join(bencode(key) + bencode(entry) for key, entry in pairs) + b"e"
    raise TypeError(f"bencoding knows no {type(value).__name__}")


@lru_cache(maxsize=64)
def _info(release: Release) -> bytes:
    name, files = files_of(release)
    whole = b"".join(content for _, content in files)
    pieces = b"".join(hashlib.sha1(whole[at : at + PIECE]).digest() for at in range(0, len(whole), PIECE))
    info: dict[str, object] = {"name": name, "piece length": PIECE, "pieces": pieces, "private": 1, "source": "MAM"}
    if files[0][0] == ():
        info["length"] = len(whole)
    else:
        info["files"] = [{"length": len(content), "path": list(path)} for path, content in files]
    return bencode(info)


class Torrents:
    """The torrents of a world."""

    def __init__(self, releases: Mapping[int, Release]) -> None:
        self.releases = releases
        self._by_infohash: dict[str, int] = {}

    def torrent(self, release_id: int, base_url: str = "http://127.0.0.1") -> bytes:
        """The bytes of the .torrent. Raises KeyError for an unknown release.

        ``base_url`` is the tracker's own address: there it announces itself, and there lies a web seed, so that a real
        torrent client can download without a peer.
        """
        release = self.releases[release_id]
        outside = {
            "announce": f"{base_url}/announce",
            "comment": f"{base_url}/t/{release_id}",
            "created by": "sandbox",
            "creation date": 1_577_836_800,
        }
        if release.seeders:
            outside["url-list"] = f"{base_url}/seed/{release_id}/"
        # "info" comes after all of these and before "url-list"; its bytes are not encoded a second time.
        parts = [bencode(key) + bencode(entry) for key, entry in sorted(outside.items())]
        at = len(parts) - ("url-list" in outside)
        return b"d" + b"".join([*parts[:at], b"4:info" + _info(release), *parts[at:]]) + b"e"

    def infohash(self, release_id: int) -> str:
        """Lower-case hex of the v1 infohash. Raises KeyError for an unknown release."""
        return hashlib.sha1(_info(self.releases[release_id])).hexdigest()

    def by_infohash(self, infohash: str) -> Release | None:
        """The release with that infohash. The first call builds every torrent of the world."""
        if not self._by_infohash:
            self._by_infohash = {self.infohash(number): number for number in self.releases}
        number = self._by_infohash.get(infohash.lower())
        return None if number is None else self.releases[number]

    def release_of(self, file: HasComment) -> Release | None:
        """The release that a .torrent was made for, by its comment; None if it was not made here."""
        address = re.search(r"/t/(\d+)$", file.comment)
        return self.releases.get(int(address[1])) if address else None

    def payload(self, file: HasComment) -> list[bytes] | None:
        """The bytes of each file, in the order of the torrent; None if it was not made here."""
        release = self.release_of(file)
        return None if release is None else [content for _, content in files_of(release)[1]]

    def seeders(self, file: HasComment) -> int:
        """How many have it; 0 for a torrent that was not made here."""
        release = self.release_of(file)
        return 0 if release is None else release.seeders
