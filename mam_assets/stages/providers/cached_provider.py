"""Questions to a provider: each answer is kept with its age, only what is due is asked again, and a failure never takes
an answer away. Catalogue and metadata are asked alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa

from mam_assets.domain.model.backoff import PROVIDERS, Backoff, pause_after
from mam_assets.store.ledgers import backoff, provider_answers
from mam_assets.store.ledgers.provider_answers import Answer
from resources.errors import NotFound, RateLimited, ServiceError, Unreachable

from ..task_run import Clock, Tally

JUST_NOW = timedelta(hours=1)  # even when everything is asked again, nothing is asked twice within this time
FIND_AGAIN_AFTER = 6  # refreshes: which series a book is in and who an author is hardly ever changes
EMPTY = "empty"  # an empty answer that may hide a failure behind the provider
ALLOWANCE_USED = "the run's allowance of requests is used up"


class Provider(Protocol):
    """What every provider of catalogue or metadata has."""

    @property
    def name(self) -> str: ...

    @property
    def requests_made(self) -> int: ...


P = TypeVar("P", bound=Provider)


@dataclass(frozen=True, slots=True)
class Refresh:
    """How far a run may go. ``everything`` asks again whatever the age; ``requests`` bounds those to one provider."""

    max_age: timedelta
    retry_after: timedelta
    requests: int
    everything: bool = False
    languages: tuple[str, ...] = ("english",)  # those in which a book counts as the book itself


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of a question now. ``trouble``: why it could not be asked (again); blank when all is well."""

    kept: Answer | None
    trouble: str = ""

    @property
    def value(self) -> Any:
        """The last good answer; None when there never was one."""
        return self.kept.answer if self.kept is not None else None


