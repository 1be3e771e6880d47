"""What a person brings: a MAM torrent, a .torrent file or a magnet link. It then goes the same way as all the rest."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import sqlalchemy as sa

from mam_assets.domain.model.release import Wanted
from mam_assets.files.torrents import magnet_infohash, read_torrent
from mam_assets.store.errors import StoreError
from mam_assets.store.ledgers import downloads

from ..protocols import Tracker

SOURCE = "manual"
_MAM = re.compile(r"^(?:https?://[^/\s]*/(?:t|torrent)/)?(\d{1,9})/?(?:[?#]\S*)?$")
_MAGNET_NAME = re.compile(r"[?&]dn=([^&]+)")
_MAGNET_SIZE = re.compile(r"[?&]xl=(\d{1,15})(?=&|$)")


def add(
    engine: sa.Engine,
    now: datetime,
    what: str,
    *,
    tracker: Tracker | None = None,
    wanted: Wanted | None = None,
    title: str = "",
    author: str = "",
    size_bytes: int = 0,
) -> downloads.Proposal:
    """Queue what a person brings, for a missing book (``wanted``) or for any title.

    ``what`` is a MAM torrent id or address (``tracker`` is asked for it), a magnet link or a .torrent file's path. A
    book that is on its way gets that download back, not a second one. A magnet link counts in the budget with the size
    that it names (``xl``), else with ``size_bytes``, until qBittorrent knows it. Raises StoreError for anything else,
    AlreadyActive when the torrent is on its way for another book, NotFound, UnexpectedAnswer and other ServiceErrors.
    """
    what = what.strip()
    if what.lower().startswith("magnet:"):
        own: dict[str, Any] = {"infohash": magnet_infohash(what), "magnet": what}
        own["size_bytes"] = _magnet_size(what) or size_bytes
        name = _magnet_name(what) or own["infohash"]
    elif of_mam := _MAM.match(what):
        if tracker is None:
            raise StoreError("MAM is not set up: a .torrent file or a magnet link is needed")
        release = tracker.find(int(of_mam[1]))
        own, name = {"release": release}, release.title
    else:
        path = Path(what).expanduser()
        if not path.is_file():
            raise StoreError(f"{what!r} is neither a MAM torrent, nor a magnet link, nor a .torrent file that exists")
        data = path.read_bytes()
        info = read_torrent(data)
        own = {"infohash": info.infohash, "torrent_file": data, "size_bytes": info.total_size}
        name = info.name
    return downloads.propose(
        engine,
        now,
        **{
            "book_key": wanted.book_key if wanted else "",
            "wanted": wanted,
            "release": None,
            "title": title or (wanted.title if wanted else name),
            "author": author,
            "source": SOURCE,
            "approved": True,
            "reason": "brought by hand",
            **own,
        },
    )


def _magnet_size(magnet: str) -> int:
    size = _MAGNET_SIZE.search(magnet)
    return int(size[1]) if size else 0


def _magnet_name(magnet: str) -> str:
    name = _MAGNET_NAME.search(magnet)
    return unquote_plus(name[1]) if name else ""
