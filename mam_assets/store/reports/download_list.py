"""Downloads as people read them, with what they cost. Read only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.model.download import CostKind

from ..engine import reading
from ..tables import (
    ACTIVE_STATES,
    download_books,
    downloads,
)
from .queries import rows


def download_rows(engine: sa.Engine, states: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Downloads, newest first, without the torrent's bytes; with ``cost``, what the grab cost (blank before it)."""
    query = _downloads_query()
    if states:
        query = query.where(downloads.c.download_status.in_(list(states)))
    return _with_costs(engine, query)


def downloads_of(engine: sa.Engine, book_key: str) -> list[dict[str, Any]]:
    """All downloads of a book, newest first, as ``download_rows`` gives them."""
    mine = sa.select(download_books.c.download_id).where(download_books.c.book_key == book_key)
    return _with_costs(engine, _downloads_query().where(downloads.c.id.in_(mine)))


def _downloads_query() -> sa.Select[Any]:
    """Downloads with the first of their books, newest first."""
    first = sa.and_(download_books.c.download_id == downloads.c.id, download_books.c.position == 0)
    return sa.select(*_DOWNLOAD_COLUMNS).outerjoin(download_books, first).order_by(downloads.c.id.desc())


def _with_costs(engine: sa.Engine, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [row | {"cost": _cost(row)} for row in rows(engine, query)]


def _cost(row: Mapping[str, Any]) -> str:
    """What the grab cost, in words; blank while it is only being made."""
    return CostKind(row["cost_kind"]).describe() if row["submitted_at"] else ""


OPEN_STATES = (*ACTIVE_STATES, "failed")


_DOWNLOAD_COLUMNS = [
    *(column for column in downloads.c if column.name not in ("torrent_file", "release")),
    *(column for column in download_books.c if column.name not in ("download_id", "position", "wanted", "active")),
]


DOWNLOAD_COLUMNS = [column.name for column in _DOWNLOAD_COLUMNS]


def queued_twice(engine: sa.Engine) -> list[str]:
    """Books and torrents with more than one active download."""
    found: list[str] = []
    with reading(engine) as connection:
        for column in (download_books.c.book_key, downloads.c.qbittorrent_hash):
            query = (
                sa.select(column)
                .select_from(downloads)
                .join(download_books)
                .where(downloads.c.download_status.in_(ACTIVE_STATES), column != "")
                .group_by(column)
                .having(sa.func.count(sa.distinct(downloads.c.id)) > 1)
            )
            found.extend(connection.execute(query).scalars())
    return found
