"""The reconciler: ledger rows and what qBittorrent reports, compared, as actions. Pure and level-triggered.

It keeps no memory: everything it knows is in the rows, so that a lost event, a crash or a restart costs nothing.
``effects`` says what each action does to its row; run again on the result it comes to rest after a few rounds.

State table ("present": qBittorrent lists the infohash; "done": whole, in an upload state, not checking, not moving;
"silent": no progress for that long; ph.: phase as qBittorrent reports it):

| state                  | sees                                           | action → becomes                    |
|------------------------|------------------------------------------------|-------------------------------------|
| proposed               | anything                                       | none: a person decides              |
| queued                 | present                                        | MarkSubmitted (adopt) → submitted   |
|                        | absent, an add was sent, not settled_after     | NoteMissing, StillMissing: wait     |
|                        | absent, next_attempt_at reached                | Submit (a stage's work)             |
| submitted, downloading,| done                                           | MarkCompleted → completed           |
| stalled                | ph. error, missing_files                       | MarkStalled at once → stalled       |
|                        | ph. stopped, queued, checking, moving          | Wait: the clock is held             |
|                        | progress changed                               | MarkDownloading → downloading       |
|                        | silent notice_after                            | MarkStalled, with tracker's message |
|                        | silent notice_after, tracker: unknown torrent  | Fail, blocklist → failed            |
|                        | silent stalled_after, tracker refuses *us*     | Fail, no blocklist → failed         |
|                        | silent stalled_after, ph. error, missing_files | Fail, no blocklist → failed         |
|                        | silent stalled_after                           | Fail, blocklist → failed            |
| submitted              | present                                        | MarkDownloading → downloading       |
|                        | absent gone_after, tries left                  | Resubmit → queued                   |
|                        | absent gone_after, none left                   | Fail, no blocklist → failed         |
| downloading, stalled   | absent gone_after (1)                          | Abandon, blocklist → abandoned      |
| completed, importing   | done, next_attempt_at reached                  | StartImport (a stage's work)        |
| (not yet placed)       | ph. checking, moving                           | none: wait                          |
|                        | present, not whole any more                    | MarkDownloading → downloading       |
|                        | absent gone_after (1)                          | Abandon, blocklist → abandoned      |
| importing (placed)     | anything: the files lie in the library         | StartImport (a stage's work)        |
| import_blocked         | anything                                       | none: a person decides              |
| failed                 | done after all (2)                             | MarkCompleted → completed           |
|                        | the book is served otherwise                   | Abandon → abandoned                 |
|                        | the release's fault                            | NextCandidate → abandoned           |
|                        | ours, tries left                               | RetryLater → queued                 |
|                        | ours, none left                                | Abandon → abandoned                 |
| abandoned              | done after all (2)                             | MarkCompleted → completed           |
| imported               | anything                                       | none                                |

(1) Somebody removed it there. When all of several torrents are absent, all_gone_after is waited instead. Absence is
    counted by NoteMissing and StillMissing (``absence``), anew after a gap in looking, and while others come back.
(2) Only where the cause may pass (``faults.RECOVERABLE``) and the book is not served by another download.

Nothing here deletes or moves a torrent: one that made progress counts as unsatisfied on the tracker and is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.download import IMPORTABLE, ReasonCode, Torrent, TorrentPhase
from ..model.download import DownloadState as State
from . import absence, faults
from .actions import (
    Abandon,
    Action,
    Fail,
    MarkCompleted,
    MarkDownloading,
    MarkStalled,
    MarkSubmitted,
    NextCandidate,
    NoteBack,
    NoteMissing,
    Progress,
    Resubmit,
    RetryLater,
    StartImport,
    StillMissing,
    Submit,
    Wait,
)
from .download import Download
from .policy import AcquisitionPolicy, backoff
from .reasons import SENTENCES

HELD = {
    TorrentPhase.STOPPED: ReasonCode.STOPPED,
    TorrentPhase.QUEUED: ReasonCode.CLIENT_QUEUE,
    TorrentPhase.CHECKING: ReasonCode.CHECKING,
    TorrentPhase.MOVING: ReasonCode.MOVING,
}
BROKEN = {
    TorrentPhase.ERROR: (faults.CLIENT_ERROR, ReasonCode.CLIENT_ERROR),
    TorrentPhase.MISSING_FILES: (faults.MISSING_FILES, ReasonCode.MISSING_FILES),
}
FETCHING = frozenset({State.SUBMITTED, State.DOWNLOADING, State.STALLED})
MANY = 3  # so many torrents vanish together only when something other than a person's wish is behind it


@dataclass(frozen=True, slots=True)
class _Tick:
    torrents: Mapping[str, Torrent]
    now: datetime
    policy: AcquisitionPolicy
    jitter: float
    all_gone: bool
    coming_back: bool
    served_books: set[str]  # grows while a tick decides: of two failed attempts only one comes back

    def pause(self, row: Download) -> datetime:
        spread = (self.jitter + row.id * 0.618) % 1.0  # rows that failed together do not come back together
        return self.now + backoff(row.retry_count, spread, self.policy)


def reconcile(
    rows: Sequence[Download],
    torrents: Mapping[str, Torrent],
    now: datetime,
    policy: AcquisitionPolicy,
    *,
    jitter: float = 0.0,
) -> list[Action]:
    """At most one action for each row, in the rows' order.

    ``rows``: every active download, and the failed and abandoned ones that may still become complete. ``torrents``:
    everything that qBittorrent lists, by lower-case infohash. ``now``: aware UTC. ``jitter``: 0 to 1, drawn by the
    caller. Raises nothing.
    """
    expected = [row for row in rows if row.status in FETCHING.union(IMPORTABLE) and not row.is_placed]
    tick = _Tick(
        torrents=torrents,
        now=now,
        policy=policy,
        jitter=jitter,
        all_gone=len(expected) >= MANY and not any(row.infohash in torrents for row in expected),
        coming_back=any(row.missing_since is not None and row.infohash in torrents for row in expected),
        served_books={
            key for row in rows if row.status.is_active or row.status is State.IMPORTED for key in row.book_keys
        },
    )
    return [action for row in rows if (action := _decide(row, tick)) is not None]


def _decide(row: Download, tick: _Tick) -> Action | None:
    torrent = tick.torrents.get(row.infohash) if row.infohash else None
    if row.status is State.QUEUED:
        return _queued(row, torrent, tick)
    if row.status in FETCHING:
        return _absent(row, tick) if torrent is None else _fetching(row, torrent, tick)
    if row.status in IMPORTABLE:
        return _importable(row, torrent, tick)
    if row.status is State.FAILED:
        return _revived(row, torrent, tick) or _after_failure(row, tick)
    if row.status is State.ABANDONED:
        return _revived(row, torrent, tick)
    return None


def _queued(row: Download, torrent: Torrent | None, tick: _Tick) -> Action | None:
    if torrent is not None:
        return MarkSubmitted(row.id, row.status, "qBittorrent has it already")
    if not row.is_due(tick.now):
        return None
    if row.add_sent_at is not None and (look := _watched(row, tick, tick.policy.settled_after)) is not None:
        return look
    return None if absence.must_wait(row, tick.now, tick.policy) else Submit(row.id, row.status)


def _watched(row: Download, tick: _Tick, limit: timedelta) -> Action | None:
    """What is to be written down of an absence; None: it has lasted for the limit, or it was noted just now."""
    if row.missing_since is None or tick.coming_back:
        return NoteMissing(row.id, row.status)
    # A day's wait outlasts a machine that is switched off at night; a short one must be watched throughout.
    if limit <= tick.policy.gone_after and absence.unwatched(row, tick.now, tick.policy):
        return NoteMissing(row.id, row.status)
    return StillMissing(row.id, row.status) if absence.note_again(row, tick.now, tick.policy) else None


def _fetching(row: Download, torrent: Torrent, tick: _Tick) -> Action | None:
    if row.missing_since is not None:
        return NoteBack(row.id, row.status)
    if torrent.is_done and torrent.content_path:
        return MarkCompleted(row.id, row.status, torrent.content_path)
    silent = tick.now - _last_sign(row, tick.now)
    if torrent.phase in BROKEN:
        return _broken(row, torrent, silent, tick)
    if torrent.phase in HELD:
        return _held(row, HELD[torrent.phase], silent, tick)
    if torrent.progress != row.last_progress:
        return _moved(row, torrent, silent, tick)
    if silent < tick.policy.notice_after:
        return MarkDownloading(row.id, row.status, torrent.progress) if row.status is State.SUBMITTED else None
    return _silent(row, torrent, silent, tick)


def _last_sign(row: Download, now: datetime) -> datetime:
    return row.last_progress_at or row.submitted_at or row.updated_at or now


def _moved(row: Download, torrent: Torrent, silent: timedelta, tick: _Tick) -> Action | None:
    if row.status is not State.DOWNLOADING:
        return MarkDownloading(row.id, row.status, torrent.progress)
    big_step = abs(torrent.progress - row.last_progress) >= tick.policy.progress_step
    # Not every tick is worth a write; a slow torrent's small steps are written down once a minute.
    return Progress(row.id, row.status, torrent.progress) if big_step or silent >= tick.policy.progress_pause else None


def _held(row: Download, code: ReasonCode, silent: timedelta, tick: _Tick) -> Action | None:
    if row.reason_code is code and silent < tick.policy.notice_after / 2:
        return None
    return Wait(row.id, row.status, code)


def _broken(row: Download, torrent: Torrent, silent: timedelta, tick: _Tick) -> Action | None:
    fault, code = BROKEN[torrent.phase]
    if silent >= tick.policy.stalled_after:
        return Fail(row.id, row.status, fault, SENTENCES[code], blocklist=False)
    if row.status is not State.STALLED or row.reason_code is not code:
        return MarkStalled(row.id, row.status, code, SENTENCES[code])
    return None


def _silent(row: Download, torrent: Torrent, silent: timedelta, tick: _Tick) -> Action | None:
    said = torrent.tracker_message or row.tracker_message
    fault = faults.fault_of_silence(said)
    why = f"no progress for {_hours(silent)} at {torrent.progress:.0%}"
    if said:
        why += f"; the tracker says: {said}"
    if silent >= tick.policy.stalled_after or fault == faults.GONE_FROM_TRACKER:
        return Fail(row.id, row.status, fault, why, blocklist=fault != faults.TRACKER_REFUSES)
    if row.status is not State.STALLED or said != row.tracker_message:
        return MarkStalled(row.id, row.status, ReasonCode.NO_PROGRESS, why, said)
    return None


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"


def _absent(row: Download, tick: _Tick) -> Action | None:
    limit = tick.policy.all_gone_after if tick.all_gone else tick.policy.gone_after
    if (look := _watched(row, tick, limit)) is not None:
        return look
    if row.missing_since is None or tick.now - row.missing_since < limit:
        return None
    if row.status is State.SUBMITTED:
        if row.retry_count < tick.policy.max_retries:
            return Resubmit(row.id, row.status, tick.pause(row), "qBittorrent took it but never listed it")
        return Fail(row.id, row.status, faults.LOST, "qBittorrent took it but never listed it", blocklist=False)
    return Abandon(row.id, row.status, faults.REMOVED_BY_HAND, "removed in qBittorrent", blocklist=True)


def _importable(row: Download, torrent: Torrent | None, tick: _Tick) -> Action | None:
    start = StartImport(row.id, row.status, row.infohash, row.attempt) if row.is_due(tick.now) else None
    if row.is_placed:
        return start
    if torrent is None:
        return _absent(row, tick)
    if row.missing_since is not None:
        return NoteBack(row.id, row.status)
    if torrent.is_done:
        return start
    if torrent.phase in (TorrentPhase.CHECKING, TorrentPhase.MOVING, TorrentPhase.UNKNOWN):
        return None
    return MarkDownloading(row.id, row.status, torrent.progress, "its files are no longer whole in qBittorrent")


def _revived(row: Download, torrent: Torrent | None, tick: _Tick) -> Action | None:
    if torrent is None or not torrent.is_done or not torrent.content_path:
        return None
    if row.failure_code not in faults.RECOVERABLE or row.book_keys & tick.served_books:
        return None
    tick.served_books.update(row.book_keys)
    return MarkCompleted(row.id, row.status, torrent.content_path, "complete after all")


def _after_failure(row: Download, tick: _Tick) -> Action | None:
    if row.book_keys and row.book_keys <= tick.served_books:
        return Abandon(row.id, row.status, row.failure_code, f"{row.status_reason}; served otherwise", blocklist=False)
    if row.failure_code in faults.RELEASE_FAULTS and row.book_key:
        return NextCandidate(row.id, row.status, row.book_key)
    if row.failure_code in faults.LOCAL_FAULTS and row.retry_count < tick.policy.max_retries:
        return RetryLater(row.id, row.status, tick.pause(row), row.status_reason)
    return Abandon(row.id, row.status, row.failure_code, row.status_reason, blocklist=False)
