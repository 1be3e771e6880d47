"""The sentences of reasons that are the same every time."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.download import ReasonCode

SENTENCES: Mapping[ReasonCode, str] = {
    ReasonCode.MAYBE_ADDED: "it may have been added before: qBittorrent is given time to list it",
    ReasonCode.STOPPED: "stopped in qBittorrent: start it there to go on",
    ReasonCode.CLIENT_QUEUE: "waiting in qBittorrent's own queue",
    ReasonCode.CHECKING: "qBittorrent checks its files",
    ReasonCode.MOVING: "qBittorrent moves its files",
    ReasonCode.CLIENT_ERROR: "qBittorrent reports an error: look at its log (disk full, permissions?)",
    ReasonCode.MISSING_FILES: "qBittorrent misses the files: is its disk there?",
    ReasonCode.NOT_LISTED: "not listed by qBittorrent",
}
