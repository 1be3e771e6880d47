"""When providers are asked, what a failure does, and whose word decides which series it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.catalogue import ProviderSeries, Work
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.domain.model.overrides import Overrides
from mam_assets.stages.catalogue.authors import author_rows, judge, refresh_authors, states
from mam_assets.stages.catalogue.refresh import CatalogueOfSeries, refresh_catalogue
from mam_assets.stages.providers.cached_provider import Refresh, problems
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import backoff, provider_answers
from mam_assets.store.mappers.authors import AuthorRow
from mam_assets.store.upgrade import upgrade
from resources.errors import AuthError, Blocked, NotFound, RateLimited, ServiceError, Unavailable, Unreachable

START = datetime(2026, 1, 2, 3, tzinfo=UTC)
DAY = timedelta(days=1)
AUTHOR = "Martha Wells"
BOOKS = ("All Systems Red", "Artificial Condition", "Rogue Protocol", "Exit Strategy")


class Provider:
    """Knows series of four books; ``trouble`` is raised instead of every answer."""

    def __init__(self, name: str, series: dict[str, Sequence[str]] | None = None) -> None:
        self.name = name
        self.listed = {"murderbot": BOOKS} if series is None else series
        self.trouble: ServiceError | None = None
        self.questions: Counter[str] = Counter()

    @property
    def requests_made(self) -> int:
        return self.questions.total()

    def _asked(self, question: str) -> None:
        self.questions[question] += 1
        if self.trouble is not None:
            raise self.trouble

    def series_of(self, title: str, authors: Sequence[str]) -> list[str]:
        self._asked("series_of")
        return [number for number, titles in self.listed.items() if title in titles]

    def series_named(self, name: str, authors: Sequence[str]) -> list[str]:
        self._asked("series_named")
        return []

    def series(self, series_id: str) -> ProviderSeries:
        self._asked("series")
        if series_id not in self.listed:
            raise NotFound(self.name, f"no series {series_id}")
        works = [(str(at), self.work(title)) for at, title in enumerate(self.listed[series_id], 1)]
        return ProviderSeries(self.name, series_id, "The Murderbot Diaries", tuple(works))

    def work(self, title: str) -> Work:
        return Work(f"{self.name}:{title}", title, (AUTHOR,))

    def find_author(self, name: str) -> str:
        self._asked("author")
        return "17"

    def author_works(self, author_id: str) -> list[Work]:
        self._asked("author_works")
        return [self.work(title) for title in (*BOOKS, "The Cloud Roads", "City of Bones", "Witch King")]


ITEMS = [
    LibraryItem(f"li_{at}", title, (AUTHOR,), series=(SeriesRef("The Murderbot Diaries", str(at)),))
    for at, title in enumerate(BOOKS[:2], 1)
] + [LibraryItem("li_9", "Witch King", (AUTHOR,))]
KEY = "murderbot diaries|martha wells"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = open_engine(f"sqlite:///{tmp_path}/store.db")
    upgrade(made)
    yield made
    made.dispose()


Look = Callable[..., CatalogueOfSeries]


@pytest.fixture
def look(engine: sa.Engine) -> Look:
    """Refresh the catalogue ``after`` so many days; the one tracked series."""

    def run(
        *providers: Provider,
        after: float = 0,
        everything: bool = False,
        requests: int = 100,
        said: str = "",
        tally: Tally | None = None,
    ) -> CatalogueOfSeries:
        refresh = Refresh(30 * DAY, 12 * timedelta(hours=1), requests, everything)
        words = {KEY: said} if said else {}
        at = START + after * DAY
        (found,) = refresh_catalogue(ITEMS, providers, engine, refresh, tally or Tally(), lambda: at, words)
        assert found.tracked.series_key == KEY
        return found

    return run


def test_only_what_is_due_is_asked(look: Look) -> None:
    it = Provider("goodreads")
    look(it)
    assert it.questions == {"series_of": 1, "series": 1}
    look(it, after=29)
    assert it.requests_made == 2
    look(it, after=30)
    assert it.questions == {"series_of": 1, "series": 2}, "which series a book is in hardly ever changes"
    look(it, after=35, everything=True)
    assert it.questions == {"series_of": 1, "series": 3}
    look(it, after=181)
    assert it.questions["series_of"] == 2


def test_a_book_in_no_series_is_looked_up_again_after_one_refresh(look: Look) -> None:
    it = Provider("goodreads", {})
    assert look(it).chosen is None
    assert it.questions["series_of"] == 2
    asked = it.requests_made
    look(it, after=29)
    assert it.requests_made == asked
    it.listed = {"murderbot": BOOKS}
    assert look(it, after=31).chosen is not None


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [
        (Blocked("goodreads", "answered 403"), timedelta(hours=6)),
        (RateLimited("goodreads", "answered 429", timedelta(minutes=7)), timedelta(minutes=7)),
        (RateLimited("goodreads", "answered 429"), timedelta(minutes=30)),
        (AuthError("goodreads", "refuses the token"), timedelta(minutes=30)),
    ],
)
def test_a_provider_that_says_stop_is_left_alone_and_its_answer_stands(
    look: Look, engine: sa.Engine, trouble: ServiceError, pause: timedelta
) -> None:
    it, tally = Provider("goodreads"), Tally()
    before = look(it)
    it.trouble = trouble
    found = look(it, after=40, tally=tally)
    assert [(e.entry_key, e.fetched_at) for e in found.entries] == [(e.entry_key, START) for e in before.entries]
    assert trouble.message in found.problem
    assert [failure.code for failure in tally.failures] == [trouble.code]
    now, asked = START + 40 * DAY, it.requests_made
    assert backoff.current(engine, "goodreads", now + pause - timedelta(seconds=1)) is not None
    assert backoff.current(engine, "goodreads", now + pause) is None
    look(it, after=40.003)
    assert it.requests_made == asked
    assert problems(engine, "series", ["goodreads"], now, 30 * DAY) == {
        "goodreads:murderbot": f"goodreads: {trouble.message}"
    }


def test_trouble_in_a_row_ends_the_asking(engine: sa.Engine) -> None:
    it, tally = Provider("goodreads"), Tally()
    it.trouble = Unavailable("goodreads", "took too long")
    items = [
        LibraryItem(f"li_{n}", f"Book {n}", (f"Author {n}",), series=(SeriesRef(f"Series {n}", "1"),))
        for n in range(20)
    ]
    refresh_catalogue(items, [it], engine, Refresh(30 * DAY, DAY, 100), tally, lambda: START)
    assert it.requests_made == 3, "a provider that is down is not waited for twenty times"
    assert backoff.current(engine, "goodreads", START) is not None


def test_who_cannot_be_reached_is_asked_again_by_the_next_run(engine: sa.Engine) -> None:
    """A network that was down, or a run whose services died with it, costs neither books nor provider a rest."""
    it, tally = Provider("goodreads"), Tally()
    items = [
        LibraryItem(f"li_{n}", f"Book {n}", (f"Author {n}",), series=(SeriesRef(f"Series {n}", "1"),))
        for n in range(20)
    ]

    def run(minutes: int) -> int:
        before, now = it.requests_made, START + timedelta(minutes=minutes)
        refresh_catalogue(items, [it], engine, Refresh(30 * DAY, DAY, 100), tally, lambda: now)
        return it.requests_made - before

    it.trouble = Unreachable("goodreads", "connection refused")
    assert run(0) == 3, "who is not there is not called twenty times"
    assert {answer.outcome for answer in provider_answers.all_of(engine, "goodreads", "series_of").values()} == {
        "unreachable"
    }
    assert [failure.code for failure in tally.failures] == ["unavailable"] * 3
    assert backoff.current(engine, "goodreads", START) is None
    it.trouble = None
    assert run(1) > 20
    assert {answer.outcome for answer in provider_answers.all_of(engine, "goodreads", "series_of").values()} == {"ok"}


def test_a_failed_question_rests_longer_each_time(look: Look) -> None:
    it = Provider("goodreads")
    it.trouble = NotFound("goodreads", "gone")
    look(it)
    asked = it.requests_made
    look(it, after=0.4)
    assert it.requests_made == asked
    look(it, after=0.5)
    assert it.requests_made == 2 * asked
    look(it, after=1.4)
    assert it.requests_made == 2 * asked, "after the second failure it rests for a day"
    look(it, after=1.5)
    assert it.requests_made == 3 * asked


def test_the_allowance_of_a_run_is_kept(look: Look) -> None:
    it = Provider("goodreads")
    found = look(it, requests=1)
    assert it.requests_made == 1
    assert found.chosen is None
    assert look(it, requests=1).chosen is not None, "the next run goes on where this one ended"


def test_all_providers_are_asked_and_put_together(look: Look) -> None:
    more = Provider("hardcover", {"77": (*BOOKS, "Network Effect")})
    found = look(Provider("goodreads"), more)
    assert [entry.position for entry in found.entries] == ["1", "2", "3", "4", "5"]
    assert found.entries[0].providers == ("goodreads", "hardcover")
    assert found.entries[4].confidence is Confidence.UNMATCHED
    assert found.chosen is not None
    assert found.chosen.provider == "goodreads"


def test_a_persons_word_is_the_series_and_no_other_provider_adds_to_it(look: Look) -> None:
    more = Provider("hardcover", {"77": (*BOOKS, "Network Effect"), "99": ("Something Else",)})
    found = look(Provider("goodreads"), more, said="hardcover:99")
    assert [entry.work.title for entry in found.entries] == ["Something Else"]
    assert (found.confidence, found.evidence) == (Confidence.HIGH, "a person chose hardcover:99")


def test_a_persons_word_that_cannot_be_followed_is_not_replaced_by_a_guess(look: Look) -> None:
    assert look(Provider("goodreads"), said="hardcover:77").entries == ()
    gone = look(Provider("goodreads"), said="goodreads:nowhere")
    assert (gone.entries, gone.confidence) == ((), Confidence.UNMATCHED)
    assert "no series nowhere" in gone.problem


def _authors(engine: sa.Engine, *providers: Provider, after: int = 0, requests: int = 100) -> list[AuthorRow]:
    at = START + after * DAY
    refresh = Refresh(30 * DAY, DAY, requests)
    found = refresh_catalogue(ITEMS, providers, engine, refresh, Tally(), lambda: at)
    entries = [entry for one in found for entry in one.entries]
    catalogues = refresh_authors(ITEMS, entries, providers, engine, refresh, Tally(), lambda: at, 3)
    judged = judge(ITEMS, catalogues, Overrides(), frozenset(), at.date())
    return author_rows(ITEMS, judged, states(engine, [p.name for p in providers], at, 30 * DAY), 3)


def test_authors_are_counted_outside_their_series_and_stand_through_failures(engine: sa.Engine) -> None:
    it = Provider("goodreads")
    (row,) = _authors(engine, it)
    assert (row.figures.books_owned, row.figures.total_books, row.figures.completion_percentage) == (1, 3, 33.3)
    assert (row.provider_author_id, row.fetched_at, row.catalogue_problem) == ("goodreads:17", START, "")
    it.trouble = Blocked("goodreads", "answered 403")
    (later,) = _authors(engine, it, after=40)
    assert later.figures == row.figures
    assert later.fetched_at == START
    assert "403" in later.catalogue_problem
    assert provider_answers.last(engine, "goodreads", "author_works", "17") is not None


def test_without_an_allowance_kept_bibliographies_are_put_together_anew(engine: sa.Engine) -> None:
    it = Provider("goodreads")
    _authors(engine, it)
    asked = it.requests_made
    (row,) = _authors(engine, it, after=99, requests=0)
    assert it.requests_made == asked
    assert row.figures.total_books == 3
