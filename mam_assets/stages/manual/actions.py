"""A person's word on downloads that wait for one: try again, take it as it is, choose its files, reject it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download, ImportOptions, MappedBook, faults
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import ImportStatus
from mam_assets.store.engine import Where, writing
from mam_assets.store.errors import StoreError
from mam_assets.store.ledgers import downloads

from ..acquisition.transitions import block

RETRYABLE = (State.QUEUED, State.FAILED, State.ABANDONED, State.COMPLETED, State.IMPORTING, State.IMPORT_BLOCKED)
REJECTABLE = (State.PROPOSED, State.QUEUED, State.FAILED, State.STALLED, State.IMPORT_BLOCKED)


def retry(engine: sa.Engine, download_id: int, now: datetime, *, reason: str = "retried by hand") -> Download:
    """Try a download again at once: a blocked import is imported anew, a failed or abandoned one is queued.

    Raises StaleStep when nothing of it waits, AlreadyActive when its book is on its way otherwise.
    """
    row = downloads.get(engine, download_id)
    if row.status not in RETRYABLE:
        raise downloads.StaleStep(download_id, " or ".join(RETRYABLE), row.status)
    importing = row.status in (State.COMPLETED, State.IMPORTING, State.IMPORT_BLOCKED)
    # What an earlier try placed is looked at anew: the target is recognised as its own, or placed again if it is gone.
    return downloads.step(
        engine,
        now,
        download_id,
        expected=row.status,
        to=State.COMPLETED if importing else State.QUEUED,
        reason=reason,
        failure_code="",
        retry_count=0,
        next_attempt_at=None,
        missing_since=None,
        abs_import_status=ImportStatus.NONE,
        attempt=row.attempt + 1,
    )


def accept(engine: sa.Engine, download_id: int, now: datetime, *, files: Sequence[str] = ()) -> Download:
    """Import a blocked download as it is, without comparing it with the wanted book.

    ``files``: the names (or folders) of the audio files that are this book; empty: all. Raises StaleStep.
    """
    with writing(engine) as connection:
        row = downloads.get(connection, download_id)
        options = replace(row.import_options, accept=True, files=tuple(files) or row.import_options.files)
        return _import_anew(connection, now, row, options, "accepted by hand")


def _import_anew(where: Where, now: datetime, row: Download, options: ImportOptions, reason: str) -> Download:
    return downloads.step(
        where,
        now,
        row.id,
        expected=State.IMPORT_BLOCKED,
        to=State.COMPLETED,
        reason=reason,
        failure_code="",
        import_options=options,
        abs_import_status=ImportStatus.NONE,
        next_attempt_at=None,
        attempt=row.attempt + 1,
    )


def map_books(engine: sa.Engine, download_id: int, now: datetime, books: Sequence[MappedBook]) -> Download:
    """Say which files of a blocked download are which books. They are imported one after the other, its own first.

    The others become downloads of the same torrent, each when the one before it is imported; one that is on its way
    otherwise by then is left out. Raises StoreError when the download's own book is not among them, StaleStep.
    """
    with writing(engine) as connection:
        row = downloads.get(connection, download_id)
        own = [book for book in books if book.wanted.book_key == row.book_key]
        if len(own) != 1 or not all(book.files for book in books):
            raise StoreError(
                f"download {download_id} is for {row.title!r}: name its files, and files for every other book"
            )
        rest = tuple(book for book in books if book is not own[0])
        options = ImportOptions(accept=True, files=own[0].files, then=rest)
        return _import_anew(connection, now, row, options, "files mapped by hand")


def reject(engine: sa.Engine, download_id: int, now: datetime, *, reason: str = "rejected by hand") -> Download:
    """Refuse a release: it is blocklisted for this book, and the next candidate is tried where it was fetched already.

    The torrent stays in qBittorrent: it counts for the account. Raises StaleStep when it is under way or imported,
    StoreError when its files lie in the library.
    """
    with writing(engine) as connection:
        row = downloads.get(connection, download_id)
        if row.abs_import_status.is_placed:
            raise StoreError(f"the files of download {download_id} lie in the library: undo its import instead")
        if row.torrent_id is not None or row.infohash:
            block(connection, now, row, faults.REJECTED, reason)
        fetched = row.status is State.IMPORT_BLOCKED
        return downloads.step(
            connection,
            now,
            download_id,
            expected=REJECTABLE,
            to=State.FAILED if fetched else State.ABANDONED,
            reason=reason,
            failure_code=faults.WRONG_BOOK if fetched else faults.REJECTED,
        )


def next_mapped(where: Where, now: datetime, before: Download) -> Download | None:
    """Begin the next book of a mapped torrent, once the one before it is imported (same transaction)."""
    waiting = before.import_options.then
    for position, book in enumerate(waiting, start=1):
        made = downloads.propose(
            where,
            now,
            book_key=book.wanted.book_key,
            wanted=book.wanted,
            release=before.release,
            source=before.source,
            approved=True,
            infohash=before.infohash,
            size_bytes=before.size_bytes,
            reason=f"mapped by hand, from the torrent of download {before.id}",
        )
        if not made.created:
            continue
        options = ImportOptions(accept=True, files=book.files, then=waiting[position:])
        return downloads.step(
            where,
            now,
            made.download.id,
            expected=State.QUEUED,
            to=State.COMPLETED,
            reason="its files are here already",
            import_options=options,
            content_path=before.content_path,
            completed_at=now,
            last_progress=1.0,
        )
    return None
