"""Rows of qBittorrent's Web API → the words of the domain.

States are those of 4.5 to 5.3: "paused" became "stopped" in 5.0; "allocating" and "queuedForChecking" are older still.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from mam_assets.domain.model.download import Torrent, TorrentFile, TorrentPhase
from resources.errors import UnexpectedAnswer
from resources.http.fields import text

SERVICE = "qbittorrent"

PHASES: dict[str, TorrentPhase] = {
    "metaDL": TorrentPhase.METADATA,
    "forcedMetaDL": TorrentPhase.METADATA,
    "downloading": TorrentPhase.DOWNLOADING,
    "forcedDL": TorrentPhase.DOWNLOADING,
    "allocating": TorrentPhase.DOWNLOADING,
    "stalledDL": TorrentPhase.STALLED,
    "queuedDL": TorrentPhase.QUEUED,
    "stoppedDL": TorrentPhase.STOPPED,
    "pausedDL": TorrentPhase.STOPPED,
    "checkingDL": TorrentPhase.CHECKING,
    "checkingUP": TorrentPhase.CHECKING,
    "checkingResumeData": TorrentPhase.CHECKING,
    "queuedForChecking": TorrentPhase.CHECKING,
    "moving": TorrentPhase.MOVING,
    "uploading": TorrentPhase.SEEDING,
    "stalledUP": TorrentPhase.SEEDING,
    "forcedUP": TorrentPhase.SEEDING,
    "queuedUP": TorrentPhase.SEEDING,
    "stoppedUP": TorrentPhase.SEEDING,
    "pausedUP": TorrentPhase.SEEDING,
    "missingFiles": TorrentPhase.MISSING_FILES,
    "error": TorrentPhase.ERROR,
    "unknown": TorrentPhase.UNKNOWN,
}

_INFINITE_RATIO = 9999.0  # what qBittorrent itself calls its greatest ratio; beyond, it writes -1
_NEVER = 4_000_000_000  # some versions write an unset time as the greatest 32-bit number
_MOST = 2**63  # what no database takes; infinities are beyond it too
_TRACKER_BROKEN = (4, 5, 6)  # "not working"; 5.2 and later tell "tracker error" and "unreachable" apart
_ADDRESS = re.compile(r"\b(?:https?|udp|wss?)://\S+")


def phase_of(state: str) -> TorrentPhase:
    """The phase of a state; UNKNOWN for a word of some later version."""
    return PHASES.get(state, TorrentPhase.UNKNOWN)


def objects(answer: object) -> list[Mapping[str, Any]]:
    """The rows of a list. Raises UnexpectedAnswer for anything else."""
    if not isinstance(answer, list) or not all(isinstance(row, Mapping) for row in answer):
        raise UnexpectedAnswer(SERVICE, "a list came in an unknown form")
    return answer


def listed_as(row: Mapping[str, Any]) -> str:
    """The infohash under which a row of ``torrents/info`` is listed."""
    infohash = row.get("hash")
    if not isinstance(infohash, str) or not infohash:
        raise UnexpectedAnswer(SERVICE, "listed a torrent without its hash")
    return infohash


def infohashes(listed: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Every infohash that a torrent goes by, the one of ``mam_assets.files.torrents`` first.

    A hybrid has two. qBittorrent lists it by that of version 2, cut to 40 digits, and knows it by no other (built with
    libtorrent 1.2: by that of version 1). A magnet link may state one of them, and the other is known later.
    """
    v1, v2 = text(row.get("infohash_v1")), text(row.get("infohash_v2"))[:40]
    return tuple(dict.fromkeys(infohash.lower() for infohash in (v1, v2, listed) if infohash))


def torrent(infohash: str, row: Mapping[str, Any]) -> Torrent:
    """One row of ``torrents/info``, or a merged one of ``sync/maindata`` (which does not repeat the hash)."""
    state = text(row.get("state"))
    ratio = _number(row.get("ratio"))
    return Torrent(
        infohash=infohash.lower(),
        name=text(row.get("name")),
        state=state,
        phase=phase_of(state),
        progress=min(max(_number(row.get("progress")), 0.0), 1.0),
        amount_left=_whole(row.get("amount_left")),
        size_bytes=_whole(row.get("size")),
        category=text(row.get("category")),
        tags=tuple(tag.strip() for tag in text(row.get("tags")).split(",") if tag.strip()),
        save_path=_path(row.get("save_path")),
        content_path=_path(row.get("content_path")),
        added_at=_moment(row.get("added_on")),
        completed_at=_moment(row.get("completion_on")),
        last_activity_at=_moment(row.get("last_activity")),
        seeding_seconds=_whole(row.get("seeding_time")),
        num_seeds=_whole(row.get("num_seeds")),
        ratio=_INFINITE_RATIO if ratio < 0 else ratio,
    )


def torrent_file(place: int, row: Mapping[str, Any]) -> TorrentFile:
    """One row of ``torrents/files``; ``place`` stands for the index where an old version does not state it."""
    return TorrentFile(
        index=_whole(row["index"]) if "index" in row else place,
        name=_path(row.get("name")),
        size_bytes=_whole(row.get("size")),
        progress=min(max(_number(row.get("progress")), 0.0), 1.0),
        selected=row.get("priority") != 0,
    )


def tracker_message(rows: Iterable[Mapping[str, Any]]) -> str:
    """What the trackers say, the broken ones first; "" if nothing. Addresses are left out: they hold a passkey."""
    said = []
    for row in rows:
        if text(row.get("url")).startswith("** ["):  # DHT, PeX and LSD are listed as trackers too
            continue
        shown = _ADDRESS.sub("…", text(row.get("msg")))
        if shown:
            said.append((row.get("status") not in _TRACKER_BROKEN, shown))
    return "; ".join(dict.fromkeys(shown for _, shown in sorted(said, key=lambda pair: pair[0])))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0.0
    return float(value) if -_MOST < value < _MOST else 0.0


def _whole(value: object) -> int:
    return max(0, int(_number(value)))


def _path(value: object) -> str:
    """A path as it is: blanks at its ends belong to it."""
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """Aware UTC from Unix seconds; None for 0 (4.x) and -1 (5.x), which both mean "not yet"."""
    seconds = _whole(value)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _NEVER else None
