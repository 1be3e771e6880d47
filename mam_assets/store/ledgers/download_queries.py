"""Questions to the ledger of downloads. The torrent's bytes are read by ``torrent_file`` alone: lists stay light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from mam_assets.domain.acquisition import Download, DownloadBook, ImportOptions
from mam_assets.domain.acquisition.faults import RECOVERABLE
from mam_assets.domain.model.download import CostKind, DownloadState, ImportStatus, ReasonCode
from mam_assets.domain.model.release import Release, Wanted

from ..engine import Where, reading
from ..errors import StoreError
from ..mappers.codec import from_json
from ..tables import ACTIVE_STATES, download_books, download_events, downloads, tasks

IN_FLIGHT = (DownloadState.SUBMITTED, DownloadState.DOWNLOADING, DownloadState.STALLED)

LONGEST_RUN = timedelta(hours=6)  # from reading the library to queueing, with much to ask in between

COLUMN_OF = {"status": "download_status", "infohash": "qbittorrent_hash"}
BOOK_FIELDS = tuple(field.name for field in fields(DownloadBook))
_FIELDS = tuple(field.name for field in fields(Download) if field.name != "books")
_COLUMNS = [downloads.c[COLUMN_OF.get(name, name)] for name in _FIELDS]
_BOOK_COLUMNS = [download_books.c[name] for name in BOOK_FIELDS]


class UnknownDownload(StoreError):
    """There is no download with this number."""

    def __init__(self, download_id: int) -> None:
        super().__init__(f"there is no download {download_id}")
        self.download_id = download_id


@dataclass(frozen=True, slots=True)
class InFlight:
    """What qBittorrent is fetching now: torrents, their whole sizes and what of it is still to come, bytes.

    ``lingering_bytes`` is the size of torrents that were given up and still lie there unfinished: should somebody seed
    them again, they count as download.
    """

    count: int
    size_bytes: int
    left_bytes: int
    lingering_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a download."""

    at: datetime
    from_status: str
    to_status: str
    reason: str


def get(where: Where, download_id: int) -> Download:
    """One download. Raises UnknownDownload."""
    with reading(where) as connection:
        return row_of(connection, download_id)


def by_hash(where: Where, infohash: str) -> Download | None:
    """The download that holds this torrent: the active one, else the newest."""
    if not infohash:
        return None
    with reading(where) as connection:
        holders = _select(connection, downloads.c.qbittorrent_hash == infohash.lower())
    return next((row for row in holders if row.status.is_active), holders[-1] if holders else None)


def add_sent_at(where: Where, infohash: str) -> datetime | None:
    """When an add of this torrent was last sent to qBittorrent, by whichever download; None: never."""
    if not infohash:
        return None
    with reading(where) as connection:
        query = sa.select(downloads.c.add_sent_at).where(
            downloads.c.qbittorrent_hash == infohash.lower(), downloads.c.add_sent_at.is_not(None)
        )
        return max(connection.execute(query).scalars(), default=None)


def active(where: Where) -> list[Download]:
    """Every download that is on its way, waits for approval or is blocked, oldest first."""
    with reading(where) as connection:
        return _select(connection, downloads.c.download_status.in_(ACTIVE_STATES))


def with_states(where: Where, *states: DownloadState) -> list[Download]:
    """Downloads in these states, oldest first."""
    with reading(where) as connection:
        return _select(connection, downloads.c.download_status.in_([state.value for state in states]))


