"""How long a torrent has been away from qBittorrent's list, as far as somebody looked.

A qBittorrent that is down or has just started says nothing about its torrents. So an absence counts only while it is
watched: after a gap in looking it is counted from the start.
"""

from __future__ import annotations

from datetime import datetime

from .download import Download
from .policy import AcquisitionPolicy


def unwatched(row: Download, now: datetime, policy: AcquisitionPolicy) -> bool:
    """Whether nobody has looked for so long that the absence is not known to have lasted."""
    return row.missing_seen_at is None or now - row.missing_seen_at > policy.watch_gap


def note_again(row: Download, now: datetime, policy: AcquisitionPolicy) -> bool:
    """Whether it is time to write down that it is still absent: not every look is worth a write."""
    return row.missing_seen_at is None or now - row.missing_seen_at >= policy.watch_gap / 3


def must_wait(row: Download, now: datetime, policy: AcquisitionPolicy) -> bool:
    """Whether a queued download must not be added yet: an add was sent before, and what came of it is not known.

    Its torrent may be there without being listed yet. Only an absence that was watched for ``settled_after`` shows that
    it is not.
    """
    if row.add_sent_at is None:
        return False
    return row.missing_since is None or unwatched(row, now, policy) or now - row.missing_since < policy.settled_after
