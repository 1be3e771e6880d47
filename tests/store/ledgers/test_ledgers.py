"""The small ledgers: runs, failures, words of a person, blocked releases, searches, notices, corrections, history."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.overrides import Overrides
from mam_assets.store.errors import StoreError
from mam_assets.store.ledgers import (
    blocklist,
    completion_history,
    corrections,
    failures,
    notifications,
    overrides,
    searches,
    tasks,
)
from mam_assets.store.ledgers.overrides import OverrideKind

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# ----------------------------------------------------------------------------------------------- runs and failures


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"processed": 3, "succeeded": 3}, "succeeded"),
        ({"processed": 3, "succeeded": 2, "failed": 1}, "partial"),
        ({"processed": 3, "failed": 3, "error": "AuthError: MAM_ID is not accepted"}, "failed"),
    ],
)
def test_a_run_says_how_it_ended(engine: sa.Engine, now: datetime, given: dict, status: str) -> None:
    task_id = tasks.start(engine, now, "library_snapshot", "run-1")
    assert [(task.id, task.status, task.duration) for task in tasks.latest(engine)] == [(task_id, "running", None)]
    tasks.finish(engine, task_id, now + HOUR, details={"books": 3}, **given)
    (task,) = tasks.latest(engine)
    assert (task.status, task.duration, task.details, task.run_id) == (status, HOUR, {"books": 3}, "run-1")
    assert task.error == given.get("error", "")


def test_the_last_run_of_each_stage(engine: sa.Engine, now: datetime) -> None:
    ids = [tasks.start(engine, now, name) for name in ("search", "import", "search")]
    assert [(task.task_name, task.id) for task in tasks.latest(engine)] == [("import", ids[1]), ("search", ids[2])]
    assert [task.id for task in tasks.recent(engine, 2)] == [ids[2], ids[1]]


def test_runs_of_a_killed_process_do_not_run_for_ever(engine: sa.Engine, now: datetime) -> None:
    tasks.start(engine, now - DAY, "search")
    tasks.start(engine, now, "import")
    assert tasks.abandon(engine, now, started_before=now - HOUR) == 1
    assert {task.task_name: task.status for task in tasks.latest(engine)} == {"search": "failed", "import": "running"}
    assert tasks.abandon(engine, now, started_before=now - HOUR) == 0


def test_failures_are_kept_newest_first(engine: sa.Engine, now: datetime) -> None:
    failures.record(engine, now - DAY, "search", "tehanu", "mam", "blocked", "403")
    failures.record(engine, now, "import", "tehanu", "", "disk_full", "no space left")
    failures.record(engine, now, "search", "lavinia", "mam", "blocked", "403")
    assert [one.subject for one in failures.recent(engine, stage="search")] == ["lavinia", "tehanu"]
    assert failures.recent(engine, 1)[0].at == now
    assert failures.counts(engine, now - HOUR) == {("import", "disk_full"): 1, ("search", "blocked"): 1}


# --------------------------------------------------------------------------------------------------------- overrides


def test_all_overrides_together(engine: sa.Engine, now: datetime) -> None:
    assert overrides.load(engine) == Overrides()
    overrides.put(engine, now, OverrideKind.IGNORED_BOOK, "le guin|lavinia", note="have it on paper")
    overrides.put(engine, now, OverrideKind.IGNORED_SERIES, "hainish|le guin")
    overrides.put(engine, now, OverrideKind.WANTED, "le guin|tehanu")
    overrides.put(engine, now, OverrideKind.PRIORITY, "le guin|tehanu", 5)
    overrides.put(engine, now, OverrideKind.MANUAL_MATCH, "li_1", "le guin|tehanu")
    overrides.add_match(engine, now, OverrideKind.MANUAL_MATCH, "li_1", "le guin|the other wind")
    overrides.add_match(engine, now, OverrideKind.EXCLUDED_MATCH, "li_2", "le guin|tehanu")
    overrides.put(engine, now, OverrideKind.SERIES_IDENTITY, "earthsea|le guin", "goodreads:40909")
    assert overrides.load(engine) == Overrides(
        manual_matches=frozenset({("li_1", "le guin|tehanu"), ("li_1", "le guin|the other wind")}),
        excluded_matches=frozenset({("li_2", "le guin|tehanu")}),
        ignored_books=frozenset({"le guin|lavinia"}),
        ignored_series=frozenset({"hainish|le guin"}),
        wanted_books=frozenset({"le guin|tehanu"}),
        priorities=(("le guin|tehanu", 5),),
    )
    assert overrides.series_identities(engine) == {"earthsea|le guin": "goodreads:40909"}
    assert overrides.everything(engine, OverrideKind.IGNORED_BOOK)[0].note == "have it on paper"


def test_the_last_override_counts_and_can_be_removed(engine: sa.Engine, now: datetime) -> None:
    overrides.put(engine, now, OverrideKind.PRIORITY, "b", 5)
    overrides.put(engine, now, OverrideKind.PRIORITY, "b", 7)
    assert overrides.load(engine).priorities == (("b", 7),)
    assert overrides.remove(engine, OverrideKind.PRIORITY, "b")
    assert not overrides.remove(engine, OverrideKind.PRIORITY, "b")
    assert overrides.load(engine) == Overrides()


def test_one_match_of_several_is_removed(engine: sa.Engine, now: datetime) -> None:
    for book in ("a", "b"):
        overrides.add_match(engine, now, OverrideKind.MANUAL_MATCH, "li_1", book)
    assert not overrides.remove_match(engine, now, OverrideKind.MANUAL_MATCH, "li_1", "c")
    assert overrides.remove_match(engine, now, OverrideKind.MANUAL_MATCH, "li_1", "a")
    assert overrides.load(engine).manual_matches == {("li_1", "b")}
    assert overrides.remove_match(engine, now, OverrideKind.MANUAL_MATCH, "li_1", "b")
    assert overrides.everything(engine) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (OverrideKind.PRIORITY, "soon"),
        (OverrideKind.PRIORITY, True),
        (OverrideKind.MANUAL_MATCH, []),
        (OverrideKind.SERIES_IDENTITY, ""),
    ],
)
def test_a_value_that_a_kind_cannot_have_is_refused(
    engine: sa.Engine, now: datetime, kind: OverrideKind, value: object
) -> None:
    with pytest.raises(StoreError, match=kind.value):
        overrides.put(engine, now, kind, "b", value)
    assert overrides.everything(engine) == []


# ------------------------------------------------------------------------------------------------ blocked releases


def test_a_release_is_blocked_once_and_for_its_book(engine: sa.Engine, now: datetime) -> None:
    for moment in (now, now + DAY):
        blocklist.add(engine, moment, torrent_id=7, infohash="AB", code="dead", message="no seeder for 3 days")
    blocklist.add(engine, now, torrent_id=8, book_key="le guin|tehanu", code="wrong_book", message="runtime differs")
    assert blocklist.blocked(engine) == ({7, 8}, {"ab"})
    assert blocklist.blocked(engine, ["le guin|tehanu"]) == ({7, 8}, {"ab"})
    assert blocklist.blocked(engine, ["le guin|lavinia"]) == ({7}, {"ab"})
    newest, oldest = blocklist.everything(engine)
    assert (oldest.at, newest.code) == (now, "wrong_book")
    assert blocklist.remove(engine, oldest.id)
    assert not blocklist.remove(engine, oldest.id)
    assert blocklist.blocked(engine) == ({8}, frozenset())


def test_nothing_is_blocked_without_a_name(engine: sa.Engine, now: datetime) -> None:
    with pytest.raises(ValueError, match="torrent id or an infohash"):
        blocklist.add(engine, now, code="dead", message="")


# -------------------------------------------------------------------------------------------------------- searches


def test_what_is_due_comes_in_the_order_given(engine: sa.Engine, now: datetime) -> None:
    for key, wait in {"rests": DAY, "just due": timedelta(0), "overdue": -DAY}.items():
        searches.record(
            engine, now - DAY, key, outcome="nothing_returned", fruitless=1, next_search_at=now + wait, queries="q"
        )
    keys = ["overdue", "never asked", "rests", "just due", "overdue"]
    assert searches.due(engine, now, keys) == ["overdue", "never asked", "just due"]
    assert searches.due(engine, now, []) == []


def test_the_last_search_is_remembered(engine: sa.Engine, now: datetime) -> None:
    assert searches.get(engine, "b") is None
    for fruitless in (1, 2):
        searches.record(engine, now, "b", outcome="nothing_returned", fruitless=fruitless, next_search_at=now + DAY)
    found = searches.get(engine, "b")
    assert found is not None
    assert (found.fruitless, found.last_search_at, found.next_search_at) == (2, now, now + DAY)
    assert searches.due(engine, now, ["b"]) == []
    assert searches.due(engine, now + DAY, ["b"]) == ["b"]


# --------------------------------------------------------------------------------------------------------- notices


def test_one_message_per_cause_and_a_reminder(engine: sa.Engine, now: datetime) -> None:
    def tell(after: timedelta) -> bool:
        if due := notifications.seen(engine, now + after, "mam:auth", "the cookie is dead", DAY):
            notifications.told(engine, "mam:auth", now + after)
        return due

    hours = {hour: tell(hour * HOUR) for hour in range(0, 50, 5)}
    assert [hour for hour, told in hours.items() if told] == [0, 25]
    notice = notifications.get(engine, "mam:auth")
    assert notice is not None
    assert (notice.times, notice.first_at, notice.told_at) == (10, now, now + 25 * HOUR)


def test_a_message_that_could_not_be_sent_is_tried_again(engine: sa.Engine, now: datetime) -> None:
    """Whether it failed, or the process died while it was sent."""
    tries = [minute for minute in range(30) if notifications.seen(engine, now + minute * MINUTE, "disk", "full", DAY)]
    assert tries == [0, 10, 20]
    notifications.told(engine, "disk", now + 20 * MINUTE)
    assert not notifications.seen(engine, now + 12 * HOUR, "disk", "full", DAY)


def test_the_end_of_a_cause_is_tried_until_it_is_told(engine: sa.Engine, now: datetime) -> None:
    notifications.seen(engine, now, "disk", "full", DAY)
    notifications.told(engine, "disk", now)
    tries = [minute for minute in range(30) if notifications.ending(engine, now + minute * MINUTE, "disk")]
    assert tries == [0, 10, 20]
    assert notifications.standing(engine)[0].over_at == now
    assert not notifications.seen(engine, now + HOUR, "disk", "full", DAY)  # it is back: it was never said to be over
    assert notifications.standing(engine)[0].over_at is None


def test_a_cause_that_went_and_comes_back_is_told_again(engine: sa.Engine, now: datetime) -> None:
    assert notifications.seen(engine, now, "disk", "full", DAY)
    assert [one.cause for one in notifications.standing(engine)] == ["disk"]
    assert notifications.resolved(engine, "disk")
    assert not notifications.resolved(engine, "disk")
    assert notifications.standing(engine) == []
    assert notifications.seen(engine, now + HOUR, "disk", "full", DAY)


# ------------------------------------------------------------------------------------------ corrections and history


def test_corrections_can_be_walked_back(engine: sa.Engine, now: datetime) -> None:
    first = corrections.record(engine, now, "li_1", "title", "Tehanu!", "Tehanu", "audible", "HIGH", "run-1")
    second = corrections.record(
        engine, now, "li_1", "series", [], [{"name": "Earthsea", "sequence": "4"}], "goodreads", run_id="run-1"
    )
    corrections.record(engine, now, "li_2", "asin", None, "B01", "audible", run_id="run-2")
    assert [one.id for one in corrections.of_run(engine, "run-1")] == [second, first]
    corrections.undone(engine, now + DAY, second)
    assert [one.id for one in corrections.of_run(engine, "run-1")] == [first]
    newest, oldest = corrections.of_item(engine, "li_1")
    assert (newest.old, newest.new, newest.undone_at) == ([], [{"name": "Earthsea", "sequence": "4"}], now + DAY)
    assert (oldest.old, oldest.new, oldest.undone_at) == ("Tehanu!", "Tehanu", None)
    assert corrections.recent(engine, 1)[0].old is None


def test_the_last_figures_of_a_day_stand(engine: sa.Engine, now: datetime) -> None:
    completion_history.record(engine, now - 2 * DAY, [("", 10, 40, 25.0), ("earthsea|le guin", 1, 6, 16.7)])
    completion_history.record(engine, now, [("", 11, 40, 27.5)])
    completion_history.record(engine, now + HOUR, [("", 12, 40, 30.0), ("hainish|le guin", 0, 0, None)])
    assert [(point.taken_on, point.books_owned) for point in completion_history.history(engine)] == [
        (date(2026, 2, 27), 10),
        (date(2026, 3, 1), 12),
    ]
    assert len(completion_history.history(engine, since=date(2026, 3, 1))) == 1
    assert completion_history.history(engine, "hainish|le guin")[0].completion_percentage is None
    before = completion_history.before(engine, date(2026, 3, 1))
    assert {key: point.books_owned for key, point in before.items()} == {"": 10, "earthsea|le guin": 1}
