"""How long a torrent may seed, in a way that never removes it.

What happens at the end of the time is a global setting of qBittorrent, which may be to remove the torrent, with its
files or without. From some version on a torrent has a setting of its own, which is then "stop". Before, a torrent of a
qBittorrent that would remove it gets no limit at all.
"""

from __future__ import annotations

import re

from qbittorrentapi import Client

UNLIMITED = -1
SINCE_ADD = (
    2,
    10,
    4,
)  # versions of the Web API in which a torrent's own action can be stated: when it is added (5.0) …
SINCE_CHANGE = (2, 12)  # … and later (5.2)
_REMOVING = (1, 3)  # of ``max_ratio_act``; 0 stops, 2 goes on with super seeding


def limit(client: Client, minutes: int, since: tuple[int, ...]) -> int:
    """The limit in minutes, or UNLIMITED. ``since``: the first version that takes the action with it."""
    if minutes <= 0:
        return UNLIMITED
    version = tuple(map(int, re.findall(r"\d+", client.app_web_api_version())))
    if version < since and client.app_preferences().get("max_ratio_act") in _REMOVING:
        return UNLIMITED
    return minutes