def to_reconcile(where: Where) -> list[Download]:
    """What the reconciler looks at: active and failed downloads, abandoned ones whose torrent may still become
    complete, and imported ones of the same books (they show that the book is served)."""
    late = sa.and_(
        downloads.c.download_status == DownloadState.ABANDONED.value,
        downloads.c.qbittorrent_hash != "",
        downloads.c.failure_code.in_(sorted(RECOVERABLE)),
    )
    open_ones = sa.or_(downloads.c.download_status.in_([*ACTIVE_STATES, DownloadState.FAILED.value]), late)
    doubtful = sa.or_(downloads.c.download_status == DownloadState.FAILED.value, late)
    mine = download_books.alias()
    their_books = (
        sa.select(mine.c.book_key)
        .join(downloads, downloads.c.id == mine.c.download_id)
        .where(doubtful, mine.c.book_key != "")
    )
    served = sa.and_(
        downloads.c.download_status == DownloadState.IMPORTED.value, _brings(download_books.c.book_key.in_(their_books))
    )
    with reading(where) as connection:
        return _select(connection, sa.or_(open_ones, served))


def torrent_file(where: Where, download_id: int) -> bytes | None:
    """The .torrent's bytes, kept from the intent until the import."""
    with reading(where) as connection:
        row = connection.execute(sa.select(downloads.c.torrent_file).where(downloads.c.id == download_id)).first()
    if row is None:
        raise UnknownDownload(download_id)
    return bytes(row[0]) if row[0] is not None else None


def book_keys_on_their_way(where: Where, now: datetime) -> frozenset[str]:
    """Books with an active download, and those imported so lately that the gaps, as last counted, may not know of it.

    A run counts gaps from the library as it was read at its beginning, and may queue hours later.
    """
    with reading(where) as connection:
        read_at = connection.execute(
            sa.select(sa.func.max(tasks.c.started_at)).where(
                tasks.c.task_name == "library_snapshot", tasks.c.status.in_(("succeeded", "partial"))
            )
        ).scalar_one()
        unseen = sa.and_(
            downloads.c.download_status == DownloadState.IMPORTED.value,
            downloads.c.imported_at >= min(read_at or now, now - LONGEST_RUN),
        )
        query = (
            sa.select(download_books.c.book_key)
            .join(downloads)
            .where(sa.or_(download_books.c.active, unseen), download_books.c.book_key != "")
        )
        return frozenset(connection.execute(query).scalars())


def imported_items(where: Where) -> dict[str, str]:
    """Book key → the Audiobookshelf item that its last import became; undone imports are left out."""
    with reading(where) as connection:
        query = (
            sa.select(download_books.c.book_key, download_books.c.abs_item_id)
            .join(downloads)
            .where(
                downloads.c.download_status == DownloadState.IMPORTED.value,
                download_books.c.book_key != "",
                download_books.c.abs_item_id != "",
            )
            .order_by(downloads.c.id, download_books.c.position)
        )
        return {str(key): str(abs_id) for key, abs_id in connection.execute(query)}


def tried_torrent_ids(where: Where, book_key: str) -> frozenset[int]:
    """MAM ids of every release that was ever tried for this book."""
    with reading(where) as connection:
        query = sa.select(downloads.c.torrent_id).where(
            _brings(download_books.c.book_key == book_key), downloads.c.torrent_id.is_not(None)
        )
        return frozenset(connection.execute(query).scalars())


def active_torrent_ids(where: Where) -> frozenset[int]:
    """MAM ids of every release on its way."""
    with reading(where) as connection:
        query = sa.select(downloads.c.torrent_id).where(
            downloads.c.download_status.in_(ACTIVE_STATES), downloads.c.torrent_id.is_not(None)
        )
        return frozenset(connection.execute(query).scalars())


def known_infohashes(where: Where) -> frozenset[str]:
    """Info-hashes of every torrent that is on its way or was imported."""
    with reading(where) as connection:
        query = sa.select(downloads.c.qbittorrent_hash).where(
            downloads.c.download_status.in_([*ACTIVE_STATES, DownloadState.IMPORTED.value]),
            downloads.c.qbittorrent_hash != "",
        )
        return frozenset(connection.execute(query).scalars())


