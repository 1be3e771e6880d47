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


class ReasonCode(StrEnum):
    """Why a download is in its state, for code to ask; ``status_reason`` is the sentence of it for people.

    Blank where the state says all, or ``failure_code`` does: failed, abandoned, a blocked import.
    """

    NONE = ""
    APPROVAL = "approval"  # a person is to approve it
    GRABS_PER_RUN = "grabs_per_run"  # this and the next four: held by that guard of the budget
    UNSATISFIED_SLOTS = "unsatisfied_slots"
    RATIO = "ratio"
    DISK_SPACE = "disk_space"
    WEDGE_UNSETTLED = "wedge_unsettled"
    TRACKER_BACKOFF = "tracker_backoff"  # MAM refuses, or does not answer
    SERVICE = "service"  # another service does not answer
    RETRY = "retry"  # the last try failed, and it is tried again
    ADDING = "adding"  # it is being added to qBittorrent
    MAYBE_ADDED = "maybe_added"  # an add was sent, and qBittorrent is given time to list it
    STOPPED = "stopped"  # this and the next three: the torrent stands still, and that is nobody's fault
    CLIENT_QUEUE = "client_queue"
    CHECKING = "checking"
    MOVING = "moving"
    CLIENT_ERROR = "client_error"
    MISSING_FILES = "missing_files"
    NO_PROGRESS = "no_progress"
    NOT_LISTED = "not_listed"  # qBittorrent does not list its torrent
    LIBRARY_FULL = "library_full"  # the library's disk


class CostKind(StrEnum):
    """How a grab was paid for. Blank: it was not made yet, or nobody wrote it down."""

    NONE = ""
    NOT_KNOWN = "not_known"  # brought by hand
    RATIO = "ratio"  # it counts as download
    WEDGE = "wedge"  # a wedge was spent for it
    FREELEECH = "freeleech"
    PERSONAL_FREELEECH = "personal_freeleech"
    VIP = "vip"
    FREE = "free"  # by the time it was added, whatever made it so

    def describe(self) -> str:
        """The cost as a person reads it; blank when there is none to tell."""
        return f"nothing, {_FREE_BY[self]}" if self in _FREE_BY else _COSTS.get(self, "")

    @property
    def free_by(self) -> str:
        """What makes it free, as a person reads it; blank when it is not."""
        return _FREE_BY.get(self, "")


_FREE_BY = {
    CostKind.FREELEECH: "freeleech for everybody",
    CostKind.PERSONAL_FREELEECH: "personal freeleech",
    CostKind.VIP: "VIP",
    CostKind.FREE: "free by the time it was added",
}
_COSTS = {
    CostKind.NOT_KNOWN: "not known, brought by hand",
    CostKind.RATIO: "its size in download",
    CostKind.WEDGE: "a wedge",
}


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


IMPORTABLE = (DownloadState.COMPLETED, DownloadState.IMPORTING)
"""The files are whole: an import may begin, or go on where an earlier one ended."""


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