class CachedProvider(Generic[P]):
    """Puts questions to one provider: remembers each answer, obeys its age, its backoff and the run's allowance.

    ``at_once``: what is kept is read in one go for each kind of question, for a library has thousands of them.
    """

    def __init__(
        self, provider: P, engine: sa.Engine, refresh: Refresh, clock: Clock, tally: Tally, *, at_once: bool = True
    ) -> None:
        self.provider = provider
        self.name = provider.name
        self.languages = refresh.languages
        self.questions = 0
        self.from_memory = 0
        self.failures: Counter[str] = Counter()
        self._engine = engine
        self._refresh = refresh
        self._clock = clock
        self._tally = tally
        self._at_once = at_once
        self._known: dict[str, dict[str, Answer]] = {}
        self._before = provider.requests_made
        self._paused = ""
        self._failed_in_a_row = 0

    @property
    def asked(self) -> int:
        """Requests that this run has sent to the provider."""
        return self.provider.requests_made - self._before

    def paused(self) -> str:
        """Why the provider is not asked at the moment; blank when it is. Once paused, it stays so for the run."""
        if self._paused:
            return self._paused
        if self.asked >= self._refresh.requests:
            return ALLOWANCE_USED
        standing = backoff.current(self._engine, self.name, self._clock())
        if standing is not None:
            self._paused = f"paused until {standing.until:%Y-%m-%d %H:%M} UTC: {standing.reason}"
        return self._paused

    def known(self, question: str, subject: str) -> Answer | None:
        """What is kept of a question."""
        if question not in self._known:
            self._known[question] = provider_answers.all_of(self._engine, self.name, question) if self._at_once else {}
        answers = self._known[question]
        if subject not in answers and not self._at_once:
            self._read_again(question, subject)
        return answers.get(subject)

    def find(self, question: str, subject: str, call: Callable[[], Any]) -> Any:
        """The answer to a question that finds an id: asked again only after several refreshes, if it found any."""
        kept = self.known(question, subject)
        refreshes = FIND_AGAIN_AFTER if kept is not None and kept.answer else 1
        return self._ask(question, subject, call, self._refresh.max_age * refreshes, forced=False, about="").value

    def read(self, question: str, subject: str, call: Callable[[], Any], about: str = "") -> Reply:
        """What a provider lists, as old as it may be: with the time of the last good answer and its last trouble.

        ``about`` names the question where its failure is counted, for people.
        """
        forced = self._refresh.everything
        return self._ask(question, subject, call, self._refresh.max_age, forced=forced, about=about)

    def _ask(
        self, question: str, subject: str, call: Callable[[], Any], lasts: timedelta, *, forced: bool, about: str
    ) -> Reply:
        kept, now = self.known(question, subject), self._clock()
        if kept is not None and not self._is_due(kept, now, lasts, forced):
            self.from_memory += 1
            return Reply(kept, "" if kept.is_ok or kept.outcome == EMPTY else kept.problem)
        if why := self.paused():
            return Reply(kept, why)
        self.questions += 1
        try:
            answer = call()
        except NotFound as error:
            self._failed_in_a_row = 0
            return Reply(self._keep_failure(question, subject, error.code, error.message, now), error.message)
        except ServiceError as error:
            self.failures[error.code] += 1
            self._tally.fail_by(f"{self.name}: {about or f'{question} {subject}'}", error)
            self._back_off(error, now)
            return Reply(self._keep_failure(question, subject, outcome_of(error), error.message, now), error.message)
        self._failed_in_a_row = 0
        if not answer and getattr(self.provider, "empty_is_doubtful", False):
            problem = "nothing found, which may hide a failure behind the provider"
            return Reply(self._keep_failure(question, subject, EMPTY, problem, now))
        provider_answers.remember(self._engine, now, self.name, question, subject, answer)
        good = Answer(self.name, question, subject, answer, now, now, provider_answers.OK, "", 0)
        self._known[question][subject] = good
        return Reply(good)

    def _is_due(self, kept: Answer, now: datetime, lasts: timedelta, forced: bool) -> bool:
        if not kept.is_ok:
            return not kept.waits(now, self._refresh.retry_after, self._refresh.max_age)
        age = now - (kept.answered_at or kept.asked_at)
        return age >= lasts or (forced and age >= JUST_NOW)

    def _keep_failure(self, question: str, subject: str, outcome: str, problem: str, now: datetime) -> Answer | None:
        provider_answers.remember_failure(self._engine, now, self.name, question, subject, outcome, problem)
        self._read_again(question, subject)
        return self._known[question].get(subject)

    def _read_again(self, question: str, subject: str) -> None:
        kept = provider_answers.last(self._engine, self.name, question, subject)
        if kept is not None:
            self._known[question][subject] = kept

    def _back_off(self, error: ServiceError, now: datetime) -> None:
        """Leave the provider alone where the table says so: for the rest of this run, and mostly for others too."""
        self._failed_in_a_row += 1
        retry_after = error.retry_after if isinstance(error, RateLimited) else None
        pause = pause_after(PROVIDERS, error.trouble, self._failed_in_a_row, retry_after)
        if pause is None:
            return
        self._paused = error.message
        if pause.lasts is not None:
            until = now + pause.lasts
            self._paused = f"paused until {until:%Y-%m-%d %H:%M} UTC: {error.message}"
            backoff.start(self._engine, Backoff(self.name, until, now, error.code, error.message))


def outcome_of(error: ServiceError) -> str:
    """How a failed try is remembered."""
    return provider_answers.UNREACHABLE if isinstance(error, Unreachable) else error.code


def problems(
    engine: sa.Engine, question: str, providers: list[str], now: datetime, max_age: timedelta
) -> dict[str, str]:
    """ "<provider>:<subject>" → why its answer is old: the last try failed, or it is due and the provider is paused.

    The last good answer stands all the same.
    """
    reasons = {}
    for name in providers:
        standing = backoff.current(engine, name, now)
        for subject, answer in provider_answers.all_of(engine, name, question).items():
            age = answer.age(now)
            if not answer.is_ok:
                reasons[f"{name}:{subject}"] = f"{name}: {answer.problem or answer.outcome}"
            elif standing is not None and (age is None or age >= max_age):
                reasons[f"{name}:{subject}"] = f"{name} is paused: {standing.reason}"
    return reasons


def paused_providers(engine: sa.Engine, now: datetime) -> str:
    """Which providers are paused at the moment and why; blank when none is."""
    return "; ".join(f"{row.service} is paused: {row.reason}" for row in backoff.all_current(engine, now))