def in_flight(where: Where, done_since: datetime | None = None) -> InFlight:
    """What qBittorrent is fetching for us now, together with what it has finished since a time (UTC): the tracker's
    figures may not show that yet."""
    column = downloads.c
    fetching = column.download_status.in_([state.value for state in IN_FLIGHT])
    chosen = fetching if done_since is None else sa.or_(fetching, column.completed_at >= done_since)
    given_up = sa.or_(
        column.download_status == DownloadState.FAILED.value,
        sa.and_(column.download_status == DownloadState.ABANDONED.value, column.failure_code.in_(sorted(RECOVERABLE))),
    )
    unfinished = sa.and_(
        column.submitted_at.is_not(None), column.completed_at.is_(None), column.missing_since.is_(None)
    )
    with reading(where) as connection:
        rows = _select(connection, chosen)
        lingering = _select(connection, sa.and_(given_up, unfinished, column.qbittorrent_hash != ""))
    left = sum(round(row.size_bytes * (1 - row.last_progress)) for row in rows if row.completed_at is None)
    return InFlight(len(rows), sum(row.size_bytes for row in rows), left, sum(row.size_bytes for row in lingering))


def counts(where: Where) -> dict[DownloadState, int]:
    """Downloads in each state; states without any are left out."""
    with reading(where) as connection:
        query = sa.select(downloads.c.download_status, sa.func.count()).group_by(downloads.c.download_status)
        return {DownloadState(state): int(number) for state, number in connection.execute(query)}


def events(where: Where, download_id: int) -> list[Event]:
    """Every step of a download, oldest first."""
    with reading(where) as connection:
        query = (
            sa.select(download_events)
            .where(download_events.c.download_id == download_id)
            .order_by(download_events.c.id)
        )
        return [Event(row.at, row.from_status, row.to_status, row.reason) for row in connection.execute(query)]


def row_of(connection: Connection, download_id: int) -> Download:
    rows = _select(connection, downloads.c.id == download_id)
    if not rows:
        raise UnknownDownload(download_id)
    return rows[0]


def _brings(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """One of its books is so."""
    return downloads.c.id.in_(sa.select(download_books.c.download_id).where(condition))


def _select(connection: Connection, condition: sa.ColumnElement[bool]) -> list[Download]:
    rows = connection.execute(sa.select(*_COLUMNS).where(condition).order_by(downloads.c.id)).mappings().all()
    of_these = (
        sa.select(download_books.c.download_id, *_BOOK_COLUMNS)
        .where(download_books.c.download_id.in_(sa.select(downloads.c.id).where(condition)))
        .order_by(download_books.c.download_id, download_books.c.position)
    )
    books: dict[int, list[DownloadBook]] = defaultdict(list)
    for book in connection.execute(of_these).mappings():
        books[book["download_id"]].append(_book_of(book))
    return [_from_columns(row, books[row["id"]]) for row in rows]


def _book_of(row: RowMapping) -> DownloadBook:
    values: dict[str, Any] = {name: row[name] for name in BOOK_FIELDS}
    values["wanted"] = from_json(Wanted, values["wanted"]) if values["wanted"] else None
    values["abs_import_status"] = ImportStatus(values["abs_import_status"])
    return DownloadBook(**values)


def _from_columns(row: RowMapping, books: Iterable[DownloadBook]) -> Download:
    values: dict[str, Any] = {name: row[COLUMN_OF.get(name, name)] for name in _FIELDS}
    values["status"] = DownloadState(values["status"])
    values["release"] = from_json(Release, values["release"]) if values["release"] else None
    values["import_options"] = from_json(ImportOptions, values["import_options"] or {})
    values["reason_code"] = ReasonCode(values["reason_code"])
    values["cost_kind"] = CostKind(values["cost_kind"])
    return Download(books=tuple(books), **values)


def active_of_book(connection: Connection, book_key: str) -> Download | None:
    if not book_key:
        return None
    serving = _select(connection, _brings(sa.and_(download_books.c.book_key == book_key, download_books.c.active)))
    return serving[0] if serving else None
