"""Options of torrents and categories, as each version of qBittorrent takes them."""

from __future__ import annotations

import re
from typing import Any

from .calls import Call
from .torrent_record import GLOBAL_LIMIT
from .versions import Version

IDLE_LIMIT = (2, 9, 2)
ACTION_OF_ADD, ACTION_OF_CHANGE = (2, 10, 4), (2, 12)
MODE = (2, 16)


def is_category(name: str) -> bool:
    return bool(re.fullmatch(r"[^\\/]+(/[^\\/]+)*", name))


def with_parents(name: str, version: Version) -> list[str]:
    """The categories that come into being with one: from 5.2 on also those above it."""
    parts = name.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)] if version.is_5_2 else [name]


def limits_of_add(call: Call, version: Version) -> dict[str, Any]:
    """The share limits that a new torrent gets; what a version does not know it passes over."""
    limits: dict[str, Any] = {
        "ratio_limit": call.number("ratioLimit", GLOBAL_LIMIT),
        "seeding_time_limit": int(call.number("seedingTimeLimit", GLOBAL_LIMIT)),
    }
    if version.number >= IDLE_LIMIT:
        limits["inactive_seeding_time_limit"] = int(call.number("inactiveSeedingTimeLimit", GLOBAL_LIMIT))
    if version.number >= ACTION_OF_ADD:
        limits["share_limit_action"] = call.params.get("shareLimitAction") or "Default"
    if version.number >= MODE:
        limits["share_limits_mode"] = call.params.get("shareLimitsMode") or "Default"
    return limits


def changed_limits(call: Call, version: Version) -> dict[str, Any]:
    """The share limits that ``setShareLimits`` sets: each version wants all that it knows."""
    call.require("hashes", "ratioLimit", "seedingTimeLimit")
    for since, name in (
        (IDLE_LIMIT, "inactiveSeedingTimeLimit"),
        (ACTION_OF_CHANGE, "shareLimitAction"),
        (MODE, "shareLimitsMode"),
    ):
        if version.number >= since:
            call.require(name)
    limits = limits_of_add(call, version)
    if version.number < ACTION_OF_CHANGE:
        limits.pop("share_limit_action", None)  # stays what it was when the torrent was added
    return limits
