"""The versions of qBittorrent that the stand-in can be, and what they say of the whole client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Version:
    """A version of qBittorrent and what differs in it."""

    app: str
    api: str

    @property
    def number(self) -> tuple[int, ...]:
        return tuple(map(int, self.api.split(".")))

    @property
    def is_4_6(self) -> bool:
        """A limit for idle seeding."""
        return self.number >= (2, 9)

    @property
    def is_5(self) -> bool:
        """stop/start instead of pause/resume."""
        return self.number >= (2, 11)

    @property
    def is_5_2(self) -> bool:
        """Answers of login and add by status, API keys, session cookies named after the port, limits of categories."""
        return self.number >= (2, 14)

    @property
    def is_5_3(self) -> bool:
        """Share limits of which any or all must be reached; requests from other sites are told by Sec-Fetch-Site."""
        return self.number >= (2, 16)


VERSIONS = {
    "4.5.2": Version("4.5.2", "2.8.19"),
    "4.6.7": Version("4.6.7", "2.9.3"),
    "5.1.0": Version("5.1.0", "2.11.4"),
    "5.2.3": Version("5.2.3", "2.15.1"),
    "5.3.0": Version("5.3.0", "2.16.2"),
}


def category_row(name: str, path: str, version: Version) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "savePath": path}
    if version.is_5_2:
        row["download_path"] = None
        row |= {"inactive_seeding_time_limit": -2, "ratio_limit": -2, "seeding_time_limit": -2}
        row["share_limit_action"] = "Default"
    if version.is_5_3:
        row["share_limits_mode"] = "Default"
    return row


def transfer_info(version: Version, downloaded: int, speed: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "connection_status": "connected",
        "dht_nodes": 0,
        "dl_info_data": downloaded,
        "dl_info_speed": speed,
        "dl_rate_limit": 0,
        "up_info_data": 0,
        "up_info_speed": 0,
        "up_rate_limit": 0,
    }
    if version.is_5:
        answer |= {"last_external_address_v4": "", "last_external_address_v6": ""}
    return answer


def server_state(version: Version, transfer: dict[str, Any], free_bytes: int) -> dict[str, Any]:
    state = {
        **transfer,
        "alltime_dl": transfer["dl_info_data"],
        "alltime_ul": 0,
        "average_time_queue": 10,
        "free_space_on_disk": free_bytes,
        "global_ratio": "0.00",
        "queued_io_jobs": 0,
        "queueing": True,
        "read_cache_hits": "0",
        "read_cache_overload": "0",
        "refresh_interval": 1500,
        "total_buffers_size": 0,
        "total_peer_connections": 0,
        "total_queued_size": 0,
        "total_wasted_session": 0,
        "use_alt_speed_limits": False,
        "write_cache_overload": "0",
    }
    if version.is_4_6 and not version.is_5_2:
        state["use_subcategories"] = False
    if version.is_5_3:
        state |= {"queued_tracker_announces": 0, "request_latency": 0, "session_state": False}
    return state
