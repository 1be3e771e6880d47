"""Downloads and the torrents behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DownloadState(StrEnum):
    """The states of a download (DESIGN section 6), kept in ``downloads.download_status``."""

    PROPOSED = "proposed"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    DOWNLOADING = "downloading"
    STALLED = "stalled"
    COMPLETED = "completed"
    IMPORTING = "importing"
    IMPORTED = "imported"
    IMPORT_BLOCKED = "import_blocked"
    FAILED = "failed"
    ABANDONED = "abandoned"

    @property
    def is_active(self) -> bool:
        """The book is on its way: nothing else is fetched for it."""
        return self not in (DownloadState.IMPORTED, DownloadState.ABANDONED, DownloadState.FAILED)


class ImportStatus(StrEnum):
    """How far the import of a book has come, kept in ``abs_import_status``."""

    NONE = ""
    STAGED = "staged"  # what will be made is written down
    PLACED = "placed"  # its files lie in the library
    SCANNED = "scanned"
    CONFIRMED = "confirmed"  # Audiobookshelf shows it
    BLOCKED = "blocked"

    @property
    def is_placed(self) -> bool:
        """From here on the torrent is not needed any more."""
        return self in (ImportStatus.PLACED, ImportStatus.SCANNED, ImportStatus.CONFIRMED)


class TorrentPhase(StrEnum):
    """qBittorrent's states of all versions, folded to what matters here (wire-facts of the Web API, 4.5 to 5.3)."""

    METADATA = "metadata"
    DOWNLOADING = "downloading"
    STALLED = "stalled"  # stalledDL: lags and may hide real progress
    QUEUED = "queued"
    STOPPED = "stopped"  # stopped or paused before it was complete
    CHECKING = "checking"
    MOVING = "moving"
    SEEDING = "seeding"  # every upload state, also stopped after completion
    MISSING_FILES = "missing_files"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Torrent:
    """What qBittorrent reports of one torrent. ``state`` is its own word, ``phase`` ours; progress 0..1."""

    infohash: str
    name: str
    state: str
    phase: TorrentPhase
    progress: float = 0.0
    amount_left: int = 0
    size_bytes: int = 0
    category: str = ""
    tags: tuple[str, ...] = ()
    save_path: str = ""
    content_path: str = ""
    added_at: datetime | None = None
    completed_at: datetime | None = None
    last_activity_at: datetime | None = None
    seeding_seconds: int = 0
    num_seeds: int = 0
    ratio: float = 0.0
    tracker_message: str = ""

    @property
    def is_done(self) -> bool:
        """Whole and at rest: progress 1, an upload state, neither checking nor moving."""
        return self.phase is TorrentPhase.SEEDING and self.progress >= 1 and self.amount_left == 0


@dataclass(frozen=True, slots=True)
class TorrentFile:
    """One file of a torrent: ``name`` is relative with "/", ``selected`` false when it was skipped (priority 0)."""

    index: int
    name: str
    size_bytes: int
    progress: float = 0.0
    selected: bool = True
