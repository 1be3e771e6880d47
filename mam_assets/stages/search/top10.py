"""Ask MAM what is snatched most, and say what each of it is to the person. Nothing is grabbed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from mam_assets.domain.figures import SearchFigure
from mam_assets.domain.model.completion import MissingBook
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.release import Account, Release, ReleasePolicy, Wanted
from mam_assets.domain.top10 import Gap, Top10Entry, acceptable
from mam_assets.policy import Top10Section
from mam_assets.store.ledgers import failures, tasks
from resources.errors import ServiceError
from resources.myanonamouse.catalogue import AUDIOBOOK_CATEGORIES

from ..task_run import Tally
from .search import STOP

TASK = "top10_releases"
ALL = "Audiobooks"  # the list of all categories


class Page(Protocol):
    """What MAM answers to a query."""

    @property
    def releases(self) -> tuple[Release, ...]: ...

    @property
    def skipped(self) -> int:
        """The rows that could not be read at all."""
        ...


class ListsReleases(Protocol):
    """The part of the MAM client that a list needs."""

    def search(
        self, text: str, *, languages: Sequence[str], sort: str, since: date | None, categories: Sequence[int]
    ) -> Page:
        """One page. Raises ServiceError."""
        ...

    def account(self) -> Account: ...


@dataclass(slots=True)
class Lists:
    """What MAM answered, by list. ``account`` is None when it was not asked or did not say; ``skipped`` counts rows of
    MAM that could not be read."""

    taken: dict[str, list[Release]] = field(default_factory=dict)
    account: Account | None = None
    requests: int = 0
    skipped: int = 0
    stopped_by: ServiceError | None = None


def names(section: Top10Section) -> list[str]:
    """The lists that the policy asks for."""
    return list(section.categories or (ALL,)) if section.count else []


def take(tracker: ListsReleases, section: Top10Section, policy: ReleasePolicy, now: datetime, tally: Tally) -> Lists:
    """One request for each list, and one for the account, which may have some of it free.

    An error of one list is counted and the next list is asked for; one that concerns the account or the whole service
    ends it.
    """
    lists = Lists()
    since = (now - timedelta(days=section.days)).date()
    try:
        for name in names(section):
            lists.requests += 1
            try:
                page = tracker.search(
                    "",
                    languages=policy.languages,
                    sort="snatchedDesc",
                    since=since,
                    categories=[] if name == ALL else [AUDIOBOOK_CATEGORIES[name]],
                )
            except STOP:
                raise
            except ServiceError as error:
                tally.fail_by(name, error)
                continue
            lists.skipped += page.skipped
            lists.taken[name] = acceptable(page.releases, policy, section.count)
            tally.succeed()
        if any(lists.taken.values()):
            lists.requests += 1
            lists.account = tracker.account()
    except STOP as error:
        lists.stopped_by = error
        tally.stop_by("top10", error)
    except ServiceError as error:  # of the account: the lists stand, without what is free to it
        tally.fail_by("account", error)
    return lists


def gaps(missing: Sequence[MissingBook], wanted: Mapping[str, Wanted]) -> list[Gap]:
    """The missing books, most wanted first; ``wanted`` by book key."""
    ordered = sorted(missing, key=lambda book: book.priority)
    return [Gap(wanted[book.book_key], book.reason, book.evidence) for book in ordered]


def usable(items: Sequence[LibraryItem]) -> list[LibraryItem]:
    """The items that own something."""
    return [item for item in items if item.is_there]


def figures(lists: Lists, rows: Sequence[Top10Entry]) -> dict[str, Any]:
    """The figures of a look, for people."""
    said: dict[str, Any] = {
        SearchFigure.LISTS: len(lists.taken),
        SearchFigure.REQUESTS: lists.requests,
        SearchFigure.RELEASES: len(rows),
        SearchFigure.BY_STATUS: dict(Counter(row.status.value for row in rows).most_common()),
        SearchFigure.ACCEPTABLE: sum(not row.rejections for row in rows),
        SearchFigure.FREE: sum(bool(row.free_by) for row in rows),
    }
    if lists.skipped:
        said[SearchFigure.UNREADABLE_ROWS] = lists.skipped
    return said | ({SearchFigure.STOPPED_BY: str(lists.stopped_by)} if lists.stopped_by else {})


def trouble_of_the_last_look(engine: sa.Engine) -> list[str]:
    """What went wrong when the lists were last asked for; empty when nothing did."""
    last = next((task for task in tasks.latest(engine) if task.task_name == TASK), None)
    if last is None:
        return []
    failed = [row.message for row in failures.recent(engine, 20, TASK) if row.at >= last.started_at]
    return [*([last.error] if last.error else []), *failed]
