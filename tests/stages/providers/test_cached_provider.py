"""One way to ask providers: when they are left alone, for how long, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.backoff import Backoff
from mam_assets.stages.providers.cached_provider import ALLOWANCE_USED, CachedProvider, Refresh, paused_providers
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import backoff
from mam_assets.store.upgrade import upgrade
from resources.errors import (
    AuthError,
    Blocked,
    NotFound,
    RateLimited,
    ServiceError,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)


class Fake:
    """Answers with its question, or raises ``trouble``; each answer takes ``requests`` requests."""

    name = "shop"

    def __init__(self) -> None:
        self.requests_made = 0
        self.requests = 1
        self.trouble: ServiceError | None = None

    def answer(self, text: str) -> str:
        self.requests_made += self.requests
        if self.trouble is not None:
            raise self.trouble
        return text


class Desk:
    """One provider, and runs that ask it."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.fake = Fake()
        self.now = START

    def run(self, requests: int = 100) -> CachedProvider[Fake]:
        refresh = Refresh(timedelta(days=30), timedelta(hours=12), requests)
        return CachedProvider(self.fake, self.engine, refresh, lambda: self.now, Tally())

    def ask(self, run: CachedProvider[Fake], *subjects: str) -> list[str]:
        return [run.read("word", subject, lambda s=subject: self.fake.answer(s)).trouble for subject in subjects]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    upgrade(engine)
    yield Desk(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("error", "tries", "pause"),
    [
        (AuthError("shop", "wrong key"), 1, 30 * MINUTES),
        (Blocked("shop", "a challenge"), 1, 6 * HOURS),
        (RateLimited("shop", "slower"), 1, 30 * MINUTES),
        (RateLimited("shop", "slower", 2 * HOURS), 1, 2 * HOURS),
        (RateLimited("shop", "slower", 90 * HOURS), 1, 24 * HOURS),
        (Unavailable("shop", "503"), 3, 30 * MINUTES),
        (UnexpectedAnswer("shop", "another layout"), 3, 30 * MINUTES),
    ],
)
def test_trouble_pauses_a_provider_for_every_run(desk: Desk, error: ServiceError, tries: int, pause: timedelta) -> None:
    run, desk.fake.trouble = desk.run(), error
    desk.ask(run, "a", "b", "c", "d", "e")
    assert desk.fake.requests_made == tries
    assert backoff.current(desk.engine, "shop", START) == Backoff(
        "shop", START + pause, START, error.code, error.message
    )
    assert run.paused().startswith("paused until 2026-06-0")
    assert paused_providers(desk.engine, START) == f"shop is paused: {error.message}"
    desk.fake.trouble = None
    desk.now = START + pause - timedelta(seconds=1)
    desk.ask(desk.run(), "f")
    assert desk.fake.requests_made == tries
    desk.now = START + pause
    desk.ask(run, "g")  # a run that met the trouble asks no more
    assert desk.fake.requests_made == tries
    assert desk.ask(desk.run(), "g") == [""]
    assert desk.fake.requests_made == tries + 1


def test_where_nobody_was_reached_only_this_run_asks_no_more(desk: Desk) -> None:
    run, desk.fake.trouble = desk.run(), Unreachable("shop", "cannot be reached")
    desk.ask(run, "a", "b", "c", "d")
    assert desk.fake.requests_made == 3
    assert run.paused() == "cannot be reached"
    assert backoff.current(desk.engine, "shop", START) is None
    desk.fake.trouble = None
    assert desk.ask(desk.run(), "a", "b") == ["", ""]  # and what was never answered does not wait


@pytest.mark.parametrize("between", [None, NotFound("shop", "no such word")])
def test_an_answer_between_is_an_end_of_the_row(desk: Desk, between: ServiceError | None) -> None:
    run, trouble = desk.run(), Unavailable("shop", "503")
    for number, error in enumerate((trouble, trouble, between, trouble, trouble)):
        desk.fake.trouble = error
        desk.ask(run, str(number))
    assert desk.fake.requests_made == 5
    assert run.paused() == ""


def test_the_backoff_that_another_run_has_begun_holds_for_this_one(desk: Desk) -> None:
    run = desk.run()
    assert desk.ask(run, "a") == [""]
    backoff.start(desk.engine, Backoff("shop", START + HOURS, START, "blocked", "a challenge"))
    assert desk.ask(run, "b") == ["paused until 2026-06-01 13:00 UTC: a challenge"]
    assert desk.fake.requests_made == 1


def test_the_allowance_counts_requests_and_not_questions(desk: Desk) -> None:
    run, desk.fake.requests = desk.run(requests=5), 3
    assert desk.ask(run, "a", "b", "c") == ["", "", ALLOWANCE_USED]
    assert (run.asked, run.questions) == (6, 2)


def test_kept_answers_cost_nothing_also_while_paused(desk: Desk) -> None:
    desk.ask(desk.run(), "a")
    backoff.start(desk.engine, Backoff("shop", START + HOURS, START, "auth", "wrong key"))
    run = desk.run()
    assert desk.ask(run, "a") == [""]
    assert (run.from_memory, run.questions) == (1, 0)


@pytest.mark.parametrize("at_once", [True, False])
def test_answers_are_kept_however_they_are_read(desk: Desk, at_once: bool) -> None:
    refresh = Refresh(timedelta(days=30), timedelta(hours=12), 100)

    def asked(call: Callable[[], str]) -> object:
        run = CachedProvider(desk.fake, desk.engine, refresh, lambda: desk.now, Tally(), at_once=at_once)
        return run.read("word", "a", call).value

    assert asked(lambda: desk.fake.answer("first")) == "first"
    assert asked(lambda: desk.fake.answer("second")) == "first"
    desk.now += timedelta(days=31)
    desk.fake.trouble = Unavailable("shop", "503")
    assert asked(lambda: desk.fake.answer("third")) == "first"  # a failure takes no answer away
