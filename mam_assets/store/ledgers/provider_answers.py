"""What each provider last said, and when: a failed try never takes an answer away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import provider_answers
from ..upsert import upsert

OK = "ok"
UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    """The last good answer to one question, and how the last try went.

    ``answer`` is its JSON form, None when there never was a good one; ``answered_at`` its time. ``outcome`` of the last
    try is "ok", "not_found", "unreachable" (it never came to an answer) or the code of the error; ``failures`` counts
    failed tries since the last good answer.
    """

    provider: str
    question: str
    subject: str
    answer: Any
    answered_at: datetime | None
    asked_at: datetime
    outcome: str
    problem: str
    failures: int

    @property
    def is_ok(self) -> bool:
        """The last try went well."""
        return self.outcome == OK

    def waits(self, now: datetime, retry_after: timedelta, max_age: timedelta) -> bool:
        """Whether the question is left alone after a try that failed: for ``retry_after``, twice that after the second
        failure in a row and so on, never longer than ``max_age``. A try that reached nobody costs it no rest."""
        if self.outcome == UNREACHABLE:
            return False
        factor: int = 2 ** min(max(self.failures - 1, 0), 16)
        return now - self.asked_at < min(max_age, retry_after * factor)

    def age(self, now: datetime) -> timedelta | None:
        """How old the last good answer is; None when there never was one."""
        return now - self.answered_at if self.answered_at else None


def remember(where: Where, now: datetime, provider: str, question: str, subject: str, answer: Any) -> None:
    """Keep a good answer (any JSON value), in place of the one before."""
    row = {
        "provider": provider,
        "question": question,
        "subject": subject,
        "answer": answer,
        "answered_at": now,
        "asked_at": now,
        "outcome": OK,
        "problem": "",
        "failures": 0,
    }
    with writing(where) as connection:
        upsert(connection, provider_answers, [row])


def remember_failure(
    where: Where, now: datetime, provider: str, question: str, subject: str, code: str, problem: str
) -> None:
    """Note a try that failed; the last good answer stands. ``code`` is the error's (also "not_found")."""
    with writing(where) as connection:
        before = last(connection, provider, question, subject)
        row = {
            "provider": provider,
            "question": question,
            "subject": subject,
            "asked_at": now,
            "outcome": code,
            "problem": problem,
            "failures": (before.failures if before else 0) + 1,
        }
        upsert(connection, provider_answers, [row])


def last(where: Where, provider: str, question: str, subject: str) -> Answer | None:
    """What is known of this question; None when it was never asked."""
    column = provider_answers.c
    chosen = sa.and_(column.provider == provider, column.question == question, column.subject == subject)
    with reading(where) as connection:
        row = connection.execute(sa.select(provider_answers).where(chosen)).mappings().first()
        return Answer(**row) if row else None


def all_of(where: Where, provider: str, question: str) -> dict[str, Answer]:
    """Everything known of this kind of question, by subject."""
    column = provider_answers.c
    chosen = sa.and_(column.provider == provider, column.question == question)
    with reading(where) as connection:
        rows = connection.execute(sa.select(provider_answers).where(chosen)).mappings()
        return {row["subject"]: Answer(**row) for row in rows}


def due(
    where: Where,
    now: datetime,
    provider: str,
    question: str,
    subjects: Iterable[str],
    *,
    max_age: timedelta,
    retry_after: timedelta,
) -> list[str]:
    """Those of the subjects to ask again: the never asked first, as given, then the longest not asked.

    A good answer is due when it is ``max_age`` old; a failed try after ``retry_after``, twice that after the second
    failure in a row and so on, but never later than ``max_age``; one that reached nobody at once.
    """
    column = provider_answers.c
    query = sa.select(column.subject, column.asked_at, column.outcome, column.failures)
    with reading(where) as connection:
        rows = connection.execute(query.where(column.provider == provider, column.question == question))
        known = {row.subject: row for row in rows}
    wanted = list(dict.fromkeys(subjects))
    again = []
    for subject in wanted:
        if subject in known:
            row = known[subject]
            wait = max_age if row.outcome == OK else min(max_age, retry_after * 2 ** min(row.failures - 1, 16))
            if row.outcome == UNREACHABLE:
                wait = timedelta(0)
            if now - row.asked_at >= wait:
                again.append(subject)
    again.sort(key=lambda subject: known[subject].asked_at)
    return [subject for subject in wanted if subject not in known] + again
