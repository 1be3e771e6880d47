"""One tick of acquisition: compare the ledger with qBittorrent, bring the ledger up to date, say what is to be done.

Cheap: one request to qBittorrent, none to MAM; a tracker's message is asked for stalled torrents alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.domain.acquisition import (
    AcquisitionPolicy,
    Action,
    Download,
    NextCandidate,
    StartImport,
    Submit,
    reconcile,
)
from mam_assets.domain.acquisition.reconcile import FETCHING
from mam_assets.domain.figures import QueueFigure
from mam_assets.domain.model.download import DownloadState, Torrent, TorrentPhase
from mam_assets.policy import DownloadSection
from mam_assets.store.ledgers import downloads
from resources.errors import ServiceError

from ..protocols import TorrentLister
from ..task_run import Clock, Tally, utc_now
from . import transitions

ROUNDS = 6  # the longest way through the state table within one tick
MESSAGES_PER_TICK = 10  # requests for tracker messages; the rest is asked at the next tick
MESSAGE_AGE = timedelta(minutes=30)
SILENT = (TorrentPhase.METADATA, TorrentPhase.DOWNLOADING, TorrentPhase.STALLED, TorrentPhase.UNKNOWN)


@dataclass(slots=True)
class Tick:
    """What a tick found: downloads to import, downloads to hand to qBittorrent, and what it changed, by action."""

    to_import: list[Download] = field(default_factory=list)
    to_submit: list[Download] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    failed: list[Download] = field(default_factory=list)
    asked: bool = False  # qBittorrent was asked, and answered


def acquisition_policy(section: DownloadSection) -> AcquisitionPolicy:
    """The reconciler's policy from the policy file. What takes less than a notice's time is noticed half-way."""
    base = AcquisitionPolicy()
    return replace(
        base,
        stalled_after=section.stalled_after,
        notice_after=min(base.notice_after, section.stalled_after / 2),
        max_retries=section.max_retries,
        retry_pause=timedelta(minutes=section.retry_minutes),
    )


def tick(
    engine: sa.Engine,
    qbittorrent: TorrentLister,
    policy: AcquisitionPolicy,
    next_release: transitions.NextRelease,
    tally: Tally,
    *,
    auto: bool,
    clock: Clock = utc_now,
    jitter: float | None = None,
) -> Tick:
    """Bring the ledger to rest against what qBittorrent reports now.

    Nothing is asked of qBittorrent while the ledger expects nothing of it. Raises ServiceError when it cannot be read;
    then nothing was changed. ``jitter`` 0 to 1 spreads retries; None draws it.
    """
    outcome = Tick()
    rows = downloads.to_reconcile(engine)
    if not any(row.infohash for row in rows):
        torrents: dict[str, Torrent] = {}
    else:
        outcome.asked = True
        torrents = _with_messages(engine, qbittorrent.sync(), rows, qbittorrent, policy, clock(), tally)
        if _learn_sizes(engine, rows, torrents, clock()):
            rows = downloads.to_reconcile(engine)
    spread = random.random() if jitter is None else jitter
    for _ in range(ROUNDS):
        actions = reconcile(rows, torrents, clock(), policy, jitter=spread)
        by_id = {row.id: row for row in rows}
        outcome.to_import = [by_id[a.download_id] for a in actions if isinstance(a, StartImport)]
        outcome.to_submit = [by_id[a.download_id] for a in actions if isinstance(a, Submit)]
        if not _apply_all(engine, actions, by_id, next_release, auto, clock, outcome):
            break
        rows = downloads.to_reconcile(engine)
    tally.succeed(sum(outcome.changes.values()))
    tally.figures.update(figures(outcome))
    return outcome


def _learn_sizes(engine: sa.Engine, rows: Sequence[Download], torrents: Mapping[str, Torrent], now: datetime) -> int:
    """The size of a magnet link is known once its metadata is there: from then on the budget counts it."""
    learnt = 0
    for row in rows:
        torrent = torrents.get(row.infohash) if row.magnet and row.infohash else None
        if torrent is None or torrent.phase is TorrentPhase.METADATA or torrent.size_bytes <= 0:
            continue
        if torrent.size_bytes != row.size_bytes:
            with suppress(downloads.StaleStep):  # another process moved it meanwhile: at the next tick
                downloads.note(engine, now, row, size_bytes=torrent.size_bytes)
                learnt += 1
    return learnt


def _apply_all(
    engine: sa.Engine,
    actions: Sequence[Action],
    rows: Mapping[int, Download],
    next_release: transitions.NextRelease,
    auto: bool,
    clock: Clock,
    outcome: Tick,
) -> int:
    """Apply what changes rows; returns how many did. One that came too late is left to the next round."""
    changed = 0
    for action in actions:
        if isinstance(action, (StartImport, Submit)):
            continue
        row = rows[action.download_id]
        try:
            if isinstance(action, NextCandidate):
                transitions.succeed_failed(engine, clock(), row, next_release, auto=auto)
            else:
                after = transitions.apply(engine, clock(), row, action)
                if after.status is DownloadState.FAILED and row.status is not DownloadState.FAILED:
                    outcome.failed.append(after)
        except (downloads.StaleStep, downloads.AlreadyActive):
            continue  # another process moved it meanwhile
        outcome.changes[type(action).__name__] += 1
        changed += 1
    return changed


def _with_messages(
    engine: sa.Engine,
    torrents: dict[str, Torrent],
    rows: Sequence[Download],
    qbittorrent: TorrentLister,
    policy: AcquisitionPolicy,
    now: datetime,
    tally: Tally,
) -> dict[str, Torrent]:
    """The torrents, the silent ones with their tracker's message: qBittorrent's state does not tell why."""
    silent = [
        row for row in rows if row.infohash in torrents and _wants_message(row, torrents[row.infohash], policy, now)
    ]
    for row in silent[:MESSAGES_PER_TICK]:
        try:
            message = qbittorrent.tracker_message(row.infohash)
        except ServiceError as error:
            tally.fail_by(f"tracker message of {row.title}", error)
            continue
        torrents[row.infohash] = replace(torrents[row.infohash], tracker_message=message)
        if row.status is DownloadState.STALLED:
            downloads.note(engine, now, row)  # asked again when this is old
    return torrents


def _wants_message(row: Download, torrent: Torrent, policy: AcquisitionPolicy, now: datetime) -> bool:
    """No progress for long enough to be noticed, and not asked lately; always before it is given up."""
    since = row.last_progress_at or row.submitted_at
    if row.status not in FETCHING or torrent.phase not in SILENT or torrent.tracker_message or since is None:
        return False
    if torrent.progress != row.last_progress or now - since < policy.notice_after:
        return False
    asked_lately = row.status is DownloadState.STALLED and row.updated_at and now - row.updated_at < MESSAGE_AGE
    return not asked_lately or now - since >= policy.stalled_after


def figures(outcome: Tick) -> dict[str, int]:
    """The figures of a tick, for people."""
    return {
        QueueFigure.TO_IMPORT: len(outcome.to_import),
        QueueFigure.TO_SUBMIT: len(outcome.to_submit),
        QueueFigure.FAILED: len(outcome.failed),
        **{name: count for name, count in sorted(outcome.changes.items())},
    }
