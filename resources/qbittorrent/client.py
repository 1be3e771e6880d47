"""qBittorrent's Web API as the acquisition needs it. Nothing here deletes or moves anything."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mam_assets.domain.model import Torrent, TorrentFile
from resources.errors import Refused, ServiceError, Unavailable, UnexpectedAnswer
from resources.qbittorrent import rows
from resources.qbittorrent.login import CarefulClient, translated
from resources.qbittorrent.rows import SERVICE

_UNLIMITED = -1
_LOOKS_AFTER_TROUBLE = 4  # an added torrent shows up within about a second
_PAUSE_BETWEEN_LOOKS = 0.5


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
    UnexpectedAnswer. Infohashes are lower-case hex.
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
        self._forget()

    def __repr__(self) -> str:
        return f"QbitClient({re.sub(r'//[^/@]*@', '//', self._url)!r})"

    # ------------------------------------------------------------------------------------------------- looking

    def versions(self) -> Versions:
        """What is running there."""
        with translated(self._client):
            found = Versions(self._client.app_version(), self._client.app_web_api_version())
        if not re.fullmatch(r"\d+(\.\d+)+", found.web_api):
            raise UnexpectedAnswer(SERVICE, "does not answer as qBittorrent does; is its address right?")
        return found

    def torrents(self, category: str | None = None, hashes: Iterable[str] | None = None) -> list[Torrent]:
        """The torrents of a category (None: of all), or those of the given infohashes that it knows."""
        wanted = None if hashes is None else [infohash.lower() for infohash in hashes]
        if wanted == []:
            return []
        with translated(self._client):
            found = self._client.torrents_info(category=category, torrent_hashes=wanted)
        return [rows.torrent(_hash_of(row), row) for row in _objects(found)]

    def sync(self) -> dict[str, Torrent]:
        """All torrents by infohash. Costs one request, which carries only what changed since the last call."""
        with self._lock:
            try:
                fits = self._read_changes()
            except UnexpectedAnswer:
                self._forget()
                raise
            if not fits:
                self._forget()
                if not self._read_changes():
                    raise UnexpectedAnswer(SERVICE, "reports changes to torrents that it never listed")
            return dict(self._torrents)

    def files(self, infohash: str) -> list[TorrentFile]:
        """The files of a torrent, none before its metadata is there. Raises NotFound for an unknown one."""
        with translated(self._client):
            found = self._client.torrents_files(torrent_hash=infohash.lower())
        return [rows.torrent_file(place, row) for place, row in enumerate(_objects(found))]

    def tracker_message(self, infohash: str) -> str:
        """What the torrent's trackers say, "" if nothing. Raises NotFound for an unknown torrent."""
        with translated(self._client):
            found = self._client.torrents_trackers(torrent_hash=infohash.lower())
        return rows.tracker_message(_objects(found))

    def free_space(self) -> int | None:
        """Bytes free where qBittorrent saves by default; None if it does not say (yet: it counts after its start)."""
        self.sync()
        found = self._server_state.get("free_space_on_disk")
        return found if isinstance(found, int) and found >= 0 else None

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

        ``seeding_minutes`` is how long it seeds before it is stopped (never removed), below 1 for ever; the ratio never
        stops it. Posted once, whatever happens: after trouble, the list of torrents tells whether it arrived.
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

    def ensure_category(self, name: str) -> None:
        """Make the category if it is not there. Raises Refused for a name that qBittorrent does not take."""
        with translated(self._client):
            known = self._client.torrents_categories()
            if name not in known:
                self._client.torrents_create_category(name=name)

    def set_seeding_limit(self, infohash: str, minutes: int) -> None:
        """Let a torrent seed for ``minutes`` (below 1: for ever) whatever its ratio, and then stop, not remove, it."""
        with translated(self._client):
            self._client.torrents_set_share_limits(
                torrent_hashes=infohash.lower(),
                ratio_limit=_UNLIMITED,
                seeding_time_limit=minutes if minutes > 0 else _UNLIMITED,
                inactive_seeding_time_limit=_UNLIMITED,
                share_limit_action="Stop",
                share_limits_mode="Default",
            )

    def resume(self, infohash: str) -> None:
        """Start a stopped torrent; nothing happens to a running or unknown one."""
        with translated(self._client):
            self._client.torrents_start(torrent_hashes=infohash.lower())

    def recheck(self, infohash: str) -> None:
        """Have a torrent's data checked again."""
        with translated(self._client):
            self._client.torrents_recheck(torrent_hashes=infohash.lower())

    # ------------------------------------------------------------------------------------------------- the rest

    def _forget(self) -> None:
        self._rid = 0
        self._raw: dict[str, dict[str, Any]] = {}
        self._torrents: dict[str, Torrent] = {}
        self._server_state: dict[str, Any] = {}

    def _read_changes(self) -> bool:
        """Merge what changed into the view; False if the answer does not fit to it and all must be read again."""
        rid, logins = self._rid, self._client.logins
        with translated(self._client):
            answer: Any = self._client.sync_maindata(rid=rid)
        if not isinstance(answer, Mapping) or not isinstance(answer.get("rid"), int):
            raise UnexpectedAnswer(SERVICE, "the changes of torrents came in an unknown form")
        whole = bool(answer.get("full_update")) or rid == 0
        if whole:
            self._forget()
        elif self._client.logins != logins:
            return False  # the counter belongs to a session that is over
        for infohash, changed in (answer.get("torrents") or {}).items():
            if not isinstance(changed, Mapping):
                raise UnexpectedAnswer(SERVICE, "the changes of torrents came in an unknown form")
            known = self._raw.get(infohash)
            if known is None and "name" not in changed:
                return False
            self._raw[infohash] = {**(known or {}), **changed}
            self._torrents[infohash.lower()] = rows.torrent(infohash, self._raw[infohash])
        for infohash in answer.get("torrents_removed") or ():
            self._raw.pop(infohash, None)
            self._torrents.pop(infohash.lower(), None)
        self._server_state |= answer.get("server_state") or {}
        self._rid = answer["rid"]
        return True

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
                    ratio_limit=_UNLIMITED,
                    seeding_time_limit=seeding_minutes if seeding_minutes > 0 else _UNLIMITED,
                    inactive_seeding_time_limit=_UNLIMITED,
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


def _objects(answer: object) -> list[Mapping[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(row, Mapping) for row in answer):
        raise UnexpectedAnswer(SERVICE, "a list came in an unknown form")
    return answer


def _hash_of(row: Mapping[str, Any]) -> str:
    found = row.get("hash")
    if not isinstance(found, str) or not found:
        raise UnexpectedAnswer(SERVICE, "listed a torrent without its hash")
    return found


def _address(url: str, port: int | None) -> str:
    """The full address, "http://host:port/"; a port in ``url`` wins over ``port``."""
    full = url.strip().rstrip("/")
    full = full if re.match(r"https?://", full, re.IGNORECASE) else f"http://{full}"
    if port is not None and not re.search(r"^https?://[^/]*:\d+(/|$)", full, re.IGNORECASE):
        full = re.sub(r"^(https?://[^/]+)", rf"\1:{port}", full, flags=re.IGNORECASE)
    return full
