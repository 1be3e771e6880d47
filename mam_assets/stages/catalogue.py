"""Ask providers what exists of each tracked series; what cannot be asked keeps its last answer.

Every answer is kept in ``provider_answers`` with its age. The catalogue is always built from these, never straight from
the wire: so a provider that is down, blocks or drifts changes the age of an answer and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.domain import identity, titles
from mam_assets.domain.model import Confidence, LibraryItem, ProviderSeries, SeriesEntry, TrackedSeries
from mam_assets.stages.running import Clock, Tally
from mam_assets.store import parking, provider_answers
from mam_assets.store.rows import provider_series_from_json, provider_series_to_json
from resources.errors import Blocked, NotFound, RateLimited, ServiceError
from resources.providers import CatalogueProvider

log = logging.getLogger(__name__)

PROBES_PER_SERIES = 2  # owned members that are looked up to find the series at a provider
SERIES_PER_PROBE = 3  # a book may stand in a series, its saga and its universe
PARK_AFTER_BLOCK = timedelta(hours=6)
PARK_AFTER_LIMIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Refresh:
    """How far a run may go. ``everything`` asks again whatever the age; ``requests`` bounds questions to providers."""

    max_age: timedelta
    retry_after: timedelta
    requests: int
    everything: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueOfSeries:
    """What is known of one tracked series. ``problem`` says why the answer is old or absent."""

    tracked: TrackedSeries
    chosen: ProviderSeries | None
    entries: tuple[SeriesEntry, ...]
    confidence: Confidence
    evidence: str
    problem: str = ""
    fetched_at: datetime | None = None


class Asker:
    """Puts questions to one provider: remembers each answer, obeys its age, its parking and the run's allowance."""

    def __init__(
        self, provider: CatalogueProvider, engine: sa.Engine, refresh: Refresh, clock: Clock, tally: Tally
    ) -> None:
        self.provider = provider
        self.engine = engine
        self.refresh = refresh
        self.clock = clock
        self.tally = tally
        self.asked = 0
        self.exhausted = False

    def series_ids(self, title: str, authors: tuple[str, ...]) -> list[str]:
        """Ids of the series that a book is in, by the last good answer or a new one."""
        subject = f"{title}|{authors[0] if authors else ''}"
        answer = self._ask("series_of", subject, lambda: list(self.provider.series_of(title, authors)))
        return [str(one) for one in answer or []]

    def series(self, series_id: str) -> tuple[ProviderSeries | None, datetime | None, str]:
        """The series, the age of the answer and, if the last try failed, why."""
        answer = self._ask("series", series_id, lambda: provider_series_to_json(self.provider.series(series_id)))
        kept = provider_answers.last(self.engine, self.provider.name, "series", series_id)
        problem = kept.problem if kept else ""
        if answer is None:
            return None, None, problem
        return provider_series_from_json(answer), kept.answered_at if kept else None, problem

    def _ask(self, question: str, subject: str, call: Callable[[], Any]) -> Any:
        name, now = self.provider.name, self.clock()
        kept = provider_answers.last(self.engine, name, question, subject)
        if kept is not None and not self._is_due(kept, now):
            return kept.answer
        if self._resting(now):
            return kept.answer if kept else None
        self.asked += 1
        try:
            answer = call()
        except NotFound as error:
            provider_answers.remember_failure(self.engine, now, name, question, subject, error.code, error.message)
        except ServiceError as error:
            provider_answers.remember_failure(self.engine, now, name, question, subject, error.code, error.message)
            self.tally.fail_by(f"{name} {question} {subject}", error)
            self._park(error, now)
        else:
            provider_answers.remember(self.engine, now, name, question, subject, answer)
            return answer
        return kept.answer if kept else None

    def _is_due(self, kept: provider_answers.Answer, now: datetime) -> bool:
        if kept.outcome != "ok":
            return now - kept.asked_at >= self.refresh.retry_after
        age = now - (kept.answered_at or kept.asked_at)
        return age >= self.refresh.max_age or (self.refresh.everything and age >= timedelta(hours=1))

    def _resting(self, now: datetime) -> bool:
        if self.asked >= self.refresh.requests:
            self.exhausted = True
        return self.exhausted or parking.parked(self.engine, self.provider.name, now) is not None

    def _park(self, error: ServiceError, now: datetime) -> None:
        if isinstance(error, Blocked):
            parking.park(self.engine, self.provider.name, now + PARK_AFTER_BLOCK, error.message, now)
        elif isinstance(error, RateLimited):
            parking.park(
                self.engine, self.provider.name, now + (error.retry_after or PARK_AFTER_LIMIT), error.message, now
            )


