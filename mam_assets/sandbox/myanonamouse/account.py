"""One account on the tracker: its session cookie, which changes with every answer, its counters and its wallet.

And what a test wants to know of the client: how fast it asked, whether it asked twice at once with one cookie, whether
it ever tried to spend a wedge by a download.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from ..serving.faults import Faults
from ..serving.state import State
from ..world.facts import stable_number

DOCUMENT = "mam"
SEED = "sandbox-mam-id-seed%3D"
UNSAT_LIMIT = 150
UNSAT_BEFORE = 3
GIB = 1024**3
POINTS = 54_321
LONGEST_VIP = timedelta(days=91)
LOG_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the log keeps it. ``at`` is in seconds of a clock that only goes forward."""

    at: float
    method: str
    path: str
    query: str
    body: str
    status: int


class Account:
    """The account of the sandbox's person. Safe to use from several threads.

    A start of the sandbox is a new session made by its person: the first cookie (``seed``) is good again until it is
    used, beside the one that was handed out last before the stop.
    """

    def __init__(
        self, state: State, faults: Faults, *, seed: str = SEED, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.state = state
        self.faults = faults
        self.seed = seed
        self.clock = clock
        self.lock = Lock()
        self.log: deque[Asked] = deque(maxlen=LOG_LENGTH)
        self.refused_fl = 0
        self.max_concurrent = 0
        self.max_per_second = 0
        self._in_flight: dict[str, int] = {}
        self._recent: deque[float] = deque()
        saved = state.read(DOCUMENT)
        self._serial: int = saved.get("serial", 0)
        self._valid = {plain(seed), plain(saved.get("cookie", seed))}

    # ------------------------------------------------------------------------------------------------- the cookie

    def is_valid(self, cookie: str) -> bool:
        with self.lock:
            return plain(cookie) in self._valid and self.faults.find("dead_cookie") is None

    def rotate(self, cookie: str) -> str:
        """The value that takes the place of ``cookie`` from now on. Raises nothing: a stale value stays stale."""
        if self.faults.find("no_rotation"):
            return cookie
        with self.lock:
            if plain(cookie) not in self._valid:
                return ""
            self._serial += 1
            fresh = f"rotated{self._serial:06d}x{stable_number(self.seed, self._serial):08x}%3D"
            self._valid = {plain(fresh)}
        with self.state.editing(DOCUMENT) as document:
            document.update(serial=self._serial, cookie=fresh)
        return fresh

    # ------------------------------------------------------------------------------------------------- the client

    def arrived(self, cookie: str) -> None:
        now = self.clock()
        with self.lock:
            self._recent.append(now)
            while self._recent and now - self._recent[0] > 1:
                self._recent.popleft()
            self.max_per_second = max(self.max_per_second, len(self._recent))
            self._in_flight[cookie] = self._in_flight.get(cookie, 0) + 1
            if cookie:
                self.max_concurrent = max(self.max_concurrent, self._in_flight[cookie])

    def answered(self, cookie: str, entry: Asked) -> None:
        with self.lock:
            self.log.append(entry)
            self._in_flight[cookie] -= 1
            if not self._in_flight[cookie]:
                del self._in_flight[cookie]

    def forget(self) -> None:
        """Empty the log and its figures; cookie, downloads and wallet stay."""
        with self.lock:
            self.log.clear()
            self.refused_fl = self.max_concurrent = self.max_per_second = 0

    # ------------------------------------------------------------------------------------------------ the account

    def downloaded(self, release_id: int) -> None:
        """A .torrent was fetched: from now on it counts as unsatisfied."""
        with self.state.editing(DOCUMENT) as document:
            document.setdefault("torrents", {}).setdefault(str(release_id), 0)
            document["torrents"][str(release_id)] += 1

    def snatched(self, release_id: int) -> None:
        """A client announced that it has the whole torrent."""
        with self.state.editing(DOCUMENT) as document:
            known = document.setdefault("snatched", [])
            if release_id not in known:
                known.append(release_id)

    def times_downloaded(self) -> dict[int, int]:
        """How often each .torrent was fetched, by release."""
        return {int(number): times for number, times in self.state.read(DOCUMENT).get("torrents", {}).items()}

    def facts(self) -> dict[str, Any]:
        """What the account page shows, without the counters."""
        saved = self.state.read(DOCUMENT)
        uploaded, downloaded = 2_560 * GIB, GIB
        if self.faults.find("low_ratio"):
            uploaded = downloaded
        uploaded += saved.get("bought_gigabytes", 0) * GIB
        points = self.faults.find("points")
        return {
            "classname": "User" if self.faults.find("not_vip") else "VIP",
            "country_code": "us",
            "downloaded": f"{downloaded / GIB:,.2f} GiB",
            "downloaded_bytes": downloaded,
            "ratio": round(uploaded / downloaded, 2),
            "seedbonus": int(points.text) if points else saved.get("seedbonus", POINTS),
            "uid": 123_456,
            "uploaded": f"{uploaded / GIB:,.2f} GiB",
            "uploaded_bytes": uploaded,
            "username": "sandbox",
            "vip_until": None if self.faults.find("not_vip") else self._vip_until(saved),
            "wedges": self.wedges(saved),
        }

    @staticmethod
    def wedges(saved: dict[str, Any]) -> int:
        return int(saved.get("wedges", 7))

    def counters(self) -> dict[str, Any]:
        """The snatch summary."""
        count = UNSAT_BEFORE + len(self.state.read(DOCUMENT).get("torrents", {}))
        if self.faults.find("unsat_at_limit"):
            count = UNSAT_LIMIT
        empty = {"name": "…", "count": 0, "size": None}
        return {
            "connectable": "yes",
            "created": int(time.time()),
            "unsat": {"name": "Unsatisfied", "count": count, "limit": UNSAT_LIMIT, "size": count * 500_000_000},
            "seedUnsat": {"name": "Seeding, unsatisfied", "count": count, "size": count * 500_000_000},
            "sSat": {"name": "Seeding, satisfied", "count": 340, "size": 170_000_000_000},
            **{key: dict(empty) for key in ("inactUnsat", "inactHnr", "seedHnr", "inactSat", "upAct", "upInact")},
            "leeching": {"name": "Leeching", "count": 0, "size": None},
            "duplicates": {"name": "Duplicates", "count": 0},
            "recently_deleted": 0,
        }

    def buy_freeleech(self, release_id: int, *, is_vip: bool, is_free: bool) -> dict[str, Any]:
        """Spend a wedge on one torrent, or say why not."""
        with self.state.editing(DOCUMENT) as document:
            personal = document.setdefault("personal", [])
            wedges = self.wedges(document)
            error = (
                "This Torrent is VIP"
                if is_vip
                else "Cannot spend FL Wedges on Freeleech Picks"
                if is_free
                else "This is already a personal freeleech"
                if release_id in personal
                else "Not enough wedges"
                if not wedges
                else ""
            )
            if error:
                return {"success": False, "error": error}
            document["wedges"] = wedges - 1
            personal.append(release_id)
        return {"success": True, "type": "personalFL", "amount": 1}

    def buy_credit(self, gigabytes: int) -> dict[str, Any]:
        """500 points for a gigabyte of upload credit, at least 50 at a time for programs."""
        with self.state.editing(DOCUMENT) as document:
            points = document.get("seedbonus", POINTS)
            if gigabytes < 50:
                return {"success": False, "error": "Automated purchases must be for at least 50 GB at a time"}
            if points < gigabytes * 500:
                return {"success": False, "error": "Not enough points"}
            document["seedbonus"] = points - gigabytes * 500
            document["bought_gigabytes"] = document.get("bought_gigabytes", 0) + gigabytes
            return {"success": True, "type": "upload", "amount": gigabytes, "seedbonus": document["seedbonus"] + 0.091}

    def buy_vip(self, duration: str) -> dict[str, Any]:
        """5,000 points for four weeks of VIP, at most some 90 days ahead."""
        if duration not in ("4", "8", "12", "max"):
            return {"success": False, "error": "Invalid duration specified"}
        with self.state.editing(DOCUMENT) as document:
            points, now = document.get("seedbonus", POINTS), datetime.now(UTC).replace(tzinfo=None)
            start = max(now, datetime.fromisoformat(self._vip_until(document)))
            room = int((now + LONGEST_VIP - start) / timedelta(weeks=1))
            weeks = room if duration == "max" else int(duration)
            if weeks < 1:
                return {"success": False, "error": "Min VIP is 1 week purchased for Automated methods"}
            if weeks > room:
                return {"success": False, "error": "You cannot have that much VIP"}
            if points < weeks * 1_250:
                return {"success": False, "error": "Not enough points"}
            document["seedbonus"] = points - weeks * 1_250
            document["vip_until"] = (start + timedelta(weeks=weeks)).isoformat(" ", "seconds")
            return {"success": True, "type": "VIP", "amount": weeks, "seedbonus": document["seedbonus"] + 0.091}

    def _vip_until(self, saved: dict[str, Any]) -> str:
        """What was bought, else what the fault ``vip_until`` says, else far away."""
        fault = self.faults.find("vip_until")
        return str(saved.get("vip_until") or (fault.text if fault else "2038-01-01 10:00:00"))


def plain(cookie: str) -> str:
    """The same value, whether its "=" came percent-encoded or not."""
    return cookie.replace("%3D", "=").replace("%3d", "=")
