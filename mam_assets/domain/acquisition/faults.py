"""Why a download fails, by code, and whose fault it is: the release's, or something of ours that may pass."""

from __future__ import annotations

import re

STALLED = "stalled"  # nobody sent anything for the set time
GONE_FROM_TRACKER = "removed_from_tracker"  # the tracker no longer knows the torrent
GONE_FROM_MAM = "release_gone"  # MAM no longer lists the release
NO_SEEDERS = "no_seeders"
NO_LONGER_FREE = "no_longer_free"
WRONG_BOOK = "wrong_book"  # a person said so when the import was blocked

TRACKER_REFUSES = "tracker_refuses"  # the account, the address or the client is refused, not the torrent
CLIENT_ERROR = "qbittorrent_error"
MISSING_FILES = "missing_files"
LOST = "lost_by_qbittorrent"  # handed over, and never seen there
SUBMIT_FAILED = "submit_failed"

REMOVED_BY_HAND = "removed_in_qbittorrent"
ALREADY_OWNED = "already_owned"
SAME_TORRENT = "same_torrent"
REJECTED = "rejected_by_hand"
UNDONE = "import_undone"

RELEASE_FAULTS = frozenset({STALLED, GONE_FROM_TRACKER, GONE_FROM_MAM, NO_SEEDERS, NO_LONGER_FREE, WRONG_BOOK})
LOCAL_FAULTS = frozenset({TRACKER_REFUSES, CLIENT_ERROR, MISSING_FILES, LOST, SUBMIT_FAILED})
RECOVERABLE = frozenset({STALLED, GONE_FROM_TRACKER, TRACKER_REFUSES, CLIENT_ERROR, MISSING_FILES, LOST})
"""Codes after which the torrent may lie in qBittorrent and become complete after all."""

_UNKNOWN_TORRENT = re.compile(
    r"unregistered|not registered|torrent (was |has been )?(deleted|removed|nuked|trumped)|torrent not found"
    r"|unknown torrent|info.?hash not found|torrent (does not|doesn't) exist",
    re.IGNORECASE,
)
_REFUSES_US = re.compile(
    r"passkey|pass key|unrecogni[sz]ed host|not (authori[sz]ed|allowed|permitted)|banned|disabled|too many"
    r"|unsatisfied|ratio|your (ip|client|account|address)|ip address|client (is )?not|access denied|forbidden",
    re.IGNORECASE,
)


def fault_of_silence(tracker_message: str) -> str:
    """The code for a torrent without progress, judged by what its tracker says.

    A refusal of the account or address is no fault of the release: it must not be blocklisted for it.
    """
    if _REFUSES_US.search(tracker_message):
        return TRACKER_REFUSES
    if _UNKNOWN_TORRENT.search(tracker_message):
        return GONE_FROM_TRACKER
    return STALLED
