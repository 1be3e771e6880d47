"""What the tracked authors wrote, outside the tracked series too, and what of it the library lacks.

As with series, bibliographies are built from ``provider_answers``: an outage changes their age and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

import sqlalchemy as sa

from mam_assets.domain import identity, ownership
from mam_assets.domain.catalogue import bibliography
from mam_assets.domain.catalogue.bibliography import AuthorWork, Bibliography, SeriesBooks, TrackedAuthor
from mam_assets.domain.figures import CatalogueFigure
from mam_assets.domain.model.catalogue import SeriesEntry, Work
from mam_assets.domain.model.completion import EntryVerdict
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.overrides import Overrides
from mam_assets.store.ledgers import provider_answers
from mam_assets.store.ledgers.provider_answers import Answer
from mam_assets.store.mappers.authors import AuthorRow, JudgedWork
from mam_assets.store.mappers.codec import from_json, to_json
from resources.providers import CatalogueProvider

from ..completion.judgement import still_there
from ..providers.cached_provider import CachedProvider, Refresh, problems
from ..task_run import Clock, Tally
from .series_questions import CachedCatalogue

FIND, WORKS = "author", "author_works"  # questions in ``provider_answers``


@dataclass(frozen=True, slots=True)
class State:
    """Of one author's bibliography: "<provider>:<id>", the time of the answer, and why it is old or absent."""

    source: str = ""
    fetched_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AuthorCatalogue:
    """One tracked author's books. ``source`` is "<provider>:<id>" of the most trusted bibliography, "" without any."""

    author: TrackedAuthor
    books: tuple[AuthorWork, ...]
    source: str = ""
    problem: str = ""
    fetched_at: datetime | None = None


def refresh_authors(
    items: Sequence[LibraryItem],
    entries: Sequence[SeriesEntry],
    providers: Sequence[CatalogueProvider],
    engine: sa.Engine,
    refresh: Refresh,
    tally: Tally,
    clock: Clock,
    least: int,
) -> list[AuthorCatalogue]:
    """The books of every author of whom the library has at least ``least``; ``entries`` are those of tracked series.

    With ``refresh.requests`` 0 no provider is asked and the kept answers are put together anew.
    """
    askers = [CachedProvider(provider, engine, refresh, clock, tally) for provider in providers]
    series = SeriesBooks(identity.tracked_series(items), entries)
    left_out: Counter[str] = Counter()
    catalogues = []
    for author in bibliography.tracked_authors(items, least):
        catalogue, reasons = _catalogue(author, askers, series)
        catalogues.append(catalogue)
        left_out += reasons
        tally.succeed()
    books = [book for catalogue in catalogues for book in catalogue.books]
    tally.figures.update(
        {
            CatalogueFigure.AUTHORS: len(catalogues),
            CatalogueFigure.KNOWN_TO_A_PROVIDER: sum(bool(catalogue.source) for catalogue in catalogues),
            CatalogueFigure.WORKS: len(books),
            CatalogueFigure.OF_TRACKED_SERIES: sum(book.in_tracked_series for book in books),
            CatalogueFigure.OLD_BECAUSE_A_PROVIDER_FAILED: sum(bool(catalogue.problem) for catalogue in catalogues),
            CatalogueFigure.LEFT_OUT: dict(left_out.most_common()),
            CatalogueFigure.REQUESTS: {asker.name: asker.asked for asker in askers},
        }
    )
    return catalogues


