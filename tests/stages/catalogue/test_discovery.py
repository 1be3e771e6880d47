"""Books that name no series find theirs; libraries that own only a set of a series find it by its name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain import identity
from mam_assets.domain.model.catalogue import ProviderSeries, Work
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.stages.catalogue.refresh import CatalogueOfSeries, refresh_catalogue
from mam_assets.stages.providers.cached_provider import Refresh
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine, upgrade

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REFRESH = Refresh(timedelta(days=30), timedelta(hours=12), 1000)
MAGICIANS = [("1", "The Magicians"), ("2", "The Magician King"), ("3", "The Magician's Land")]
RADCH = [("1", "Ancillary Justice"), ("2", "Ancillary Sword"), ("3", "Ancillary Mercy")]
VAMPIRES = [("1", "Some Girls Bite"), ("2", "Friday Night Bites"), ("3", "Twice Bitten"), ("4", "Hard Bitten")]


class Provider:
    """A provider with three series; it knows books by their exact titles and series by their names."""

    name = "goodreads"
    requests_made = 0

    def __init__(self) -> None:
        self.shelves = {
            "10": series("10", "The Magicians", "Lev Grossman", MAGICIANS),
            "20": series("20", "Imperial Radch", "Ann Leckie", RADCH),
            "30": series("30", "Chicagoland Vampires", "Chloe Neill", VAMPIRES),
        }
        self.asked: list[str] = []

    def series_of(self, title: str, authors: Sequence[str]) -> list[str]:
        self.asked.append(title)
        self.requests_made += 1
        return [key for key, found in self.shelves.items() if any(work.title == title for _, work in found.entries)]

    def series_named(self, name: str, authors: Sequence[str]) -> list[str]:
        self.requests_made += 1
        return [key for key, found in self.shelves.items() if found.title == name]

    def series(self, series_id: str) -> ProviderSeries:
        self.requests_made += 1
        return self.shelves[series_id]

    def find_author(self, name: str) -> str:
        return ""

    def author_works(self, author_id: str) -> list[Work]:
        return []


def series(series_id: str, title: str, author: str, books: Sequence[tuple[str, str]]) -> ProviderSeries:
    entries = tuple(
        (at, Work(f"goodreads:{series_id}{at}", name, (author,), series=(SeriesRef(title, at),))) for at, name in books
    )
    return ProviderSeries("goodreads", series_id, title, entries, len(books), len(books))


def item(abs_id: str, title: str, author: str, **fields: object) -> LibraryItem:
    return LibraryItem(abs_id, title, (author,), **fields)  # type: ignore[arg-type]


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    made = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    upgrade(made)
    return made


def catalogue(
    engine: sa.Engine, items: Sequence[LibraryItem], provider: Provider, discoveries: int = 100
) -> dict[str, CatalogueOfSeries]:
    found = refresh_catalogue(items, [provider], engine, REFRESH, Tally(), lambda: NOW, discoveries=discoveries)
    return {one.tracked.series_key: one for one in found}


@pytest.mark.parametrize(
    ("owned", "key"),
    [
        (item("a", "The Magicians", "Lev Grossman"), "magicians|lev grossman"),
        (item("a", "Imperial Radch 02 - Ancillary Sword", "Ann Leckie"), "imperial radch|ann leckie"),
        (item("a", "Ancillary Mercy", "Leckie, Ann"), "imperial radch|ann leckie"),
    ],
)
def test_a_book_that_names_no_series_finds_it(engine: sa.Engine, owned: LibraryItem, key: str) -> None:
    found = catalogue(engine, [owned], Provider())
    assert list(found) == [key]
    assert len(found[key].entries) == 3


def test_a_library_that_owns_only_a_set_finds_the_series_by_its_name(engine: sa.Engine) -> None:
    owned = item(
        "a",
        "The Chicagoland Vampires Collection: Books 1 - 3",
        "Chloe Neill",
        series=(SeriesRef("Chicagoland Vampires"),),
    )
    found = catalogue(engine, [owned], Provider())
    assert [entry.position for entry in found["chicagoland vampires|chloe neill"].entries] == ["1", "2", "3", "4"]


def test_a_book_by_another_author_joins_no_series(engine: sa.Engine) -> None:
    assert catalogue(engine, [item("a", "The Magicians", "Colm Tóibín")], Provider()) == {}


def test_new_questions_are_bounded_and_known_answers_cost_nothing(engine: sa.Engine) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    names = ["Emma", "Persuasion", "Sanditon", "Lady Susan", "Catharine"]
    items = [item(name, name, "Jane Austen", added_at=day + timedelta(days=n)) for n, name in enumerate(names)]
    provider = Provider()
    catalogue(engine, items, provider, discoveries=2)
    assert provider.asked == ["Catharine", "Lady Susan"]
    catalogue(engine, items, provider, discoveries=2)
    assert provider.asked[2:] == ["Sanditon", "Persuasion"]


def test_study_guides_and_ebooks_are_not_looked_up(engine: sa.Engine) -> None:
    provider = Provider()
    guide = item("a", "Summary and Study Guide: The Magicians", "Lev Grossman")
    ebook = item("b", "The Magician King", "Lev Grossman", num_audio_files=0)
    assert catalogue(engine, [guide, ebook], provider) == {}
    assert provider.asked == []


def test_a_found_series_keeps_its_key_when_an_item_comes_to_name_it() -> None:
    lone = item("a", "The Magicians", "Lev Grossman")
    [found] = identity.adopt([], [(lone, series("10", "The Magicians", "Lev Grossman", MAGICIANS))])
    named = item("b", "The Magician King", "Lev Grossman", series=(SeriesRef("The Magicians", "2"),))
    [tracked] = identity.tracked_series([named])
    assert found.series_key == tracked.series_key
