"""Steps of the ledger that several stages take: an action applied, a release blocklisted, its successor queued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mam_assets.domain.acquisition import Action, Download, effect_of
from mam_assets.domain.acquisition.actions import Abandon, Fail
from mam_assets.domain.model.release import Release
from mam_assets.store.engine import Where, writing
from mam_assets.store.ledgers import blocklist, downloads

NextRelease = Callable[[str, frozenset[int]], Release | None]
"""(book key, MAM ids that were tried) → the best accepted release that is left."""


def apply(where: Where, now: datetime, row: Download, action: Action) -> Download:
    """Do what an action asks of its row, with the blocklist, in one transaction. Raises StaleStep, AlreadyActive."""
    effect = effect_of(action, row, now)
    with writing(where) as connection:
        after = downloads.step(
            connection,
            now,
            row.id,
            expected=action.expected,
            to=effect.to,
            reason=effect.reason,
            reason_code=effect.code,
            **effect.values,
        )
        if isinstance(action, (Fail, Abandon)) and action.blocklist:
            block(connection, now, row, action.code, action.message)
        return after


def block(where: Where, now: datetime, row: Download, code: str, message: str) -> None:
    """Never take this release again for the books of this download."""
    for book in row.books:
        blocklist.add(
            where,
            now,
            torrent_id=row.torrent_id,
            infohash=row.infohash,
            book_key=book.book_key,
            code=code,
            message=message,
        )


def succeed_failed(
    where: Where, now: datetime, failed: Download, next_release: NextRelease, *, auto: bool
) -> Download | None:
    """Put the next accepted release of its book in the place of a failed download.

    In mode review it waits for approval as the first one did: the person approved another release. Returns None when
    no candidate is left. Raises StaleStep.
    """
    tried = downloads.tried_torrent_ids(where, failed.book_key)
    return downloads.replace_failed(where, now, failed, next_release(failed.book_key, tried), approved=auto)
