"""How MAM is asked for the lists: one request each, and what its errors leave standing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mam_assets.domain.model.release import Account, Release, ReleasePolicy
from mam_assets.policy import Top10Section
from mam_assets.stages.search import top10
from mam_assets.stages.task_run import Tally
from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable, UnexpectedAnswer
from resources.myanonamouse import SearchPage

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
GERMAN = ReleasePolicy(languages=("german",), formats=("mp3",))
RELEASES = tuple(Release(n, f"Book {n}", language="german", filetypes=("mp3",)) for n in range(1, 31))


class Tracker:
    """Answers every list with the same releases, or raises what it is given, in turn."""

    def __init__(self, *errors: ServiceError | None, account: ServiceError | None = None) -> None:
        self.errors = list(errors)
        self.of_account = account
        self.asked: list[dict[str, Any]] = []
        self.accounts = 0

    def search(self, text: str, **options: Any) -> SearchPage:
        self.asked.append({"text": text, **options})
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        return SearchPage(RELEASES, 1000, 0, len(RELEASES) + 2, 2)

    def account(self) -> Account:
        self.accounts += 1
        if self.of_account is not None:
            raise self.of_account
        return Account(is_vip=True)


def take(tracker: Tracker, **section: Any) -> tuple[top10.Lists, Tally]:
    tally = Tally()
    return top10.take(tracker, Top10Section(**section), GERMAN, NOW, tally), tally


def test_one_request_for_all_audiobooks() -> None:
    tracker = Tracker()
    found, tally = take(tracker)
    assert tracker.asked == [
        {
            "text": "",
            "languages": ("german",),
            "sort": "snatchedDesc",
            "since": date(2026, 11, 15),
            "categories": [],
        }
    ]
    assert [one.torrent_id for one in found.taken["Audiobooks"]] == list(range(1, 11))
    assert (found.requests, tracker.accounts, found.account) == (2, 1, Account(is_vip=True))
    assert top10.figures(found, [])["unreadable_rows"] == 2
    assert (tally.succeeded, tally.failures) == (1, [])


def test_one_request_for_each_category() -> None:
    tracker = Tracker()
    found, _ = take(tracker, count=3, days=30, categories=["fantasy", "Science Fiction", "Fantasy"])
    assert [(one["categories"], one["since"]) for one in tracker.asked] == [
        ([41], date(2026, 10, 23)),
        ([47], date(2026, 10, 23)),
    ]
    assert {name: len(releases) for name, releases in found.taken.items()} == {"Fantasy": 3, "Science Fiction": 3}


def test_nothing_is_asked_when_nothing_is_wanted() -> None:
    tracker = Tracker()
    found, tally = take(tracker, count=0, categories=["Fantasy"])
    assert (tracker.asked, tracker.accounts, found.requests, found.taken) == ([], 0, 0, {})
    assert tally.processed == 0


@pytest.mark.parametrize("kind", [AuthError, Blocked, RateLimited, Unavailable])
def test_what_concerns_the_whole_service_ends_it(kind: type[ServiceError]) -> None:
    tracker = Tracker(None, kind("mam", "no"))
    found, tally = take(tracker, categories=["Art", "Fantasy", "Humor"])
    assert (list(found.taken), len(tracker.asked), tracker.accounts) == (["Art"], 2, 0)
    assert isinstance(found.stopped_by, kind)
    assert top10.figures(found, [])["stopped_by"] == "mam: no"
    assert [(one.code, one.service) for one in tally.failures] == [(kind.code, "mam")]


def test_a_strange_answer_costs_one_list() -> None:
    tracker = Tracker(UnexpectedAnswer("mam", "odd"))
    found, tally = take(tracker, categories=["Art", "Fantasy"])
    assert (list(found.taken), found.stopped_by) == (["Fantasy"], None)
    assert [one.subject for one in tally.failures] == ["Art"]
    assert "stopped_by" not in top10.figures(found, [])


@pytest.mark.parametrize(
    ("error", "stops"), [(Unavailable("mam", "down"), True), (UnexpectedAnswer("mam", "?"), False)]
)
def test_the_lists_stand_without_the_account(error: ServiceError, stops: bool) -> None:
    found, tally = take(Tracker(account=error))
    assert (list(found.taken), found.account) == (["Audiobooks"], None)
    assert (found.stopped_by is not None) == stops
    assert len(tally.failures) == 1
