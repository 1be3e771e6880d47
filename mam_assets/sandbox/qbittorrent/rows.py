"""How qBittorrent 4.5 to 5.3 writes down a torrent: the same facts, more keys with every version."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from .torrent_client import INCOMPLETE
from .torrent_record import Progress, Torrent
from .versions import VERSIONS, Version

NEVER_ETA = 8_640_000

SINCE_4_6 = {"inactive_seeding_time_limit", "max_inactive_seeding_time"}
SINCE_5_0 = {
    "comment",
    "has_metadata",
    "popularity",
    "private",
    "reannounce",
    "root_path",
}
SINCE_5_2 = {
    "connections_count",
    "connections_limit",
    "created_by",
    "creation_date",
    "piece_size",
    "pieces_have",
    "pieces_num",
    "share_limit_action",
    "total_wasted",
}
SINCE_5_3 = {"share_limits_mode"}


def state_word(state: str, version: Version) -> str:
    return state if version.is_5 else state.replace("stopped", "paused")


def _never(version: Version) -> int:
    return -1 if version.is_5 else 0


def _seconds(moment: float | None, version: Version) -> int:
    return _never(version) if moment is None else int(moment)


def info_row(torrent: Torrent, progress: Progress, version: Version, position: int, content: bool) -> dict[str, Any]:
    """One row of ``torrents/info``; ``position``: place in the queue; ``content``: the incomplete folder is in use."""
    file, done = torrent.file, progress.done
    complete = torrent.completed_on is not None
    checking = progress.state == "checkingResumeData"
    completed = file.size if complete else int(file.size * done)
    in_incomplete = content and not torrent.in_place
    base = INCOMPLETE if in_incomplete else torrent.save_path
    inner = torrent.root or (torrent.paths[0] if len(torrent.paths) == 1 else "")
    content_path = f"{base}/{inner}".rstrip("/")
    speed = int(file.size / 2) if progress.state == "downloading" and not complete else 0
    seeding = int(torrent.seeded)
    row: dict[str, Any] = {
        "added_on": int(torrent.added_on),
        "amount_left": file.size - completed,
        "auto_tmm": torrent.auto_tmm,
        "availability": -1 if complete else round(progress.seeders + done, 3) if progress.seeders else 0,
        "category": torrent.category,
        "comment": file.comment,
        "completed": completed,
        "completion_on": _seconds(torrent.completed_on, version),
        "connections_count": 0,
        "connections_limit": 100,
        # 4.5 shows only the name while it looks at a new torrent.
        "content_path": inner if checking and not version.is_4_6 else content_path,
        "created_by": file.created_by,
        "creation_date": file.created_on,
        "dl_limit": 0,
        "dlspeed": speed,
        "download_path": INCOMPLETE if content else "",
        "downloaded": completed,
        "downloaded_session": completed,
        "eta": NEVER_ETA if not speed else max(1, int((file.size - completed) / speed)),
        "f_l_piece_prio": False,
        "force_start": False,
        "has_metadata": True,
        "hash": torrent.infohash,
        "inactive_seeding_time_limit": torrent.inactive_seeding_time_limit,
        "infohash_v1": file.infohash_v1,
        "infohash_v2": file.infohash_v2,
        "last_activity": int(torrent.completed_on or torrent.added_on),
        "magnet_uri": _magnet(torrent, version),
        "max_inactive_seeding_time": max(torrent.inactive_seeding_time_limit, -1),
        "max_ratio": max(torrent.ratio_limit, -1),
        "max_seeding_time": max(torrent.seeding_time_limit, -1),
        "name": torrent.name,
        "num_complete": 0 if checking else progress.seeders,
        "num_incomplete": 0,
        "num_leechs": 0,
        "num_seeds": progress.seeders if speed else 0,
        "piece_size": file.piece_size,
        "pieces_have": file.pieces if complete else int(file.pieces * done),
        "pieces_num": file.pieces,
        "popularity": 0,
        "priority": 0 if complete else position,
        "private": file.private,
        "progress": 1 if complete else done or 0,
        "ratio": 0,
        "ratio_limit": torrent.ratio_limit,
        "reannounce": 0 if checking else 299,
        "root_path": f"{base}/{torrent.root}" if torrent.root else "",
        "save_path": torrent.save_path,
        "seeding_time": seeding,
        "seeding_time_limit": torrent.seeding_time_limit,
        "seen_complete": _never(version) if not progress.seeders or checking else int(time.time()),
        "seq_dl": False,
        "share_limit_action": torrent.share_limit_action,
        "share_limits_mode": torrent.share_limits_mode,
        "size": file.size,
        "state": state_word(progress.state, version),
        "super_seeding": False,
        "tags": ", ".join(torrent.tags),
        "time_active": int(torrent.active),
        "total_size": file.size,
        "total_wasted": 0,
        "tracker": "" if (checking or progress.tracker_message) and not version.is_5 else file.tracker,
        "trackers_count": 1 if file.tracker else 0,
        "up_limit": 0,
        "uploaded": 0,
        "uploaded_session": 0,
        "upspeed": 0,
    }
    if not file.has_metadata:
        row |= {"content_path": "", "root_path": "", "has_metadata": False, "total_size": -1, "private": None}
        row |= {"magnet_uri": torrent.magnet, "pieces_have": 0, "availability": 0, "size": 0, "amount_left": 0}
    later = (
        (version.is_4_6, SINCE_4_6),
        (version.is_5, SINCE_5_0),
        (version.is_5_2, SINCE_5_2),
        (version.is_5_3, SINCE_5_3),
    )
    absent = {key for reached, keys in later if not reached for key in keys}
    return {key: value for key, value in row.items() if key not in absent}


def maindata_row(info: dict[str, Any], progress: Progress, version: Version) -> dict[str, Any]:
    """The same torrent in ``sync/maindata``: without its hash."""
    row = {key: value for key, value in info.items() if key != "hash"}
    if version.is_5_2:
        row |= {
            "has_other_announce_error": False,
            "has_tracker_error": bool(progress.tracker_message),
            "has_tracker_warning": False,
        }
    return row


def _magnet(torrent: Torrent, version: Version) -> str:
    name, tracker = quote(torrent.name, safe=""), quote(torrent.file.tracker, safe="")
    length = f"&xl={torrent.file.size}" if version.is_5 else ""
    if not version.is_4_6:
        name, tracker = (_lower_escapes(text) for text in (name, tracker))
    return f"magnet:?xt=urn:btih:{torrent.infohash}&dn={name}{length}" + (f"&tr={tracker}" if tracker else "")


def _lower_escapes(text: str) -> str:
    first, *rest = text.split("%")
    return first + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def properties(torrent: Torrent, progress: Progress, version: Version, content: bool) -> dict[str, Any]:
    """Answer of ``torrents/properties``."""
    info = info_row(torrent, progress, VERSIONS["5.3.0"], 1, content)
    never = -1
    answer: dict[str, Any] = {
        "addition_date": info["added_on"],
        "availability": info["availability"],
        "comment": info["comment"],
        "completion_date": info["completion_on"] if torrent.completed_on else never,
        "created_by": info["created_by"],
        "creation_date": info["creation_date"],
        "dl_limit": -1,
        "dl_speed": info["dlspeed"],
        "dl_speed_avg": info["dlspeed"],
        "download_path": info["download_path"],
        "eta": info["eta"],
        "has_metadata": info["has_metadata"],
        "hash": torrent.infohash,
        "infohash_v1": info["infohash_v1"],
        "infohash_v2": info["infohash_v2"],
        "is_private": bool(info["private"]),
        "last_seen": info["seen_complete"],
        "name": torrent.name,
        "nb_connections": 0,
        "nb_connections_limit": 100,
        "peers": 0,
        "peers_total": 0,
        "piece_size": info["piece_size"],
        "pieces_have": info["pieces_have"],
        "pieces_num": info["pieces_num"],
        "popularity": 0,
        "private": info["private"],
        "progress": info["progress"],
        "reannounce": info["reannounce"],
        "save_path": torrent.save_path,
        "seeding_time": info["seeding_time"],
        "seeds": info["num_seeds"],
        "seeds_total": progress.seeders,
        "share_ratio": 0,
        "time_elapsed": info["time_active"],
        "total_downloaded": info["downloaded"],
        "total_downloaded_session": info["downloaded"],
        "total_size": info["total_size"],
        "total_uploaded": 0,
        "total_uploaded_session": 0,
        "total_wasted": 0,
        "up_limit": -1,
        "up_speed": 0,
        "up_speed_avg": 0,
    }
    absent = set() if version.is_5_2 else {"availability"}
    if not version.is_5:
        absent |= {"has_metadata", "popularity", "private", "progress"}
    return {key: value for key, value in answer.items() if key not in absent}


def file_rows(torrent: Torrent, progress: Progress) -> list[dict[str, Any]]:
    """Answer of ``torrents/files``; the first row alone says whether the torrent is a seed."""
    complete = torrent.completed_on is not None
    rows: list[dict[str, Any]] = []
    offset = 0
    for index, (name, (_, size)) in enumerate(zip(torrent.paths, torrent.file.files, strict=True)):
        first, last = offset // torrent.file.piece_size, max(offset, offset + size - 1) // torrent.file.piece_size
        offset += size
        row: dict[str, Any] = {"availability": -1 if complete else min(progress.seeders, 1), "index": index}
        if index == 0:
            row["is_seed"] = complete
        row |= {"name": name, "piece_range": [first, last], "priority": 1}
        row |= {"progress": 1 if complete else progress.done or 0, "size": size}
        rows.append(row)
    return rows


NOT_CONTACTED, WORKING, NOT_WORKING, TRACKER_ERROR = 1, 2, 4, 5


def tracker_rows(torrent: Torrent, progress: Progress, version: Version) -> list[dict[str, Any]]:
    """Answer of ``torrents/trackers``: three made-up rows, then the tracker with the only word on what is wrong."""
    private = "This torrent is private" if torrent.file.private else ""
    none = {"num_downloaded": 0, "num_leeches": 0, "num_peers": 0, "num_seeds": 0, "status": 0, "tier": -1}
    rows: list[dict[str, Any]] = [{"msg": private, **none, "url": f"** [{x}] **"} for x in ("DHT", "PeX", "LSD")]
    if not torrent.file.tracker:
        return rows
    now, message = int(time.time()), progress.tracker_message
    counts = {"num_downloaded": -1, "num_leeches": 0, "num_peers": int(progress.seeders > 0)}
    counts |= {"num_seeds": progress.seeders, "status": WORKING}
    contacted = progress.state not in ("checkingResumeData", "queuedDL", "error", "stoppedDL")
    if message or not contacted:
        counts = dict.fromkeys(counts, -1)
        counts["status"] = (TRACKER_ERROR if version.is_5_2 else NOT_WORKING) if message else NOT_CONTACTED
    row: dict[str, Any] = {"msg": message, **counts, "tier": 0, "url": torrent.file.tracker}
    if version.is_5_2:
        times = {"min_announce": now if contacted else 0, "next_announce": now + 295 if contacted else 0}
        endpoint = {"bt_version": 1, "msg": message, "name": "127.0.0.1:26883", **counts, **times, "updating": False}
        row |= {"endpoints": [endpoint] if contacted else [], **times, "updating": False}
    return [*rows, row]
