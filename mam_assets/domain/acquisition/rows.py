"""What the reconciler looks at: one row of the ``downloads`` ledger, and the policy it follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..model.download import DownloadState
from ..model.release import Release, Wanted

PLACED = frozenset({"placed", "scanned", "confirmed"})  # import steps after which the torrent is no longer needed


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """One attempt to bring one release into the library, as the ledger has it.

    ``infohash`` is lower-case hex and blank until the intent is committed. ``failure_code`` says why it failed or was
    abandoned (see ``faults``). ``add_sent_at`` is when an add of this torrent was last sent, whatever came of it.
    ``missing_since`` is when qBittorrent was first seen without the torrent, ``missing_seen_at`` when last.
    ``import_options`` is a person's word for the import: {"accept": true} takes it as it is, {"files": {…}} maps files.
    ``retry_count`` counts tries of the present step and starts anew when the torrent is complete.
    """

    id: int
    book_key: str
    title: str
    author: str = ""
    status: DownloadState = DownloadState.PROPOSED
    status_reason: str = ""
    failure_code: str = ""
    wanted: Wanted | None = None
    release: Release | None = None
    torrent_id: int | None = None
    release_title: str = ""
    source: str = "search"
    infohash: str = ""
    tag: str = ""
    magnet: str = ""
    size_bytes: int = 0
    attempt: int = 1
    retry_count: int = 0
    next_attempt_at: datetime | None = None
    last_progress: float = 0.0
    last_progress_at: datetime | None = None
    add_sent_at: datetime | None = None
    missing_since: datetime | None = None
    missing_seen_at: datetime | None = None
    tracker_message: str = ""
    content_path: str = ""
    abs_import_status: str = ""
    abs_item_id: str = ""
    target_path: str = ""
    import_options: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    approved_at: datetime | None = None
    submitted_at: datetime | None = None
    completed_at: datetime | None = None
    imported_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def is_placed(self) -> bool:
        """Its files lie in the library: the rest of the import does without the torrent."""
        return self.status is DownloadState.IMPORTING and self.abs_import_status in PLACED

    def is_due(self, now: datetime) -> bool:
        return self.next_attempt_at is None or self.next_attempt_at <= now


@dataclass(frozen=True, slots=True)
class AcquisitionPolicy:
    """How long is waited, and how often tried again.

    ``stalled_after``: no progress for this long ends a download. ``notice_after``: after this long it is shown as
    stalled and its tracker is asked why. ``gone_after``: a torrent that qBittorrent leaves out of its list for so long
    was removed. ``all_gone_after``: the same when none of several torrents is listed, which looks more like another
    qBittorrent than like a person's wish. ``settled_after``: one that was sent and is not listed for so long never
    arrived (4.5.2 and 5.3 list within a second what was added, and after a start everything with the first answer).
    ``watch_gap``: looks come every few seconds; after a longer pause (an outage, a restart) an absence is counted anew.
    """

    stalled_after: timedelta = timedelta(hours=24)
    notice_after: timedelta = timedelta(minutes=30)
    gone_after: timedelta = timedelta(minutes=10)
    settled_after: timedelta = timedelta(minutes=1)
    all_gone_after: timedelta = timedelta(hours=24)
    watch_gap: timedelta = timedelta(minutes=1)
    max_retries: int = 3
    retry_pause: timedelta = timedelta(minutes=15)
    retry_pause_limit: timedelta = timedelta(hours=24)
    progress_step: float = 0.01
    progress_pause: timedelta = timedelta(minutes=1)


def backoff(retries: int, jitter: float, policy: AcquisitionPolicy) -> timedelta:
    """The pause before the next try: doubles with every retry, plus up to a quarter by ``jitter`` (0 to 1)."""
    pause = min(policy.retry_pause * 2 ** min(retries, 30), policy.retry_pause_limit)
    return pause + pause * 0.25 * min(max(jitter, 0.0), 1.0)
