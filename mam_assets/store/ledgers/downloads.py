"""The ledger of downloads: rows step forward, every step leaves an event, nothing is ever removed.

A step names the state that it was decided in (compare-and-set): if another process was quicker, it raises StaleStep and
changes nothing. Two partial unique indexes forbid a second active download of one book or of one torrent. The books of
a download are rows of their own; so far each download has one, so that a step's fields of the book go to all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mam_assets.domain.acquisition import Download, ImportOptions
from mam_assets.domain.model.download import DownloadState, ReasonCode
from mam_assets.domain.model.release import Release, Wanted

from ..engine import Where, writing
from ..errors import StoreError
from ..mappers.codec import to_json
from ..tables import download_books, download_events, downloads
from .download_queries import (
    BOOK_FIELDS,
    COLUMN_OF,
    Event,
    InFlight,
    UnknownDownload,
    active,
    active_of_book,
    active_torrent_ids,
    add_sent_at,
    book_keys_on_their_way,
    by_hash,
    counts,
    events,
    get,
    imported_items,
    in_flight,
    known_infohashes,
    row_of,
    to_reconcile,
    torrent_file,
    tried_torrent_ids,
    with_states,
)

__all__ = [
    "AlreadyActive",
    "Event",
    "InFlight",
    "Proposal",
    "StaleStep",
    "UnknownDownload",
    "active",
    "active_torrent_ids",
    "approve",
    "book_keys_on_their_way",
    "by_hash",
    "counts",
    "events",
    "get",
    "imported_items",
    "in_flight",
    "known_infohashes",
    "note",
    "propose",
    "record_intent",
    "replace_failed",
    "step",
    "tag_of",
    "to_reconcile",
    "torrent_file",
    "tried_torrent_ids",
    "with_states",
]

TAG_PREFIX = "mam-assets:"


class StaleStep(StoreError):
    """The download is no longer in the state that the step was decided in; nothing was changed."""

    def __init__(self, download_id: int, expected: str, found: str) -> None:
        super().__init__(f"download {download_id} is {found}, not {expected}")
        self.download_id = download_id
        self.found = found


class AlreadyActive(StoreError):
    """Another active download serves this book or holds this torrent; nothing was changed."""

    def __init__(self, other_id: int, what: str) -> None:
        super().__init__(f"download {other_id} is active for the same {what}")
        self.other_id = other_id


@dataclass(frozen=True, slots=True)
class Proposal:
    """The download of a book, and whether this call made it (False: it was on its way already)."""

    download: Download
    created: bool


def tag_of(download_id: int) -> str:
    """The tag that names a download in qBittorrent."""
    return f"{TAG_PREFIX}{download_id}"


# ---------------------------------------------------------------------------------------------------- beginning


def propose(
    where: Where,
    now: datetime,
    *,
    book_key: str,
    wanted: Wanted | None,
    release: Release | None,
    title: str = "",
    author: str = "",
    source: str = "search",
    approved: bool = False,
    size_bytes: int = 0,
    infohash: str = "",
    torrent_file: bytes | None = None,
    magnet: str = "",
    reason: str = "",
) -> Proposal:
    """Write a download down, as ``proposed`` or, when ``approved``, as ``queued``.

    A book that already has an active download gets that one back. ``book_key`` may be blank for a title brought by
    hand. Raises AlreadyActive when ``infohash`` is held by an active download of another book.
    """
    with writing(where) as connection:
        existing = active_of_book(connection, book_key)
        if existing is not None:
            return Proposal(existing, created=False)
        state = DownloadState.QUEUED if approved else DownloadState.PROPOSED
        values = {
            "title": title or (wanted.title if wanted else "") or (release.title if release else ""),
            "author": author or ", ".join(wanted.authors if wanted else release.authors if release else ()),
            "torrent_id": release.torrent_id if release else None,
            "release_title": release.title if release else "",
            "release": to_json(release) if release else {},
            "source": source,
            "download_status": state.value,
            "status_reason": reason,
            "reason_code": (ReasonCode.NONE if approved else ReasonCode.APPROVAL).value,
            "qbittorrent_hash": infohash.lower(),
            "add_sent_at": add_sent_at(connection, infohash),
            "torrent_file": torrent_file,
            "magnet": magnet,
            "size_bytes": size_bytes or (release.size_bytes if release else 0),
            "attempt": 1,
            "created_at": now,
            "approved_at": now if approved else None,
            "updated_at": now,
        }
        try:
            with connection.begin_nested():
                inserted = connection.execute(sa.insert(downloads).values(values).returning(downloads.c.id))
                download_id = int(inserted.scalar_one())
                book = {"book_key": book_key, "wanted": to_json(wanted) if wanted else {}, "active": state.is_active}
                connection.execute(sa.insert(download_books).values(download_id=download_id, position=0, **book))
        except sa.exc.IntegrityError:
            return Proposal(_served_by(connection, book_key, infohash), created=False)
        connection.execute(sa.update(downloads).where(downloads.c.id == download_id).values(tag=tag_of(download_id)))
        _event(connection, now, download_id, "", state, reason or f"source: {source}")
        return Proposal(row_of(connection, download_id), created=True)


def _served_by(connection: Connection, book_key: str, infohash: str) -> Download:
    """The row that an index protected: the book's own, or (raised) that of another book with the same torrent."""
    row = active_of_book(connection, book_key)
    if row is not None:
        return row
    other = by_hash(connection, infohash)
    assert other is not None
    raise AlreadyActive(other.id, "torrent")


