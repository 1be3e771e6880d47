"""Releases that are not taken again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import blocklist


@dataclass(frozen=True, slots=True)
class BlocklistEntry:
    """One entry. ``book_key`` blank: for every book. ``infohash`` is lower-case hex, or blank."""

    id: int
    torrent_id: int | None
    infohash: str
    book_key: str
    code: str
    message: str
    at: datetime


def add(
    where: Where,
    now: datetime,
    *,
    code: str,
    message: str,
    torrent_id: int | None = None,
    infohash: str = "",
    book_key: str = "",
) -> None:
    """Block a release by its torrent id or its infohash. The same entry twice is one; the first reason stays.

    Raises ValueError when neither names a release.
    """
    if torrent_id is None and not infohash:
        raise ValueError("a blocked release needs a torrent id or an infohash")
    column = blocklist.c
    with writing(where) as connection:
        same = sa.and_(
            column.torrent_id.is_(None) if torrent_id is None else column.torrent_id == torrent_id,
            column.infohash == infohash.lower(),
            column.book_key == book_key,
        )
        if connection.execute(sa.select(column.id).where(same)).first() is None:
            row = {"torrent_id": torrent_id, "infohash": infohash.lower(), "book_key": book_key, "at": now}
            connection.execute(sa.insert(blocklist).values(row | {"code": code, "message": message}))


def remove(where: Where, blocked_id: int) -> bool:
    """Take an entry off, by its number. Gives whether there was one."""
    with writing(where) as connection:
        return bool(connection.execute(sa.delete(blocklist).where(blocklist.c.id == blocked_id)).rowcount)


def blocked(where: Where, book_keys: Collection[str] | None = None) -> tuple[frozenset[int], frozenset[str]]:
    """The torrent ids and the infohashes that are blocked for any book, or for one of these (or for every) book."""
    rows = everything(where)
    if book_keys is not None:
        rows = [row for row in rows if not row.book_key or row.book_key in book_keys]
    ids = frozenset(row.torrent_id for row in rows if row.torrent_id is not None)
    return ids, frozenset(row.infohash for row in rows if row.infohash)


def everything(where: Where) -> list[BlocklistEntry]:
    """Every entry, newest first."""
    with reading(where) as connection:
        rows = connection.execute(sa.select(blocklist).order_by(blocklist.c.id.desc())).mappings()
        return [BlocklistEntry(**row) for row in rows]
