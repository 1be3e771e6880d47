"""How long acquisition waits, and how often it tries again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


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
    factor: int = 2 ** min(retries, 30)
    pause = min(policy.retry_pause * factor, policy.retry_pause_limit)
    return pause + pause * 0.25 * min(max(jitter, 0.0), 1.0)
