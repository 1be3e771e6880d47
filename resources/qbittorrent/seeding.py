"""How long a torrent may seed, in a way that never removes it.

What happens at the end of the time is a global setting of qBittorrent, which may be to remove the torrent, with its
files or without. From some version on a torrent has a setting of its own, which is then "stop". Before, a torrent of a
qBittorrent that would remove it gets no limit at all.
"""

from __future__ import annotations

import re

from qbittorrentapi import Client

UNLIMITED = -1
SINCE = (2, 10, 4)  # version of the Web API (5.0) from which an add may state the torrent's own action
_REMOVING = (1, 3)  # of ``max_ratio_act``; 0 stops, 2 goes on with super seeding


def limit(client: Client, minutes: int) -> int:
    """The limit in minutes for a torrent that is being added, or UNLIMITED."""
    if minutes <= 0:
        return UNLIMITED
    version = tuple(map(int, re.findall(r"\d+", client.app_web_api_version())))
    if version < SINCE and client.app_preferences().get("max_ratio_act") in _REMOVING:
        return UNLIMITED
    return minutes
