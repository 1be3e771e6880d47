"""Search MAM for the missing books that are due, and judge what it offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from mam_assets.domain import searching
from mam_assets.domain.figures import SearchFigure
from mam_assets.domain.model.release import Account, Candidate, Known, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases import candidates as judged
from mam_assets.policy import SearchSection
from mam_assets.store.frames import derived
from mam_assets.store.frames.derived import Written
from mam_assets.store.ledgers import searches
from mam_assets.store.mappers import CANDIDATES
from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable

from ..task_run import Clock, Tally


class Answer(Protocol):
    """What MAM answers to a query."""

    @property
    def releases(self) -> tuple[Release, ...]: ...

    @property
    def requests(self) -> int:
        """The pages that were asked for."""
        ...

    @property
    def skipped(self) -> int:
        """The rows that could not be read at all."""
        ...


class SearchesReleases(Protocol):
    """The part of the MAM client that a search needs."""

    def search_all(self, text: str, *, cap: int = ..., **options: Any) -> Answer:
        """The releases that answer the query. Raises ServiceError."""
        ...


STOP = (AuthError, Blocked, RateLimited, Unavailable)  # asking on would only make it worse
ROWS_A_PAGE = 100
MOST_ROWS = 500  # of one query
STRANGE_ANSWERS = 3  # in a row: MAM answers empty or drawn otherwise, and will not do better for the next query


@dataclass(slots=True)
class Findings:
    """What a run of searches brought. ``searched`` are the books that were really asked for, ``skipped`` counts rows of
    MAM that could not be read."""

    candidates: dict[str, list[Candidate]] = field(default_factory=dict)
    searched: set[str] = field(default_factory=set)
    queries: dict[str, list[str]] = field(default_factory=dict)
    requests: int = 0
    skipped: int = 0
    stopped_by: ServiceError | None = None


def search(
    wanted: Mapping[str, Wanted],
    tracker: SearchesReleases,
    policy: ReleasePolicy,
    known: Known,
    account: Account | None,
    limits: SearchSection,
    tally: Tally,
    clock: Clock,
) -> Findings:
    """Ask MAM for the given books with as few queries as answer them all.

    An error of one query is counted and the next query goes on; one that concerns the account or the whole service,
    or the third in a row of any kind, ends the search. Each page counts as a request. A book counts as searched only
    when MAM really answered for it.
    """
    findings = Findings()
    releases: dict[str, dict[int, Release]] = {key: {} for key in wanted}
    strange = 0
    for group in searching.plan(list(wanted.values())):
        satisfied: set[str] = set()
        asked = 0
        while (query := searching.next_query(group, satisfied, asked)) is not None:
            pages_left = limits.max_requests_per_run - findings.requests
            if pages_left < 1:
                break
            asked = query.number
            findings.requests += 1
            try:
                answer = tracker.search_all(
                    query.text, fields=query.fields, cap=min(MOST_ROWS, ROWS_A_PAGE * pages_left)
                )
            except STOP as error:
                findings.stopped_by = error
                break
            except ServiceError as error:
                strange += 1
                if strange >= STRANGE_ANSWERS:
                    findings.stopped_by = error
                    break
                tally.fail_by(query.text, error)
                continue
            strange = 0
            findings.requests += answer.requests - 1
            findings.skipped += answer.skipped
            offered = answer.releases
            for key in group.book_keys:
                findings.searched.add(key)
                findings.queries.setdefault(key, []).append(query.text)
                releases[key].update({release.torrent_id: release for release in offered})
                verdicts = judged(list(releases[key].values()), wanted[key], policy, known, account, clock())
                findings.candidates[key] = verdicts
                if any(candidate.accepted for candidate in verdicts):
                    satisfied.add(key)
        if findings.stopped_by is not None:
            tally.stop_by("search", findings.stopped_by)
            break
    tally.succeed(len(findings.searched))
    return findings


def keep_candidates(engine: sa.Engine, findings: Findings, missing: Collection[str], now: datetime) -> Written:
    """Write down what was offered. Candidates of books that were not searched stay while they are ``missing``."""
    offered = [
        replace(candidate, searched_at=now) for verdicts in findings.candidates.values() for candidate in verdicts
    ]
    return derived.write(
        engine, CANDIDATES, offered, keep=lambda key: key[0] not in findings.searched and key[0] in missing
    )


def record(engine: sa.Engine, findings: Findings, now: datetime) -> None:
    """Note when each searched book is due again: soon after a find, later and later while nothing is found."""
    for key in sorted(findings.searched):
        verdicts = findings.candidates.get(key, [])
        accepted = any(candidate.accepted for candidate in verdicts)
        before = searches.get(engine, key)
        fruitless = 0 if accepted else (before.fruitless if before else 0) + 1
        outcome = "found" if accepted else "nothing_acceptable" if verdicts else "nothing_returned"
        searches.record(
            engine,
            now,
            key,
            outcome=outcome,
            fruitless=fruitless,
            next_search_at=searching.next_search_at(now, fruitless),
            queries=" | ".join(findings.queries.get(key, [])),
        )


def figures(findings: Findings) -> dict[str, Any]:
    """The figures of a search, for people: also why releases were refused."""
    refused: dict[str, int] = {}
    for verdicts in findings.candidates.values():
        for candidate in verdicts:
            for rejection in candidate.rejections:
                refused[rejection.code.value] = refused.get(rejection.code.value, 0) + 1
    with_accepted = sum(any(c.accepted for c in verdicts) for verdicts in findings.candidates.values())
    return {
        SearchFigure.BOOKS_SEARCHED: len(findings.searched),
        SearchFigure.REQUESTS: findings.requests,
        SearchFigure.RELEASES_SEEN: sum(len(verdicts) for verdicts in findings.candidates.values()),
        **({SearchFigure.UNREADABLE_ROWS: findings.skipped} if findings.skipped else {}),
        SearchFigure.BOOKS_WITH_AN_ACCEPTABLE_RELEASE: with_accepted,
        SearchFigure.BOOKS_WITHOUT: len(findings.searched) - with_accepted,
        SearchFigure.REFUSED_BECAUSE: dict(sorted(refused.items(), key=lambda pair: -pair[1])),
        **({SearchFigure.STOPPED_BY: str(findings.stopped_by)} if findings.stopped_by else {}),
    }
