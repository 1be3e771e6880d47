"""What waits for a person, as the ledger of downloads has it: imports that are blocked, and a disk that is full.

Blocked imports are told of together, once: there is no reminder, `mam-assets queue` shows them. A full disk is told of
once it has lasted, with reminders, and when there is room again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download
from mam_assets.domain.acquisition.reconcile import BROKEN
from mam_assets.domain.model.download import IMPORTABLE, ReasonCode
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.policy import MessagesSection
from mam_assets.store.ledgers import downloads
from mam_assets.store.ledgers.notifications import Notice
from resources.errors import SendFailed

from . import notify

LISTED = 10
_CLIENT_ERRORS = {code for _, code in BROKEN.values()}


def tell(engine: sa.Engine, messenger: notify.Messenger, section: MessagesSection, now: datetime) -> list[str]:
    """Tell of what is new, and of what is over. Gives the causes told of.

    Raises SendFailed after all was tried, when any message could not be delivered.
    """
    rows = downloads.with_states(engine, State.IMPORT_BLOCKED, *IMPORTABLE, State.QUEUED, State.STALLED)
    told: list[str] = []
    failed: SendFailed | None = None
    for part in (_blocked, _disk):
        try:
            told += part(engine, messenger, section, now, rows)
        except SendFailed as error:
            failed = error
    if failed is not None:
        raise failed
    return told


def _blocked(
    engine: sa.Engine,
    messenger: notify.Messenger,
    section: MessagesSection,
    now: datetime,
    rows: Iterable[Download],
) -> list[str]:
    # A try that a person asked for and that is blocked again is a new cause.
    blocked = {f"{notify.IMPORTS}{row.id} {row.attempt}": row for row in rows if row.status is State.IMPORT_BLOCKED}
    notify.gone(engine, notify.IMPORTS, still={cause.removeprefix(notify.IMPORTS): 1 for cause in blocked})

    def words(due: Sequence[str]) -> notify.Words:
        lines = [f"{blocked[cause].id}: {_name(blocked[cause])}: {blocked[cause].status_reason}" for cause in due]
        more = [f"and {len(lines) - LISTED} more: see `mam-assets queue`"] if len(lines) > LISTED else []
        what = "Fix the problem and run `mam-assets retry N`; `accept N` imports it as it is, `reject N` rejects it."
        count = f"{len(due)} imports need" if len(due) > 1 else "an import needs"
        return f"mam-assets: {count} a decision", "\n".join([*lines[:LISTED], *more, what])

    causes = {cause: row.status_reason for cause, row in blocked.items()}
    return notify.tell_together(engine, messenger, now, causes, words)


def _name(row: Download) -> str:
    return f"{row.author} - {row.title}" if row.author else row.title


def _disk(
    engine: sa.Engine,
    messenger: notify.Messenger,
    section: MessagesSection,
    now: datetime,
    rows: Sequence[Download],
) -> list[str]:
    full = [row for row in rows if row.status in IMPORTABLE and row.reason_code is ReasonCode.LIBRARY_FULL]
    held = [row for row in rows if row.status is State.QUEUED and row.reason_code is ReasonCode.DISK_SPACE]
    broken = [row for row in rows if row.status is State.STALLED and row.reason_code in _CLIENT_ERRORS]
    causes = {}
    if full:
        causes["library"] = (
            "mam-assets: the library's disk is full",
            f"{_count(full)} not imported: {full[0].status_reason}. Free some space; they continue by themselves.",
        )
    if held:
        causes["downloads"] = (
            "mam-assets: no disk space for downloads",
            f"{_count(held)} not started: {held[0].status_reason}. Free some space or lower budget.min_free_disk; they "
            "continue by themselves.",
        )
    if broken:
        causes["qBittorrent"] = (
            "mam-assets: qBittorrent reports file errors",
            f"{_count(broken)} stopped: {broken[0].status_reason}",
        )
    return notify.keep(
        engine,
        messenger,
        now,
        notify.DISK,
        causes,
        remind_after=timedelta(hours=section.remind_hours),
        lasting=timedelta(minutes=section.trouble_minutes),
        ending=notify.Ending(messenger, now, _over) if section.tell_when_over else None,
    )


def _count(rows: Sequence[Download]) -> str:
    return f"{len(rows)} downloads are" if len(rows) > 1 else "1 download is"


_OVER = {
    "library": "the library's disk has space again",
    "downloads": "there is disk space for downloads again",
    "qBittorrent": "qBittorrent reports no file errors any more",
}


def _over(over: Sequence[Notice]) -> notify.Words:
    said = _OVER[over[0].cause.removeprefix(notify.DISK)]
    return f"mam-assets: {said}", f"After {notify.span(over[0].first_at, over[0].last_at)}. Downloads continue."
