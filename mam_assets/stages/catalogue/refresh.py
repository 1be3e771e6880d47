"""Ask providers what exists of each tracked series; what cannot be asked keeps its last answer.

Every answer is kept in ``provider_answers`` with its age. The catalogue is always built from these, never straight from
the wire: so a provider that is down, blocks or drifts changes the age of an answer and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from mam_assets.domain import catalogue, identity, titles
from mam_assets.domain.catalogue import Listing
from mam_assets.domain.figures import CatalogueFigure
from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, TrackedSeries
from resources.providers import CatalogueProvider

from ..providers.cached_provider import CachedProvider, Refresh
from ..task_run import Clock, Tally
from .discovery import discover
from .series_questions import CachedCatalogue, series_answer, series_named, series_of, subject_of

__all__ = ["CatalogueOfSeries", "Refresh", "refresh_catalogue"]

PROBES_PER_SERIES = 2  # owned members that are looked up to find the series at a provider
SERIES_PER_PROBE = 3  # a book may stand in a series, its saga and its universe


@dataclass(frozen=True, slots=True)
class CatalogueOfSeries:
    """What is known of one tracked series. ``problem``: why answers are old or absent; ``evidence``: why this series.

    ``chosen`` and ``fetched_at`` are those of the leading provider.
    """

    tracked: TrackedSeries
    chosen: ProviderSeries | None
    entries: tuple[SeriesEntry, ...]
    confidence: Confidence
    evidence: str
    problem: str = ""
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """One provider's answer on one tracked series."""

    listing: Listing | None
    evidence: str
    problem: str = ""


def refresh_catalogue(
    items: Iterable[LibraryItem],
    providers: Sequence[CatalogueProvider],
    engine: sa.Engine,
    refresh: Refresh,
    tally: Tally,
    clock: Clock,
    identities: Mapping[str, str] | None = None,
    discoveries: int = 0,
) -> list[CatalogueOfSeries]:
    """The catalogue of every series that the library has books of, put together from all providers in order of trust.

    ``identities``: series key → "<provider>:<series id>", a person's word that this is the series. ``discoveries``:
    of how many books that name no series the providers may be asked for the first time.
    """
    by_id = {item.abs_id: item for item in items}
    askers = [CachedProvider(provider, engine, refresh, clock, tally) for provider in providers]
    words = identities or {}
    catalogues = []
    named = identity.tracked_series(list(by_id.values()))
    for tracked in discover(by_id.values(), named, askers, discoveries):
        said = words.get(tracked.series_key, "")
        catalogues.append(_chosen_by_person(tracked, said, askers) if said else _put_together(tracked, by_id, askers))
        tally.succeed()
    tally.figures.update(_figures(catalogues, askers))
    return catalogues


def _put_together(
    tracked: TrackedSeries, items: Mapping[str, LibraryItem], askers: Sequence[CachedCatalogue]
) -> CatalogueOfSeries:
    answers = [_answer(tracked, items, asker) for asker in askers]
    problem = "; ".join(answer.problem for answer in answers if answer.problem)
    evidence = "; ".join(answer.evidence for answer in answers) or "no provider was asked"
    listings = [answer.listing for answer in answers if answer.listing is not None]
    if not listings:
        return CatalogueOfSeries(tracked, None, (), Confidence.UNMATCHED, evidence, problem)
    leader = catalogue.leading(listings)
    entries = tuple(catalogue.merged(listings))
    return CatalogueOfSeries(tracked, leader.series, entries, leader.confidence, evidence, problem, leader.fetched_at)


def _chosen_by_person(tracked: TrackedSeries, said: str, askers: Sequence[CachedCatalogue]) -> CatalogueOfSeries:
    """The series that a person named, and no other: what else providers offer was refused by naming it."""
    name, _, series_id = said.rpartition(":")
    asker = next((asker for asker in askers if asker.name == name or not name), None)
    if asker is None:
        problem = f"a person chose {said}, and {name} is off"
        return CatalogueOfSeries(tracked, None, (), Confidence.UNMATCHED, problem, problem)
    series, fetched_at, problem = series_answer(asker, series_id)
    if series is None:
        evidence = f"a person chose {said}, which {asker.name} has not described yet"
        return CatalogueOfSeries(tracked, None, (), Confidence.UNMATCHED, evidence, problem or evidence)
    listing = _listing(tracked, series, Confidence.HIGH, fetched_at, asker.languages)
    evidence = f"a person chose {said}"
    return CatalogueOfSeries(tracked, series, listing.entries, Confidence.HIGH, evidence, problem, fetched_at)