def approve(where: Where, now: datetime, download_id: int, reason: str = "approved") -> Download:
    """Queue a proposed download. Raises StaleStep when it is not proposed."""
    return step(
        where,
        now,
        download_id,
        expected=DownloadState.PROPOSED,
        to=DownloadState.QUEUED,
        reason=reason,
        approved_at=now,
        next_attempt_at=None,
    )


# ------------------------------------------------------------------------------------------------------ stepping


def step(
    where: Where,
    now: datetime,
    download_id: int,
    *,
    expected: DownloadState | Collection[DownloadState],
    to: DownloadState,
    reason: str = "",
    reason_code: ReasonCode = ReasonCode.NONE,
    **values: Any,
) -> Download:
    """Bring a download from an expected state to another, with other fields of ``Download``, of its book, or
    ``torrent_file``.

    One transaction with its event; a step into the same state writes no event. Raises StaleStep when it is in none of
    the expected states, AlreadyActive when another active download has its book or torrent, UnknownDownload.
    """
    wanted_states = {expected} if isinstance(expected, DownloadState) else set(expected)
    with writing(where) as connection:
        query = sa.select(downloads.c.download_status).where(downloads.c.id == download_id).with_for_update()
        before = connection.execute(query).scalar_one_or_none()
        if before is None:
            raise UnknownDownload(download_id)
        if before not in wanted_states:
            raise StaleStep(download_id, " or ".join(sorted(wanted_states)), str(before))
        changes = {
            **_columns(values),
            "download_status": to.value,
            "status_reason": reason,
            "reason_code": reason_code.value,
            "updated_at": now,
        }
        of_book = {name: _stored(value) for name, value in values.items() if name in BOOK_FIELDS}
        if DownloadState(before).is_active != to.is_active:
            of_book["active"] = to.is_active
        try:
            with connection.begin_nested():
                connection.execute(sa.update(downloads).where(downloads.c.id == download_id).values(changes))
                if of_book:
                    mine = download_books.c.download_id == download_id
                    connection.execute(sa.update(download_books).where(mine).values(of_book))
        except sa.exc.IntegrityError:
            raise _conflict(connection, download_id, values) from None
        if before != to:
            _event(connection, now, download_id, str(before), to, reason)
        return row_of(connection, download_id)


def note(
    where: Where,
    now: datetime,
    row: Download,
    *,
    status_reason: str | None = None,
    reason_code: ReasonCode = ReasonCode.NONE,
    **values: Any,
) -> Download:
    """Change fields of a download without a step; its reason and the code of it stay unless ``status_reason`` is given.

    Raises StaleStep.
    """
    if status_reason is None:
        status_reason, reason_code = row.status_reason, row.reason_code
    state = row.status
    return step(where, now, row.id, expected=state, to=state, reason=status_reason, reason_code=reason_code, **values)


def record_intent(
    where: Where, now: datetime, download_id: int, *, infohash: str, torrent_file: bytes | None, size_bytes: int = 0
) -> Download:
    """Commit which torrent a queued download will be, before qBittorrent hears of it.

    Raises AlreadyActive when another active download holds that torrent, StaleStep when it is not queued.
    """
    values: dict[str, Any] = {"infohash": infohash.lower(), "torrent_file": torrent_file}
    if size_bytes:
        values["size_bytes"] = size_bytes
    queued = DownloadState.QUEUED
    with writing(where) as connection:
        values["add_sent_at"] = add_sent_at(connection, infohash)
        return step(connection, now, download_id, expected=queued, to=queued, reason="torrent fetched", **values)


def replace_failed(
    where: Where, now: datetime, failed: Download, release: Release | None, *, approved: bool
) -> Download | None:
    """Give a failed download up and put the next release of its book in its place, in one transaction.

    ``release`` None: there is none; the book is searched again at its time. Returns the new download or None.
    """
    with writing(where) as connection:
        reason = f"{failed.status_reason}; " + (f"next: {release.title}" if release else "no other candidate is left")
        step(
            connection,
            now,
            failed.id,
            expected=DownloadState.FAILED,
            to=DownloadState.ABANDONED,
            reason=reason,
        )
        if release is None:
            return None
        made = propose(
            connection,
            now,
            book_key=failed.book_key,
            wanted=failed.wanted,
            release=release,
            title=failed.title,
            author=failed.author,
            source=failed.source,
            approved=approved,
            reason=f"after download {failed.id}: {failed.status_reason}",
        )
        return made.download


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of ``downloads`` that a step changes."""
    changes = {}
    for name, value in values.items():
        if name in BOOK_FIELDS:
            continue
        column = COLUMN_OF.get(name, name)
        if column not in downloads.c or column in ("id", "download_status", "updated_at", "created_at"):
            raise TypeError(f"{name} is no field of a download that a step can change")
        changes[column] = _stored(value)
    return changes


def _stored(value: Any) -> Any:
    if isinstance(value, (Wanted, Release, ImportOptions)):
        return to_json(value)
    return value.value if isinstance(value, StrEnum) else value


def _conflict(connection: Connection, download_id: int, values: Mapping[str, Any]) -> AlreadyActive:
    own = row_of(connection, download_id)
    for book_key in own.book_keys:
        other = active_of_book(connection, book_key)
        if other is not None and other.id != download_id:
            return AlreadyActive(other.id, "book")
    other = by_hash(connection, str(values.get("infohash", own.infohash)))
    assert other is not None
    return AlreadyActive(other.id, "torrent")


def _event(
    connection: Connection, now: datetime, download_id: int, before: str, after: DownloadState, reason: str
) -> None:
    connection.execute(
        sa.insert(download_events).values(
            download_id=download_id, at=now, from_status=before, to_status=after.value, reason=reason
        )
    )
