"""From candidates to downloads: the best accepted release of each missing book is written down, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download
from mam_assets.domain.budget import Budget
from mam_assets.domain.model.release import Account, Candidate, Known, Release, Wanted
from mam_assets.policy import BudgetSection
from mam_assets.store import mappers
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import blocklist, downloads

from ..task_run import Tally, utc_now
from .transitions import NextRelease

FIGURES_LAG = timedelta(minutes=2)  # from a torrent's completion to the tracker's figures
OLDEST_FIGURES = timedelta(hours=1)


@dataclass(slots=True)
class Proposals:
    """What was written down. ``already`` counts books that were on their way."""

    made: list[Download] = field(default_factory=list)
    already: int = 0


def propose_best(
    engine: sa.Engine,
    wanted: Mapping[str, Wanted],
    candidates: Mapping[str, Sequence[Candidate]],
    now: datetime,
    tally: Tally,
    *,
    auto: bool,
) -> Proposals:
    """Propose the best accepted candidate of every wanted book that is not on its way; with ``auto`` it is queued.

    A release that was blocklisted or tried since it was judged is passed over for the next one.
    """
    done = Proposals()
    taken = downloads.active_torrent_ids(engine)
    on_their_way = downloads.book_keys_on_their_way(engine, now)
    for key in wanted:
        if key in on_their_way:
            done.already += 1
            continue
        release = best_left(engine, key, candidates.get(key, ()), downloads.tried_torrent_ids(engine, key) | taken)
        if release is None:
            continue
        proposed = downloads.propose(
            engine, now, book_key=key, wanted=wanted[key], release=release, approved=auto, reason="best candidate"
        )
        taken |= {release.torrent_id}
        if proposed.created:
            done.made.append(proposed.download)
        tally.succeed()
    return done


def best_left(
    engine: sa.Engine, book_key: str, candidates: Sequence[Candidate], tried: frozenset[int]
) -> Release | None:
    """The best accepted release that was neither tried nor blocklisted."""
    ids, hashes = blocklist.blocked(engine, [book_key])
    accepted = sorted(
        (candidate for candidate in candidates if candidate.accepted), key=lambda candidate: candidate.rank
    )
    for candidate in accepted:
        release = candidate.release
        if (
            release.torrent_id in tried
            or release.torrent_id in ids
            or (release.infohash and release.infohash in hashes)
        ):
            continue
        return release
    return None


def accepted(engine: sa.Engine) -> dict[str, list[Candidate]]:
    """The accepted candidates that the store holds, by book key."""
    by_book: dict[str, list[Candidate]] = {}
    for candidate in derived.read(engine, mappers.CANDIDATES, accepted=True):
        by_book.setdefault(candidate.book_key, []).append(candidate)
    return by_book


def next_release(engine: sa.Engine) -> NextRelease:
    """How the reconciler finds the next candidate of a book whose download failed."""

    def find(book_key: str, tried: frozenset[int]) -> Release | None:
        offers = derived.read(engine, mappers.CANDIDATES, book_key=book_key)
        return best_left(engine, book_key, offers, tried | downloads.active_torrent_ids(engine))

    return find


def known_releases(engine: sa.Engine) -> Known:
    """What the release rules must know of the ledgers, so that nothing is taken twice."""
    ids, hashes = blocklist.blocked(engine, ())
    return Known(
        blocklisted=ids,
        queued=downloads.active_torrent_ids(engine),
        infohashes=hashes | downloads.known_infohashes(engine),
        queued_books=downloads.book_keys_on_their_way(engine, utc_now()),
    )


def budget_of(
    engine: sa.Engine,
    account: Account,
    section: BudgetSection,
    free_disk_bytes: int | None,
    *,
    now: datetime | None = None,
) -> Budget:
    """What may be spent now: the account's figures less what is on its way and not yet in them.

    Everything on its way counts as paid, even what was free when it was queued: free leech can end in mid-download.
    ``now`` is when the account was read (None: just now).
    """
    now = now or utc_now()
    counted_at = max(account.counted_at or now, now - OLDEST_FIGURES)
    moving = downloads.in_flight(engine, done_since=counted_at - FIGURES_LAG)
    return Budget(
        account=account,
        min_ratio=section.min_ratio,
        unsatisfied_buffer=section.unsatisfied_buffer,
        max_grabs_per_run=section.max_grabs_per_run,
        free_disk_bytes=free_disk_bytes,
        min_free_disk_bytes=int(section.min_free_disk),
        in_flight_bytes=moving.left_bytes,
        in_flight_paid_bytes=moving.size_bytes + moving.lingering_bytes,
        in_flight_count=moving.count,
        spend_wedges=section.spend_wedges,
        max_wedges_per_run=section.max_wedges_per_run,
    )
