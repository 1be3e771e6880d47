"""What the reconciler asks for. Every action names the state that it was decided in: if the row has moved on since,
the action is void (compare-and-set), and the next tick decides anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model.download import DownloadState, ReasonCode


@dataclass(frozen=True, slots=True)
class Action:
    download_id: int
    expected: DownloadState


@dataclass(frozen=True, slots=True)
class Submit(Action):
    """Hand the torrent to qBittorrent (the submitting stage does)."""


@dataclass(frozen=True, slots=True)
class MarkSubmitted(Action):
    """qBittorrent has the torrent of this queued download already: adopt it."""

    reason: str


@dataclass(frozen=True, slots=True)
class MarkDownloading(Action):
    progress: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress(Action):
    progress: float


@dataclass(frozen=True, slots=True)
class Wait(Action):
    """It stands still for a reason that is nobody's fault (stopped by hand, queued, checking): the clock is held."""

    code: ReasonCode


@dataclass(frozen=True, slots=True)
class MarkStalled(Action):
    code: ReasonCode
    reason: str
    tracker_message: str = ""


@dataclass(frozen=True, slots=True)
class NoteMissing(Action):
    """qBittorrent does not list the torrent; from now on (or anew) it is counted how long."""


@dataclass(frozen=True, slots=True)
class StillMissing(Action):
    """Somebody looked again, and it is still not listed."""


@dataclass(frozen=True, slots=True)
class NoteBack(Action):
    """The torrent is listed again."""


@dataclass(frozen=True, slots=True)
class MarkCompleted(Action):
    content_path: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StartImport(Action):
    """Bring the files into the library (the importing stage does)."""

    infohash: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Resubmit(Action):
    """Handed over but never seen there: queue it once more, not before ``at``."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RetryLater(Action):
    """Try again, not before ``at``."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Fail(Action):
    """This attempt has failed. ``blocklist``: the release is not taken again for this book."""

    code: str
    message: str
    blocklist: bool


@dataclass(frozen=True, slots=True)
class NextCandidate(Action):
    """Give this attempt up and queue (or propose) the next accepted release of its book."""

    book_key: str


@dataclass(frozen=True, slots=True)
class Abandon(Action):
    """Give this attempt up; the book is searched again at its time."""

    code: str
    message: str
    blocklist: bool
