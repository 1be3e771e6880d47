"""Questions to one metadata provider: each answer is kept with its age, a failure never takes one away.

A provider that blocks or limits us is parked for everybody; one that is down is left alone for the rest of the run. The
answers stay: a book is judged anew from them without a request until they are old.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.domain import titles
from mam_assets.domain.enrichment import can_tell
from mam_assets.domain.model.catalogue import BookMetadata
from mam_assets.domain.model.library import LibraryItem
from mam_assets.store.ledgers import backoff, provider_answers
from mam_assets.store.mappers import codec
from resources.errors import AuthError, Blocked, RateLimited, ServiceError
from resources.providers import MetadataProvider

from ..providers.cached_provider import outcome_of
from ..task_run import Clock, Tally

QUESTION = "book"
EMPTY = "empty"  # an empty answer that may hide a failure behind the provider
PARK_AFTER_BLOCK = timedelta(hours=6)
PARK_AFTER_LIMIT = timedelta(minutes=30)
TROUBLES_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How old answers may be, how long a failed question rests, and how many questions a provider gets in a run."""

    max_age: timedelta
    retry_after: timedelta
    requests: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider has to say of a book, by its last good answer. ``trouble``: it could not be asked (again) now."""

    books: tuple[BookMetadata, ...] = ()
    answered_at: datetime | None = None
    trouble: str = ""


class MetadataAsker:
    """Puts questions about books to one provider, within the run's allowance."""

    def __init__(self, provider: MetadataProvider, engine: sa.Engine, pace: Pace, clock: Clock, tally: Tally) -> None:
        self.provider = provider
        self.engine = engine
        self.pace = pace
        self.clock = clock
        self.tally = tally
        self.asked = 0
        self.from_memory = 0
        self.failures: Counter[str] = Counter()
        self._in_a_row = 0
        self._stopped = ""

    @property
    def name(self) -> str:
        return self.provider.name

    def resting(self) -> str:
        """Why the provider is not asked at the moment; blank when it is."""
        if self._stopped:
            return self._stopped
        if self.asked >= self.pace.requests:
            return "the run's allowance of questions is used up"
        parked = backoff.parked(self.engine, self.name, self.clock())
        return f"left alone until {parked.parked_until:%Y-%m-%d %H:%M} UTC: {parked.reason}" if parked else ""

    def books(self, item: LibraryItem) -> Said:
        """What the provider knows of such a book: from memory while that is fresh, else asked for. Never raises for
        trouble with the provider."""
        now, subject = self.clock(), subject_of(self.name, item)
        kept = provider_answers.last(self.engine, self.name, QUESTION, subject)
        if kept is not None and not self._is_due(kept, now):
            self.from_memory += 1
            return _said(kept, "" if kept.outcome in (provider_answers.OK, EMPTY) else kept.problem)
        if why := self.resting():
            return _said(kept, why)
        self.asked += 1
        try:
            found = self.provider.books(_title(item), _author(item), asin=item.asin, isbn=item.isbn)
        except ServiceError as error:
            outcome = outcome_of(error)
            provider_answers.remember_failure(self.engine, now, self.name, QUESTION, subject, outcome, error.message)
            self._count(error, item, now)
            return _said(kept, error.message)
        self._in_a_row = 0
        if not found and getattr(self.provider, "empty_is_doubtful", False):
            problem = "nothing found, which may hide a failure behind the provider"
            provider_answers.remember_failure(self.engine, now, self.name, QUESTION, subject, EMPTY, problem)
            return _said(kept, "")
        provider_answers.remember(
            self.engine, now, self.name, QUESTION, subject, [codec.to_json(book) for book in found]
        )
        return Said(tuple(found), now)

    def _is_due(self, kept: provider_answers.Answer, now: datetime) -> bool:
        if kept.outcome == provider_answers.OK:
            return now - (kept.answered_at or kept.asked_at) >= self.pace.max_age
        return not kept.rests(now, self.pace.retry_after, self.pace.max_age)

    def _count(self, error: ServiceError, item: LibraryItem, now: datetime) -> None:
        self.failures[error.code] += 1
        self._in_a_row += 1
        self.tally.fail_by(f"{self.name}: {item.title}", error)
        if isinstance(error, Blocked):
            backoff.park(self.engine, self.name, now + PARK_AFTER_BLOCK, error.message, now)
        elif isinstance(error, RateLimited):
            until = now + (error.retry_after or PARK_AFTER_LIMIT)
            backoff.park(self.engine, self.name, until, error.message, now)
        elif isinstance(error, AuthError):
            self._stopped = error.message
        elif self._in_a_row >= TROUBLES_IN_A_ROW:
            self._stopped = f"{self._in_a_row} failures in a row, the last: {error.message}"


def subject_of(provider: str, item: LibraryItem) -> str:
    """The question as the key of its answer: what this provider is asked by."""
    words = [_title(item), _author(item)]
    match provider:
        case "audnexus":
            parts = [item.asin]
        case "audible":
            parts = [item.asin, *words]
        case _:
            parts = [item.isbn, *words]
    return "|".join(parts)


def worth_asking(asker: MetadataAsker, item: LibraryItem, wanted: frozenset[str]) -> bool:
    """The provider may know something that is wanted."""
    return bool({field.value for field in can_tell(asker.name, item)} & wanted)


def _title(item: LibraryItem) -> str:
    """The bare title: providers do not know "The Eye of the World: The Wheel of Time, Book 1"."""
    return titles.parse(item.title, item.subtitle).title or item.title


def _author(item: LibraryItem) -> str:
    """The first author, given name first: "Tolkien, J. R. R." is found by nobody's search."""
    written = item.authors[0] if item.authors else ""
    last, comma, first = written.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else written


def _said(kept: provider_answers.Answer | None, trouble: str) -> Said:
    if kept is None or kept.answer is None:
        return Said((), None, trouble)
    return Said(tuple(codec.from_json(BookMetadata, row) for row in kept.answer), kept.answered_at, trouble)