def probes(tracked: TrackedSeries, items: Mapping[str, LibraryItem]) -> list[LibraryItem]:
    """The members whose titles a provider will know best: with an author, a plain title, and a low number."""
    members = [items[abs_id] for abs_id, _ in tracked.members if abs_id in items]
    usable = [item for item in members if item.title and item.authors]
    return sorted(usable, key=lambda item: (len(item.title), item.abs_id))[:PROBES_PER_SERIES]


def catalogue_of(tracked: TrackedSeries, items: Mapping[str, LibraryItem], asker: Asker) -> CatalogueOfSeries:
    """What one provider lists for one tracked series, its identity voted by the owned members."""
    members = [items[abs_id] for abs_id, _ in tracked.members if abs_id in items]
    offered: dict[str, ProviderSeries] = {}
    ages: dict[str, datetime | None] = {}
    problem = ""
    for item in probes(tracked, items):
        parsed = titles.parse(item.title, item.subtitle)
        for series_id in asker.series_ids(parsed.title or item.title, item.authors)[:SERIES_PER_PROBE]:
            if series_id in offered:
                continue
            found, fetched_at, trouble = asker.series(series_id)
            problem = problem or trouble
            if found is not None:
                offered[series_id], ages[series_id] = found, fetched_at
        if offered:
            chosen, confidence, evidence = identity.choose(tracked, members, list(offered.values()))
            if chosen is not None and confidence in (Confidence.HIGH, Confidence.MEDIUM):
                break
    chosen, confidence, evidence = identity.choose(tracked, members, list(offered.values()))
    if chosen is None:
        return CatalogueOfSeries(tracked, None, (), Confidence.UNMATCHED, evidence, problem)
    fetched_at = ages.get(chosen.series_id)
    source = f"{chosen.provider}:{chosen.series_id}"
    entries = tuple(
        replace(
            entry, provider_series_id=source, providers=entry.providers or (chosen.provider,), fetched_at=fetched_at
        )
        for entry in identity.series_entries(tracked, chosen, confidence)
    )
    return CatalogueOfSeries(tracked, chosen, entries, confidence, evidence, problem, fetched_at)


def refresh_catalogue(
    items: Iterable[LibraryItem],
    providers: Sequence[CatalogueProvider],
    engine: sa.Engine,
    refresh: Refresh,
    tally: Tally,
    clock: Clock,
) -> list[CatalogueOfSeries]:
    """The catalogue of every series that the library has books of; the first provider that knows a series gives it."""
    by_id = {item.abs_id: item for item in items}
    askers = [Asker(provider, engine, refresh, clock, tally) for provider in providers]
    found = []
    for tracked in identity.tracked_series(list(by_id.values())):
        best = CatalogueOfSeries(tracked, None, (), Confidence.UNMATCHED, "no provider was asked")
        for asker in askers:
            candidate = catalogue_of(tracked, by_id, asker)
            if candidate.chosen is not None or best.chosen is None:
                best = candidate
            if best.chosen is not None:
                break
        found.append(best)
        tally.succeed()
    tally.figures.update(
        {
            "series": len(found),
            "known to a provider": sum(one.chosen is not None for one in found),
            "entries": sum(len(one.entries) for one in found),
            "old because a provider failed": sum(bool(one.problem) for one in found),
            "requests": {asker.provider.name: asker.asked for asker in askers},
        }
    )
    return found


def problems(engine: sa.Engine, providers: Iterable[str]) -> dict[str, str]:
    """Series ("<provider>:<id>") whose last refresh failed → what the provider said; their last good answer stands."""
    return {
        f"{name}:{subject}": f"{name}: {answer.problem or answer.outcome}"
        for name in providers
        for subject, answer in provider_answers.all_of(engine, name, "series").items()
        if not answer.is_ok
    }


def resting(engine: sa.Engine, now: datetime) -> str:
    """Which providers are left alone at the moment and why; blank when none is."""
    return "; ".join(f"{row.provider} is left alone: {row.reason}" for row in parking.all_parked(engine, now))
