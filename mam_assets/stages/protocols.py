"""The parts of the clients that acquisition and import need. All methods raise ``resources.errors.ServiceError``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from mam_assets.domain.model.download import Torrent, TorrentFile
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.release import Release


class Tracker(Protocol):
    """MAM."""

    def find(self, torrent_id: int) -> Release:
        """The release as MAM lists it now. Raises NotFound when it no longer does."""
        ...

    def download(self, torrent_id: int) -> bytes:
        """The .torrent's bytes."""
        ...


class TorrentLister(Protocol):
    """qBittorrent, only looked at."""

    def torrents(self, category: str | None = None, hashes: Sequence[str] | None = None) -> list[Torrent]:
        """Torrents as they are now; an unknown hash is simply absent."""
        ...

    def sync(self) -> dict[str, Torrent]:
        """All torrents by infohash, in one request that carries what changed."""
        ...

    def tracker_message(self, infohash: str) -> str:
        """What the torrent's tracker last said; blank when it said nothing."""
        ...

    def files(self, infohash: str) -> list[TorrentFile]:
        """The torrent's files; NotFound for an unknown hash."""
        ...


class TorrentAdder(TorrentLister, Protocol):
    """qBittorrent, given torrents."""

    def add(
        self,
        torrent_bytes: bytes,
        *,
        infohash: str,
        category: str,
        tags: Sequence[str],
        save_path: str | None = None,
        seeding_minutes: int,
        stopped: bool = False,
    ) -> Any:
        """Add a torrent; one that is there already is no error."""
        ...

    def add_magnet(
        self,
        magnet: str,
        *,
        infohash: str,
        category: str,
        tags: Sequence[str],
        save_path: str | None = None,
        seeding_minutes: int,
        stopped: bool = False,
    ) -> Any:
        """Add a magnet link; a torrent that is there already is no error."""
        ...


class LibraryServer(Protocol):
    """Audiobookshelf, as an import needs it."""

    def scan(self, library_id: str) -> None:
        """Start a scan; ignored while another runs."""
        ...

    def scan_finished(self, library_id: str) -> bool: ...

    def find_by_paths(
        self, library_id: str, rel_paths: Collection[str], *, folder_id: str = "", only_newest: bool = False
    ) -> Mapping[str, LibraryItem]:
        """Path below the library's folder → the item there, with its series, for those that are there."""
        ...

    def is_quiet(self, library_id: str) -> bool:
        """Nobody looks through the library, nor is about to."""
        ...

    def listed_at(self, library_id: str, rel_path: str, *, folder_id: str = "") -> Sequence[Any]:
        """All new items at that path, each with ``abs_id`` and ``added_at``."""
        ...

    def forget(self, abs_id: str) -> None:
        """Take an item off the list; its files stay."""
        ...

    def item(self, abs_id: str) -> LibraryItem: ...

    def update_media(self, abs_id: str, metadata: Mapping[str, Any]) -> Any: ...
