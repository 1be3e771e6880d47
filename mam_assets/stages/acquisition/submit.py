"""Hand queued downloads to qBittorrent, each exactly once.

The steps of one download, in this order; killed between any two and started again, the end is the same:

1. MAM is asked for the release: it may be gone, without seeders, or no longer free.
2. The guards of the budget.
3. The .torrent's bytes are fetched from MAM.
4. The intent is committed: infohash and bytes.
5. qBittorrent is asked for that infohash: what is there is adopted.
6. The guards once more, by the torrent's own size; a wedge is spent, if the policy spends any.
7. That an add is sent is committed, and the torrent is added, with a tag that names the download.
8. The step is recorded.

Before 4 nothing has happened; from 4 on the infohash finds the torrent again. Killed in 7, the next run adopts it; if
qBittorrent does not list it, its absence is watched for a while (``must_wait``) before it is added again: a qBittorrent
that has just started lists its torrents late.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.acquisition import AcquisitionPolicy, Download, backoff, faults, must_wait
from mam_assets.domain.acquisition.actions import Abandon, Action, Fail
from mam_assets.domain.acquisition.effects import submitted_values
from mam_assets.domain.budget import Budget
from mam_assets.domain.figures import QueueFigure
from mam_assets.domain.model.download import CostKind, DownloadState, ReasonCode
from mam_assets.domain.model.release import Reject
from mam_assets.files.torrents import magnet_infohash, read_torrent
from mam_assets.policy import DownloadSection
from mam_assets.store.ledgers import downloads
from resources.errors import AuthError, Blocked, NotFound, RateLimited, Refused, ServiceError, Unavailable
from resources.myanonamouse.session import SERVICE as MAM

from ..protocols import TorrentAdder, Tracker
from ..task_run import Clock, Tally, utc_now
from . import transitions
from .pricing import Price, cost_of, first_look, last_look, price_by_hand, price_of, with_adopted
from .purchases import Wedges

STOP = (AuthError, Blocked, RateLimited, Unavailable)  # asking on would only make it worse
GUARD_PAUSE = timedelta(hours=1)  # budgets change slowly


@dataclass(frozen=True, slots=True)
class SubmitSettings:
    """How torrents are added. ``save_path`` as qBittorrent sees it; blank: its default."""

    category: str
    save_path: str
    seeding_minutes: int
    policy: AcquisitionPolicy
    free_only: bool = False

    @classmethod
    def of(cls, section: DownloadSection, policy: AcquisitionPolicy, *, free_only: bool = False) -> SubmitSettings:
        return cls(section.category, section.save_path, section.seeding_minutes, policy, free_only)


@dataclass(slots=True)
class Submissions:
    """What became of the queued downloads. ``waiting`` pairs a download with the guard that held it."""

    submitted: list[Download] = field(default_factory=list)
    adopted: list[Download] = field(default_factory=list)
    waiting: list[tuple[Download, Reject]] = field(default_factory=list)
    given_up: list[Download] = field(default_factory=list)
    bytes_added: int = 0
    stopped_by: ServiceError | None = None


@dataclass(slots=True)
class _Run:
    engine: sa.Engine
    tracker: Tracker
    qbittorrent: TorrentAdder
    settings: SubmitSettings
    budget: Budget
    owned_books: Collection[str]
    clock: Clock
    jitter: float
    wedges: Wedges | None = None
    done: Submissions = field(default_factory=Submissions)


def submit(
    engine: sa.Engine,
    tracker: Tracker,
    qbittorrent: TorrentAdder,
    budget: Budget,
    settings: SubmitSettings,
    tally: Tally,
    *,
    owned_books: Collection[str] = (),
    only: Sequence[int] = (),
    clock: Clock = utc_now,
    jitter: float = 0.5,
    wedges: Wedges | None = None,
) -> Submissions:
    """Submit every queued download that is due (or those numbered in ``only``, due or not), oldest first.

    ``budget`` is what may be spent in this run; ``owned_books`` are keys of books that the library has by now;
    ``wedges`` spends freeleech wedges (None: never). What an earlier run may have added comes first: it is adopted and
    counted before anything new is afforded.
    Trouble with one download is counted and the next goes on; trouble with a whole service ends the run and is in
    ``stopped_by``: no download loses a try by it.
    """
    run = _Run(engine, tracker, qbittorrent, settings, budget, owned_books, clock, jitter, wedges)
    queued = sorted(downloads.with_states(engine, DownloadState.QUEUED), key=lambda row: not row.infohash)
    due = [row for row in queued if (row.id in only if only else row.is_due(clock()))]
    for number, row in enumerate(due):
        try:
            _submit_one(run, row)
        except (downloads.StaleStep, downloads.UnknownDownload):
            continue  # somebody else moved it meanwhile
        except downloads.AlreadyActive as error:
            _give_up(run, row, Abandon(row.id, row.status, faults.SAME_TORRENT, str(error), blocklist=False))
            tally.fail(row.title, faults.SAME_TORRENT, str(error))
        except STOP as error:
            run.done.stopped_by = error
            tally.stop_by(row.title, error)
            _all_wait(run, due[number:], error)
            break
        except NotFound as error:
            _fail(run, row, faults.GONE_FROM_MAM, str(error), blocklist=True)
            tally.fail_by(row.title, error)
        except ServiceError as error:
            _retry_or_fail(run, row, error)
            tally.fail_by(row.title, error)
        else:
            tally.succeed()
    tally.figures.update(figures(run.done))
    return run.done


def _all_wait(run: _Run, rows: Sequence[Download], error: ServiceError) -> None:
    for row in rows:
        current = downloads.get(run.engine, row.id)
        if current.status is DownloadState.QUEUED:
            code = ReasonCode.TRACKER_BACKOFF if error.service == MAM else ReasonCode.SERVICE
            downloads.note(run.engine, run.clock(), current, status_reason=f"waits: {error}", reason_code=code)


def _submit_one(run: _Run, row: Download) -> None:
    if row.infohash and _is_there(run, row.infohash):  # an earlier run came as far as step 7
        _adopt(run, row, "qBittorrent has it already")
        return
    if must_wait(row, run.clock(), run.settings.policy):
        return  # the sensor watches it
    if row.book_key and row.book_key in run.owned_books:
        _give_up(run, row, Abandon(row.id, row.status, faults.ALREADY_OWNED, "the library has it by now", False))
        return
    price = _allowed(run, row)
    if price is None:
        return
    row = _with_intent(run, row)
    if _is_there(run, row.infohash):
        _adopt(run, row, "qBittorrent had it already")
        return
    if must_wait(row, run.clock(), run.settings.policy):
        return  # another download sent it before
    run.budget, after = last_look(run.budget, price, row.size_bytes, run.wedges, run.clock())
    if isinstance(after, Reject):
        _hold(run, row, after)
        return
    cost = cost_of(price, run.budget, after, run.wedges)
    before = row
    row = downloads.note(
        run.engine,
        run.clock(),
        row,
        add_sent_at=run.clock(),
        cost_kind=cost,
        status_reason=_with_cost("is being added", cost),
        reason_code=ReasonCode.ADDING,
    )
    try:
        _add(run, row)
    except ServiceError as error:
        # Refused can mean that it is there, and a broken connection that it arrived: look before believing it.
        if not _is_there(run, row.infohash):
            if isinstance(error, Refused):
                # It is known what came of it: nothing was sent, and nothing was paid.
                sent, paid = before.add_sent_at, before.cost_kind
                downloads.note(run.engine, run.clock(), row, add_sent_at=sent, cost_kind=paid)
            raise
    run.budget = after
    run.done.bytes_added += row.size_bytes
    run.done.submitted.append(_submitted(run, row, _with_cost(QueueFigure.ADDED_TO_QBITTORRENT, cost)))


def _adopt(run: _Run, row: Download, reason: str) -> None:
    """A torrent that is there is counted, whatever the guards say: it is too late to ask them."""
    # Killed right after the add, the row still says what it cost.
    run.done.adopted.append(_submitted(run, row, _with_cost(reason, row.cost_kind)))
    run.budget = with_adopted(run.budget, row)


def _with_cost(reason: str, cost: CostKind) -> str:
    return f"{reason}; cost: {cost.describe()}" if cost else reason


def _allowed(run: _Run, row: Download) -> Price | None:
    """Steps 1 and 2: what this grab costs, or None when it is not to be made (now)."""
    price: Price | Reject
    if row.torrent_id is None:
        price = price_by_hand(row)
    else:
        try:
            found = run.tracker.find(row.torrent_id)
        except NotFound as error:
            _fail(run, row, faults.GONE_FROM_MAM, str(error), blocklist=True)
            return None
        if found.seeders < 1 and row.source != "manual":
            _fail(run, row, faults.NO_SEEDERS, "nobody seeds it any more", blocklist=False)
            return None
        price = price_of(found, run.budget, run.wedges, run.clock())
        dear = isinstance(price, Price) and not price.free
        if run.settings.free_only and dear and row.source != "manual":
            _fail(run, row, faults.NO_LONGER_FREE, "it is no longer free", blocklist=False)
            return None
    verdict = price if isinstance(price, Reject) else first_look(run.budget, price)
    if isinstance(verdict, Reject):
        _hold(run, row, verdict)
        return None
    assert isinstance(price, Price)
    return price


def _hold(run: _Run, row: Download, verdict: Reject) -> None:
    """Not now: a guard stands before it."""
    reason = f"waits: {verdict.describe()}"
    at = run.clock() + GUARD_PAUSE
    code = ReasonCode(verdict.code.value)
    held = downloads.note(run.engine, run.clock(), row, status_reason=reason, reason_code=code, next_attempt_at=at)
    run.done.waiting.append((held, verdict))


def _with_intent(run: _Run, row: Download) -> Download:
    """Steps 3 and 4: the .torrent's bytes, kept from an earlier run or fetched and committed now; a magnet's hash."""
    if row.magnet:
        return row if row.infohash else _intend(run, row, magnet_infohash(row.magnet), None, 0)
    kept = downloads.torrent_file(run.engine, row.id)
    if kept is not None and row.infohash:
        return row
    if kept is None and row.torrent_id is None:
        raise NotFound("torrent", "there is neither a MAM torrent nor a .torrent file nor a magnet link")
    data = kept if kept is not None else run.tracker.download(row.torrent_id or 0)
    info = read_torrent(data)
    return _intend(run, row, info.infohash, data, info.total_size)


def _intend(run: _Run, row: Download, infohash: str, torrent: bytes | None, size: int) -> Download:
    return downloads.record_intent(
        run.engine, run.clock(), row.id, infohash=infohash, torrent_file=torrent, size_bytes=size
    )


def _add(run: _Run, row: Download) -> None:
    """Step 7."""
    how: dict[str, Any] = {
        "infohash": row.infohash,
        "category": run.settings.category,
        "tags": [row.tag],
        "save_path": run.settings.save_path or None,
        "seeding_minutes": run.settings.seeding_minutes,
    }
    if row.magnet:
        run.qbittorrent.add_magnet(row.magnet, **how)
        return
    torrent = downloads.torrent_file(run.engine, row.id)
    assert torrent is not None  # committed together with the infohash
    run.qbittorrent.add(torrent, **how)


def _is_there(run: _Run, infohash: str) -> bool:
    return any(torrent.infohash == infohash for torrent in run.qbittorrent.torrents(hashes=[infohash]))


def _submitted(run: _Run, row: Download, reason: str) -> Download:
    now = run.clock()
    return downloads.step(
        run.engine,
        now,
        row.id,
        expected=DownloadState.QUEUED,
        to=DownloadState.SUBMITTED,
        reason=reason,
        **submitted_values(now),
    )


def _give_up(run: _Run, row: Download, action: Action) -> None:
    run.done.given_up.append(transitions.apply(run.engine, run.clock(), row, action))


def _fail(run: _Run, row: Download, code: str, message: str, *, blocklist: bool) -> None:
    _give_up(run, row, Fail(row.id, DownloadState.QUEUED, code, message, blocklist))


def _retry_or_fail(run: _Run, row: Download, error: ServiceError) -> None:
    """An error of this download alone: again later, and after the last try failed for good."""
    if row.retry_count >= run.settings.policy.max_retries:
        _fail(run, row, faults.SUBMIT_FAILED, str(error), blocklist=False)
        return
    now: datetime = run.clock()
    at = now + backoff(row.retry_count, run.jitter, run.settings.policy)
    current = downloads.get(run.engine, row.id)
    downloads.note(
        run.engine,
        now,
        current,
        status_reason=str(error),
        reason_code=ReasonCode.RETRY,
        next_attempt_at=at,
        retry_count=row.retry_count + 1,
    )


def figures(done: Submissions) -> dict[str, int | str]:
    """The figures of a submission, for people."""
    return {
        QueueFigure.ADDED_TO_QBITTORRENT: len(done.submitted),
        QueueFigure.BYTES_ADDED: done.bytes_added,
        QueueFigure.ALREADY_THERE: len(done.adopted),
        QueueFigure.WAITING_FOR_THE_BUDGET: len(done.waiting),
        QueueFigure.GIVEN_UP: len(done.given_up),
        **({QueueFigure.STOPPED_BY: str(done.stopped_by)} if done.stopped_by else {}),
    }
