"""All torrents of a qBittorrent, put together from what ``sync/maindata`` says has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mam_assets.domain.model.download import Torrent
from resources.errors import UnexpectedAnswer
from resources.qbittorrent import rows
from resources.qbittorrent.rows import SERVICE


class View:
    """What is known of the torrents. ``rid`` counts qBittorrent's answers; 0: nothing is known yet.

    ``torrents`` has a hybrid under each of its infohashes. ``ids`` says by which of them qBittorrent is to be asked.
    """

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.forget()

    def forget(self) -> None:
        """Begin anew. Infohashes belong together for ever, so that much is kept."""
        self.rid = 0
        self._raw: dict[str, dict[str, Any]] = {}
        self.torrents: dict[str, Torrent] = {}
        self.server_state: dict[str, Any] = {}

    def remember(self, listed_rows: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Note by which infohash each of these rows is listed."""
        for listed, row in listed_rows:
            self.ids.update(dict.fromkeys(rows.infohashes(listed, row), listed))

    def merge(self, answer: Any, *, same_session: bool) -> bool:
        """Merge what changed; False if the answer does not fit to what is known and all must be read again."""
        if not isinstance(answer, Mapping) or not isinstance(answer.get("rid"), int):
            raise UnexpectedAnswer(SERVICE, "the changes of torrents came in an unknown form")
        if answer.get("full_update") or self.rid == 0:
            self.forget()
        elif not same_session:
            return False  # the counter belongs to a session that is over
        for gone in answer.get("torrents_removed") or ():
            self._remove(gone)
        for listed, changed in (answer.get("torrents") or {}).items():
            if not isinstance(changed, Mapping):
                raise UnexpectedAnswer(SERVICE, "the changes of torrents came in an unknown form")
            known = self._raw.get(listed)
            if known is None and "name" not in changed:
                return False
            self._put(listed, {**(known or {}), **changed})
        self.server_state |= answer.get("server_state") or {}
        self.rid = answer["rid"]
        return True

    def _put(self, listed: str, row: dict[str, Any]) -> None:
        self._raw[listed] = row
        self.remember([(listed, row)])
        torrent = rows.torrent(listed, row)
        self.torrents |= {name: replace(torrent, infohash=name) for name in rows.infohashes(listed, row)}

    def _remove(self, listed: str) -> None:
        for name in rows.infohashes(listed, self._raw.pop(listed, {})):
            self.torrents.pop(name, None)
