"""Questions to a provider: each answer is kept with its age, and only what is due is asked again.

What is known is read from the store in one go for each kind of question, for a library has thousands of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.store.ledgers import backoff, provider_answers
from mam_assets.store.ledgers.provider_answers import Answer
from resources.errors import AuthError, Blocked, NotFound, RateLimited, ServiceError, Unreachable
from resources.providers import CatalogueProvider

from ..task_run import Clock, Tally

log = logging.getLogger(__name__)

PARK_AFTER_BLOCK = timedelta(hours=6)
PARK_AFTER_LIMIT = timedelta(minutes=30)
PARK_AFTER_TROUBLE = timedelta(minutes=30)
TROUBLE_IN_A_ROW = 3  # then a provider is down, and not one book's page odd
JUST_NOW = timedelta(hours=1)  # even when everything is asked again, nothing is asked twice within this time
FIND_AGAIN_AFTER = 6  # refreshes: which series a book is in and who an author is hardly ever changes


@dataclass(frozen=True, slots=True)
class Refresh:
    """How far a run may go. ``everything`` asks again whatever the age; ``requests`` bounds those to one provider."""

    max_age: timedelta
    retry_after: timedelta
    requests: int
    everything: bool = False
    languages: tuple[str, ...] = ("english",)  # those in which a book counts as the book itself


class Asker:
    """Puts questions to one provider: remembers each answer, obeys its age, its parking and the run's allowance."""

    def __init__(
        self, provider: CatalogueProvider, engine: sa.Engine, refresh: Refresh, clock: Clock, tally: Tally
    ) -> None:
        self.provider = provider
        self.name = provider.name
        self.languages = refresh.languages
        self._engine = engine
        self._refresh = refresh
        self._clock = clock
        self._tally = tally
        self._known: dict[str, dict[str, Answer]] = {}
        self._before = provider.requests_made
        self._resting = backoff.parked(engine, provider.name, clock()) is not None
        self._trouble = 0

    @property
    def asked(self) -> int:
        """Requests that this run has sent to the provider."""
        return self.provider.requests_made - self._before

    def known(self, question: str, subject: str) -> Answer | None:
        """What is kept of a question."""
        if question not in self._known:
            self._known[question] = provider_answers.all_of(self._engine, self.name, question)
        return self._known[question].get(subject)

    def find(self, question: str, subject: str, call: Callable[[], Any]) -> Any:
        """The answer to a question that finds an id: asked again only after several refreshes, if it found any."""
        kept = self.known(question, subject)
        lasts = self._refresh.max_age * (FIND_AGAIN_AFTER if kept is not None and kept.answer else 1)
        return self._ask(question, subject, call, lasts, forced=False)

    def read(self, question: str, subject: str, call: Callable[[], Any]) -> Answer | None:
        """What a provider lists, as old as it may be: with the time of the last good answer and its last trouble."""
        self._ask(question, subject, call, self._refresh.max_age, forced=self._refresh.everything)
        return self.known(question, subject)

    def _ask(self, question: str, subject: str, call: Callable[[], Any], lasts: timedelta, *, forced: bool) -> Any:
        kept, now = self.known(question, subject), self._clock()
        before = kept.answer if kept is not None else None
        if kept is not None and not self._is_due(kept, now, lasts, forced):
            return before
        if self._resting or self.asked >= self._refresh.requests:
            return before
        try:
            answer = call()
        except NotFound as error:
            self._trouble = 0
            self._failed(question, subject, error, now)
        except ServiceError as error:
            self._trouble += 1
            self._failed(question, subject, error, now)
            self._tally.fail_by(f"{self.name} {question} {subject}", error)
            self._rest_after(error, now)
        else:
            self._trouble = 0
            provider_answers.remember(self._engine, now, self.name, question, subject, answer)
            self._known[question][subject] = Answer(self.name, question, subject, answer, now, now, "ok", "", 0)
            return answer
        return before

    def _is_due(self, kept: Answer, now: datetime, lasts: timedelta, forced: bool) -> bool:
        if not kept.is_ok:
            return not kept.rests(now, self._refresh.retry_after, self._refresh.max_age)
        age = now - (kept.answered_at or kept.asked_at)
        return age >= lasts or (forced and age >= JUST_NOW)

    def _failed(self, question: str, subject: str, error: ServiceError, now: datetime) -> None:
        outcome = outcome_of(error)
        provider_answers.remember_failure(self._engine, now, self.name, question, subject, outcome, error.message)
        kept = provider_answers.last(self._engine, self.name, question, subject)
        if kept is not None:
            self._known[question][subject] = kept

    def _rest_after(self, error: ServiceError, now: datetime) -> None:
        """Leave the provider alone: as long as it says, for hours after a block, a while after trouble in a row.

        When nobody was reached (the network is down, or a service is just started again), for the rest of this run.
        """
        if isinstance(error, Unreachable):
            self._resting = self._trouble >= TROUBLE_IN_A_ROW
            return
        if isinstance(error, Blocked):
            pause = PARK_AFTER_BLOCK
        elif isinstance(error, RateLimited):
            pause = error.retry_after or PARK_AFTER_LIMIT
        elif isinstance(error, AuthError) or self._trouble >= TROUBLE_IN_A_ROW:
            pause = PARK_AFTER_TROUBLE
        else:
            return
        self._resting = True
        backoff.park(self._engine, self.name, now + pause, error.message, now)


def outcome_of(error: ServiceError) -> str:
    """How a failed try is remembered."""
    return provider_answers.UNREACHABLE if isinstance(error, Unreachable) else error.code


def problems(
    engine: sa.Engine, question: str, providers: list[str], now: datetime, max_age: timedelta
) -> dict[str, str]:
    """ "<provider>:<subject>" → why its answer is old: the last try failed, or it is due and the provider rests.

    The last good answer stands all the same.
    """
    found = {}
    for name in providers:
        parked = backoff.parked(engine, name, now)
        for subject, answer in provider_answers.all_of(engine, name, question).items():
            age = answer.age(now)
            if not answer.is_ok:
                found[f"{name}:{subject}"] = f"{name}: {answer.problem or answer.outcome}"
            elif parked is not None and (age is None or age >= max_age):
                found[f"{name}:{subject}"] = f"{name} is left alone: {parked.reason}"
    return found


def resting(engine: sa.Engine, now: datetime) -> str:
    """Which providers are left alone at the moment and why; blank when none is."""
    return "; ".join(f"{row.provider} is left alone: {row.reason}" for row in backoff.all_parked(engine, now))
