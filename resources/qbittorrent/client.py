"""qBittorrent's Web API as the acquisition needs it. Nothing here deletes or moves anything.

Facts: qBittorrent 4.5.2, 5.1.0 and 5.3.0, observed on running servers, and the source of August 2026.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mam_assets.domain.model.download import Torrent, TorrentFile
from resources.errors import Refused, ServiceError, Unavailable, UnexpectedAnswer
from resources.qbittorrent import rows, seeding
from resources.qbittorrent.login import CarefulClient, translated
from resources.qbittorrent.rows import SERVICE
from resources.qbittorrent.seeding import UNLIMITED
from resources.qbittorrent.view import View

_LOOKS_AFTER_TROUBLE = 4  # an added torrent shows up within about a second
_PAUSE_BETWEEN_LOOKS = 0.5
_NO_STOP: Any = "None"  # else "stop when the files are checked" of the settings would hold every download


class AddResult(StrEnum):
    """What became of an add: the torrent is new, or it was there before."""

    ADDED = "added"
    ALREADY_THERE = "already_there"


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of the program ("v5.1.0") and of its Web API ("2.11.4")."""

    app: str
    web_api: str


class QbitClient:
    """One qBittorrent. ``url`` may be a bare host name; then ``port`` belongs to it. ``timeout`` in seconds.

    Every method may raise AuthError (wrong password, key or host name: stop), Unavailable (try later), Refused and
    UnexpectedAnswer. Infohashes are lower-case hex; of a hybrid torrent any of its two will do.
    """

    def __init__(
        self,
        url: str,
        port: int | None = None,
        username: str = "",
        password: str = "",
        api_key: str = "",
        timeout: float = 15,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = _address(url, port)
        self._client = CarefulClient(self._url, username, password, api_key, timeout)
        self._sleep = sleep
        self._lock = threading.Lock()
        self._view = View()

    def __repr__(self) -> str:
        return f"QbitClient({re.sub(r'//[^/@]*@', '//', self._url)!r})"

    # ------------------------------------------------------------------------------------------------- looking

    def versions(self) -> Versions:
        """What is running there."""
        with translated(self._client):
            versions = Versions(self._client.app_version(), self._client.app_web_api_version())
        if not re.fullmatch(r"\d+(\.\d+)+", versions.web_api):
            raise UnexpectedAnswer(SERVICE, "does not answer as qBittorrent does; is its address right?")
        return versions

    def torrents(self, category: str | None = None, hashes: Iterable[str] | None = None) -> list[Torrent]:
        """The torrents of a category (None: of all), or those of the given infohashes that it knows.

        A torrent comes with the infohash that was asked for. Asking for an unknown one costs two requests.
        """
        if hashes is None:
            return [rows.torrent(rows.infohashes(listed, row)[0], row) for listed, row in self._info(category).items()]
        wanted = [infohash.lower() for infohash in hashes]
        by_infohash = self._by_infohash(category, wanted) if wanted else {}
        missing = [infohash for infohash in wanted if infohash not in by_infohash]
        if missing:  # a hybrid is not found by its other infohash
            self.sync()
            others = [self._view.ids[infohash] for infohash in missing if infohash in self._view.torrents]
            by_infohash |= self._by_infohash(category, others) if others else {}
        return [rows.torrent(infohash, by_infohash[infohash]) for infohash in wanted if infohash in by_infohash]

    def sync(self) -> dict[str, Torrent]:
        """All torrents by infohash, a hybrid by both. One request, which carries only what changed since the last."""
        with self._lock:
            try:
                fits = self._read_changes()
            except UnexpectedAnswer:
                self._view.forget()
                raise
            if not fits:
                self._view.forget()
                if not self._read_changes():
                    raise UnexpectedAnswer(SERVICE, "reports changes to torrents that it never listed")
            return dict(self._view.torrents)

    def files(self, infohash: str) -> list[TorrentFile]:
        """The files of a torrent, none before its metadata is there. Raises NotFound for an unknown one."""
        listed = self._listed(infohash)
        with translated(self._client):
            files = self._client.torrents_files(torrent_hash=listed)
        return [rows.torrent_file(place, row) for place, row in enumerate(rows.objects(files))]

    def tracker_message(self, infohash: str) -> str:
        """What the torrent's trackers say, "" if nothing. Raises NotFound for an unknown torrent."""
        listed = self._listed(infohash)
        with translated(self._client):
            trackers = self._client.torrents_trackers(torrent_hash=listed)
        return rows.tracker_message(rows.objects(trackers))

    def free_space(self) -> int | None:
        """Bytes free where qBittorrent saves by default; None if it does not say (yet: it counts after its start)."""
        self.sync()
        free = self._view.server_state.get("free_space_on_disk")
        return free if isinstance(free, int) and free >= 0 else None

    def default_save_path(self) -> str:
        """Where qBittorrent saves what is added without a path."""
        with translated(self._client):
            return str(self._client.app_default_save_path()).strip()

    # -------------------------------------------------------------------------------------------------- acting

    def add(
        self,
        torrent_bytes: bytes,
        *,
        infohash: str,
        category: str,
        tags: Iterable[str],
        save_path: str | None = None,
        seeding_minutes: int,
        stopped: bool = False,
    ) -> AddResult:
        """Add a .torrent file unless its infohash is there already.

        ``seeding_minutes`` is how long it seeds before it is stopped (never removed: see ``seeding``), below 1 for
        ever; the ratio never stops it. Posted once, whatever happens: after trouble, the list of torrents tells whether
        it arrived.
        Raises Refused if qBittorrent does not take it, and Unavailable if it cannot be known.
        """
        source = {"torrent_files": {"torrents": torrent_bytes}}  # the name of the form field
        return self._add(infohash, source, category, tags, save_path, seeding_minutes, stopped)

    def add_magnet(
        self,
        magnet: str,
        *,
        infohash: str,
        category: str,
        tags: Iterable[str],
        save_path: str | None = None,
        seeding_minutes: int,
        stopped: bool = False,
    ) -> AddResult:
        """Add a magnet link, as ``add`` does a file. Its files are known once somebody has sent the metadata."""
        return self._add(infohash, {"urls": magnet}, category, tags, save_path, seeding_minutes, stopped)

    # ------------------------------------------------------------------------------------------------- the rest

    def _info(self, category: str | None = None, listed: list[str] | None = None) -> dict[str, Mapping[str, Any]]:
        """Rows by the infohash under which qBittorrent lists them."""
        with translated(self._client):
            torrents = rows.objects(self._client.torrents_info(category=category, torrent_hashes=listed))
        by_listed = {rows.listed_as(row): row for row in torrents}
        self._view.remember(by_listed.items())
        return by_listed

    def _by_infohash(self, category: str | None, wanted: list[str]) -> dict[str, Mapping[str, Any]]:
        """The rows of these torrents by each of their infohashes."""
        by_listed = self._info(category, wanted)
        return {name: row for listed, row in by_listed.items() for name in rows.infohashes(listed, row)}

    def _listed(self, infohash: str) -> str:
        """The infohash by which qBittorrent knows a torrent."""
        wanted = infohash.lower()
        if wanted not in self._view.ids:
            self.sync()
        return self._view.ids.get(wanted, wanted)

    def _read_changes(self) -> bool:
        logins = self._client.logins
        with translated(self._client):
            answer: Any = self._client.sync_maindata(rid=self._view.rid)
        return self._view.merge(answer, same_session=self._client.logins == logins)

    def _add(
        self,
        infohash: str,
        source: dict[str, Any],
        category: str,
        tags: Iterable[str],
        save_path: str | None,
        seeding_minutes: int,
        stopped: bool,
    ) -> AddResult:
        if self.torrents(hashes=[infohash]):
            return AddResult.ALREADY_THERE
        with translated(self._client):
            limit = seeding.limit(self._client, seeding_minutes)
        trouble: ServiceError
        try:
            with translated(self._client):
                answer = self._client.torrents_add(
                    **source,
                    category=category,
                    tags=list(tags),
                    save_path=save_path,
                    use_auto_torrent_management=False if save_path else None,  # it would override the path
                    content_layout="Original",
                    is_stopped=stopped,
                    stop_condition=None if stopped else _NO_STOP,
                    ratio_limit=UNLIMITED,
                    seeding_time_limit=limit,
                    inactive_seeding_time_limit=UNLIMITED,
                    share_limit_action="Stop",
                )
            if _is_success(answer):
                return AddResult.ADDED
            trouble = Refused(SERVICE, "did not take the torrent and does not say why")
        except Refused as error:  # 409: nothing was added; 415: not a torrent
            trouble = error
        except Unavailable as error:
            if self._shows_up(infohash):
                return AddResult.ADDED
            raise error from None
        if self._shows_up(infohash):  # between our look and our add, somebody else added it
            return AddResult.ALREADY_THERE
        raise trouble

    def _shows_up(self, infohash: str) -> bool:
        """Is the torrent there, or does it appear within two seconds?"""
        for look in range(_LOOKS_AFTER_TROUBLE):
            if look:
                self._sleep(_PAUSE_BETWEEN_LOOKS)
            if self.torrents(hashes=[infohash]):
                return True
        return False


def _is_success(answer: object) -> bool:
    """Both manners: the text "Ok." (before 5.2), or counts of torrents added and still to come."""
    if isinstance(answer, Mapping):
        return bool(answer.get("success_count") or answer.get("pending_count"))
    return str(answer).strip() in ("Ok.", "")


def _address(url: str, port: int | None) -> str:
    """The full address, "http://host:port/"; a port in ``url`` wins over ``port``."""
    full = url.strip().rstrip("/")
    full = full if re.match(r"https?://", full, re.IGNORECASE) else f"http://{full}"
    if port is not None and not re.search(r"^https?://[^/]*:\d+(/|$)", full, re.IGNORECASE):
        full = re.sub(r"^(https?://[^/]+)", rf"\1:{port}", full, flags=re.IGNORECASE)
    return full
