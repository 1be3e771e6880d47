"""A person's word on downloads that wait for one: try again, take it as it is, choose its files, reject it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from mam_assets.domain.acquisition import DownloadRow, faults
from mam_assets.domain.acquisition.rows import PLACED
from mam_assets.domain.model import DownloadState as State
from mam_assets.store import downloads
from mam_assets.store.engine import writing
from mam_assets.store.errors import StoreError

from .ledger_steps import block

RETRYABLE = (State.QUEUED, State.FAILED, State.ABANDONED, State.COMPLETED, State.IMPORTING, State.IMPORT_BLOCKED)
REJECTABLE = (State.PROPOSED, State.QUEUED, State.FAILED, State.STALLED, State.IMPORT_BLOCKED)


def retry(engine: sa.Engine, download_id: int, now: datetime, *, reason: str = "retried by hand") -> DownloadRow:
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
        abs_import_status="",
        attempt=row.attempt + 1,
    )


def accept(engine: sa.Engine, download_id: int, now: datetime, *, files: Sequence[str] = ()) -> DownloadRow:
    """Import a blocked download as it is, without comparing it with the wanted book.

    ``files``: the names (or folders) of the audio files that are this book; empty: all. Raises StaleStep.
    """
    with writing(engine) as connection:
        row = downloads.get(connection, download_id)
        options = {**row.import_options, "accept": True, **({"files": list(files)} if files else {})}
        return downloads.step(
            connection,
            now,
            download_id,
            expected=State.IMPORT_BLOCKED,
            to=State.COMPLETED,
            reason="accepted by hand",
            failure_code="",
            import_options=options,
            abs_import_status="",
            next_attempt_at=None,
            attempt=row.attempt + 1,
        )


def reject(engine: sa.Engine, download_id: int, now: datetime, *, reason: str = "rejected by hand") -> DownloadRow:
    """Refuse a release: it is blocklisted for this book, and the next candidate is tried where it was fetched already.

    The torrent stays in qBittorrent: it counts for the account. Raises StaleStep when it is under way or imported,
    StoreError when its files lie in the library.
    """
    with writing(engine) as connection:
        row = downloads.get(connection, download_id)
        if row.abs_import_status in PLACED:
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
