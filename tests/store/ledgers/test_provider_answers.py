"""What a provider last said stands, whatever fails afterwards; and a service that says stop is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mam_assets.domain.model.backoff import Backoff
from mam_assets.store.ledgers import backoff, provider_answers
from mam_assets.store.tables import provider_answers as table

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER = {"title": "Earthsea Cycle", "entries": [["1", "A Wizard of Earthsea"]]}


def fail(engine: sa.Engine, now: datetime, subject: str = "40909", code: str = "blocked") -> None:
    provider_answers.remember_failure(engine, now, "goodreads", "series", subject, code, "a challenge page")


def keep(engine: sa.Engine, now: datetime, subject: str = "40909", answer: object = ANSWER) -> None:
    provider_answers.remember(engine, now, "goodreads", "series", subject, answer)


def known(engine: sa.Engine, subject: str = "40909") -> provider_answers.Answer:
    answer = provider_answers.last(engine, "goodreads", "series", subject)
    assert answer is not None
    return answer


def test_a_failure_leaves_the_answer_and_its_age(engine: sa.Engine, now: datetime) -> None:
    keep(engine, now - 3 * DAY)
    fail(engine, now - DAY)
    fail(engine, now, code="unavailable")
    answer = known(engine)
    assert (answer.answer, answer.age(now)) == (ANSWER, 3 * DAY)
    assert (answer.outcome, answer.failures, answer.asked_at, answer.is_ok) == ("unavailable", 2, now, False)
    assert answer.problem == "a challenge page"


def test_a_good_answer_ends_the_failures(engine: sa.Engine, now: datetime) -> None:
    fail(engine, now - DAY)
    assert (known(engine).answer, known(engine).age(now)) == (None, None)
    keep(engine, now)
    answer = known(engine)
    assert (answer.answer, answer.outcome, answer.failures, answer.problem) == (ANSWER, "ok", 0, "")


def test_questions_do_not_mix(engine: sa.Engine, now: datetime) -> None:
    keep(engine, now)
    assert provider_answers.last(engine, "hardcover", "series", "40909") is None
    assert provider_answers.last(engine, "goodreads", "author", "40909") is None
    assert set(provider_answers.all_of(engine, "goodreads", "series")) == {"40909"}


@pytest.mark.parametrize("answer", [[], {}, "", 0, False, None, ["żółć"]])
def test_any_json_value_is_an_answer(engine: sa.Engine, now: datetime, answer: object) -> None:
    keep(engine, now, answer=answer)
    assert known(engine).answer == answer
    assert known(engine).is_ok


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(st.integers(-(2**53), 2**53), st.sampled_from(["blocked", "unavailable", "not_found"])), max_size=8
    )
)
def test_the_last_good_answer_always_stands(engine: sa.Engine, now: datetime, steps: list[int | str]) -> None:
    with engine.begin() as connection:
        connection.execute(sa.delete(table))
    good: list[tuple[int, datetime]] = []
    failed = 0
    for number, step in enumerate(steps):
        moment = now + number * HOUR
        if isinstance(step, int):
            keep(engine, moment, answer=step)
            good.append((step, moment))
            failed = 0
        else:
            fail(engine, moment, code=step)
            failed += 1
        answer = known(engine)
        assert (answer.answer, answer.answered_at) == (good[-1] if good else (None, None))
        assert answer.failures == failed
        assert answer.is_ok == (failed == 0)


def test_what_to_ask_again(engine: sa.Engine, now: datetime) -> None:
    keep(engine, now - 31 * DAY, "old")
    keep(engine, now - 29 * DAY, "young")
    fail(engine, now - 2 * HOUR, "failed once")
    for hours in (9, 6, 3):  # waits an hour, two, four
        fail(engine, now - hours * HOUR, "failed thrice")
    for hours in (9, 6):
        fail(engine, now - hours * HOUR, "failed twice")
    fail(engine, now, "reached nobody", code="unreachable")
    subjects = ["young", "reached nobody", "failed once", "new b", "failed twice", "old", "failed thrice", "new a"]
    subjects.append("new b")
    due = provider_answers.due(engine, now, "goodreads", "series", subjects, max_age=30 * DAY, retry_after=HOUR)
    assert due == ["new b", "new a", "old", "failed twice", "failed once", "reached nobody"]


def test_a_question_that_always_fails_is_still_asked_at_its_age(engine: sa.Engine, now: datetime) -> None:
    for day in range(60):
        fail(engine, now - timedelta(days=90 - day))
    due = provider_answers.due(engine, now, "goodreads", "series", ["40909"], max_age=30 * DAY, retry_after=HOUR)
    assert due == ["40909"]


# --------------------------------------------------------------------------------------------------------- backoff


def begin(engine: sa.Engine, since: datetime, lasts: timedelta, reason: str) -> None:
    backoff.start(engine, Backoff("goodreads", since + lasts, since, "blocked", reason))


def test_a_service_is_left_alone_until_then(engine: sa.Engine, now: datetime) -> None:
    assert backoff.current(engine, "goodreads", now) is None
    begin(engine, now, HOUR, "403")
    assert backoff.current(engine, "goodreads", now) == Backoff("goodreads", now + HOUR, now, "blocked", "403")
    assert backoff.current(engine, "hardcover", now) is None
    assert backoff.current(engine, "goodreads", now + HOUR) is None


def test_a_backoff_is_prolonged_and_never_shortened(engine: sa.Engine, now: datetime) -> None:
    begin(engine, now, 6 * HOUR, "403")
    begin(engine, now, HOUR, "429")
    assert [(row.until, row.reason) for row in backoff.all_current(engine, now)] == [(now + 6 * HOUR, "403")]
    begin(engine, now + HOUR, DAY, "403 again")
    (standing,) = backoff.all_current(engine, now)
    assert (standing.until, standing.since, standing.reason) == (now + HOUR + DAY, now, "403 again")


def test_a_new_backoff_after_an_old_one_begins_anew(engine: sa.Engine, now: datetime) -> None:
    begin(engine, now, HOUR, "403")
    begin(engine, now + 2 * HOUR, HOUR, "403")
    standing = backoff.current(engine, "goodreads", now + 2 * HOUR)
    assert standing is not None
    assert standing.since == now + 2 * HOUR