def _catalogue(
    author: TrackedAuthor, askers: Sequence[CachedCatalogue], series: SeriesBooks
) -> tuple[AuthorCatalogue, Counter[str]]:
    answers: list[Bibliography] = []
    troubles: list[str] = []
    source = ""
    for asker in askers:
        number = _number(asker, author)
        trouble = asker.known(FIND, author.author_key)
        if not number:
            if trouble is not None and not trouble.is_ok:
                troubles.append(f"{asker.name}: {trouble.problem or trouble.outcome}")
            continue
        kept = _listed(asker, number)
        if kept is not None and not kept.is_ok:
            troubles.append(f"{asker.name}: {kept.problem or kept.outcome}")
        if kept is None or kept.answer is None:
            continue
        works = tuple(from_json(Work, row) for row in kept.answer)
        answers.append(Bibliography(asker.name, works, kept.answered_at))
        source = source or f"{asker.name}:{number}"
    books, left_out = bibliography.put_together(author.author_key, answers, series)
    age = answers[0].fetched_at if answers else None
    return AuthorCatalogue(author, tuple(books), source, "; ".join(troubles), age), left_out


def _number(asker: CachedCatalogue, author: TrackedAuthor) -> str:
    return str(asker.find(FIND, author.author_key, lambda: asker.provider.find_author(author.name)) or "")


def _listed(asker: CachedCatalogue, number: str) -> Answer | None:
    works = asker.read(WORKS, number, lambda: [to_json(work) for work in asker.provider.author_works(number)])
    return works.kept


def judge(
    items: Sequence[LibraryItem],
    catalogues: Sequence[AuthorCatalogue],
    overrides: Overrides,
    on_its_way: frozenset[str],
    today: date,
    languages: tuple[str, ...] = ("english",),
    imported: Mapping[str, str] = MappingProxyType({}),
) -> list[JudgedWork]:
    """Each book with the verdict of the same gates that judge series; a book of two authors is judged for each."""
    books = [book for known in catalogues for book in known.books]
    if not books:  # no provider knows an author: the items need no look
        return []
    usable = [item for item in items if item.is_there]
    entries = [book.as_entry() for book in books]
    verdicts = ownership.judge(
        usable,
        entries,
        overrides=overrides,
        on_its_way=on_its_way,
        imported=still_there(usable, imported, overrides),
        today=today,
        languages=languages,
    )
    return [JudgedWork(book, verdict) for book, verdict in zip(books, verdicts, strict=True)]


def author_rows(
    items: Sequence[LibraryItem],
    judged: Sequence[tuple[AuthorWork, EntryVerdict]],
    states: Mapping[str, State],
    least: int,
) -> list[AuthorRow]:
    """One row for each tracked author, also for those that no provider knows (their percentage is None)."""
    of_author: dict[str, list[tuple[AuthorWork, EntryVerdict]]] = {}
    for book, verdict in judged:
        of_author.setdefault(book.author_key, []).append((book, verdict))
    rows = []
    for author in bibliography.tracked_authors(items, least):
        books = of_author.get(author.author_key, [])
        state = states.get(author.author_key, State())
        sure = max((book.confidence for book, _ in books), default=Confidence.UNMATCHED)
        problem = state.problem or ("" if state.source else "no provider knows this author")
        figures = bibliography.figures(books)
        rows.append(AuthorRow(author, figures, state.source, sure, problem, state.fetched_at))
    return rows


def states(engine: sa.Engine, providers: Sequence[str], now: datetime, max_age: timedelta) -> dict[str, State]:
    """Author key → where the bibliography comes from first, its age, and why it is old."""
    troubles = problems(engine, WORKS, list(providers), now, max_age)
    by_author: dict[str, State] = {}
    for name in providers:
        listed = provider_answers.all_of(engine, name, WORKS)
        for key, answer in provider_answers.all_of(engine, name, FIND).items():
            number = str(answer.answer or "")
            trouble = "" if answer.is_ok else f"{name}: {answer.problem or answer.outcome}"
            trouble = trouble or troubles.get(f"{name}:{number}", "")
            state = by_author.setdefault(key, State())
            if not state.source and number in listed and listed[number].answer is not None:
                state = replace(state, source=f"{name}:{number}", fetched_at=listed[number].answered_at)
            by_author[key] = replace(state, problem="; ".join(filter(None, (state.problem, trouble))))
    return by_author