def _answer(tracked: TrackedSeries, items: Mapping[str, LibraryItem], asker: CachedCatalogue) -> _Answer:
    """What one provider lists for one tracked series, its identity voted by the owned members."""
    members = [items[abs_id] for abs_id, _ in tracked.members if abs_id in items]
    offered: dict[str, ProviderSeries] = {}
    ages: dict[str, datetime | None] = {}
    problem = ""
    for ids in _ids_offered(tracked, members, asker):
        for series_id in ids[:SERIES_PER_PROBE]:
            if series_id in ages:
                continue
            series, ages[series_id], trouble = series_answer(asker, series_id)
            problem = problem or trouble
            if series is not None:
                offered[series_id] = series
        if offered:
            chosen, confidence, evidence = identity.choose(tracked, members, list(offered.values()))
            if chosen is not None and confidence >= Confidence.MEDIUM:
                break
    chosen, confidence, evidence = identity.choose(tracked, members, list(offered.values()))
    if chosen is None:
        return _Answer(None, f"{asker.name}: {evidence}", problem)
    listing = _listing(tracked, chosen, confidence, ages.get(chosen.series_id), asker.languages)
    return _Answer(listing, evidence, problem)


def _ids_offered(
    tracked: TrackedSeries, members: Sequence[LibraryItem], asker: CachedCatalogue
) -> Iterator[Sequence[str]]:
    """Ids of series that may be the one, asked for as they are needed: through owned books, then through its name (a
    library may own nothing but a set of its books, which providers list under other titles)."""
    any_offered = False
    for title, authors in _probes(members, asker):
        ids = series_of(asker, title, authors)
        any_offered = any_offered or bool(ids)
        yield ids
    if not any_offered and tracked.author:
        yield series_named(asker, tracked.name, (tracked.author,))


def _probes(members: Sequence[LibraryItem], asker: CachedCatalogue) -> list[tuple[str, tuple[str, ...]]]:
    """(title, authors) of the members to look up: those that found a series before, then the plainest titles."""
    ranked = []
    for item in members:
        if not item.title or not item.authors:
            continue
        title = titles.parse(item.title, item.subtitle).title or item.title
        kept = asker.known("series_of", subject_of(title, item.authors))
        standing = 1 if kept is None or kept.answer is None else 0 if kept.answer else 2
        ranked.append((standing, len(item.title), item.abs_id, title, item.authors))
    return [(title, authors) for *_, title, authors in sorted(ranked)[:PROBES_PER_SERIES]]


def _listing(
    tracked: TrackedSeries,
    series: ProviderSeries,
    confidence: Confidence,
    fetched_at: datetime | None,
    languages: tuple[str, ...],
) -> Listing:
    source = f"{series.provider}:{series.series_id}"
    entries = tuple(
        replace(
            entry, provider_series_id=source, providers=entry.providers or (series.provider,), fetched_at=fetched_at
        )
        for entry in identity.series_entries(tracked, series, confidence, languages=languages)
    )
    return Listing(series, entries, confidence, fetched_at)


def _figures(catalogues: Sequence[CatalogueOfSeries], askers: Sequence[CachedCatalogue]) -> dict[str, object]:
    entries = [entry for series in catalogues for entry in series.entries]
    return {
        CatalogueFigure.SERIES: len(catalogues),
        CatalogueFigure.KNOWN_TO_A_PROVIDER: sum(series.chosen is not None for series in catalogues),
        CatalogueFigure.ENTRIES: len(entries),
        CatalogueFigure.LISTED_BY_SEVERAL_PROVIDERS: sum(len(entry.providers) > 1 for entry in entries),
        CatalogueFigure.PROVIDERS_DISAGREE: sum(bool(entry.disagreement) for entry in entries),
        CatalogueFigure.TO_BE_LOOKED_AT: sum(entry.confidence is Confidence.UNMATCHED for entry in entries),
        CatalogueFigure.OLD_BECAUSE_A_PROVIDER_FAILED: sum(bool(series.problem) for series in catalogues),
        CatalogueFigure.REQUESTS: {asker.name: asker.asked for asker in askers},
    }
