"""``python -m benchmarks.catalogue_requests [--series N]``: how many requests the catalogue costs each provider.

A made-up library of N series is looked up with the real clients at stand-ins on loopback: once from nothing, once more
at once, and once as the monthly refresh of everything. Prints requests and, at the pace of the default policy, minutes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.stand_in_providers import catalogue_providers
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.policy import CatalogueSection
from mam_assets.sandbox.world.facts import World, WorldBook, WorldSeries, invented_asin, invented_isbn, stable_number
from mam_assets.stages.catalogue.refresh import refresh_catalogue
from mam_assets.stages.providers.cached_provider import Refresh
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine
from mam_assets.store.upgrade import upgrade
from resources.providers import CatalogueProvider

BOOKS_PER_SERIES = 6
OWNED_PER_SERIES = 4
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
]


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests to each provider: of a first look-up, of another run the same day, and of a full monthly refresh."""

    first: dict[str, int]
    same_day: dict[str, int]
    monthly: dict[str, int]


def measured(series: int, providers: Sequence[str] = ("goodreads", "hardcover", "audible")) -> Cost:
    """Look up a library of so many series three times."""
    world = made_up_world(series)
    items = owned_items(world)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/store.db")
        upgrade(engine)
        with catalogue_providers(world, providers, Path(folder)) as clients:
            start = datetime(2026, 1, 2, 3, tzinfo=UTC)

            def run(at: datetime, *, everything: bool) -> dict[str, int]:
                refresh = Refresh(timedelta(days=30), timedelta(hours=12), 10**9, everything)
                return _run(items, clients, engine, refresh, lambda: at)

            first = run(start, everything=False)
            same_day = run(start + timedelta(hours=20), everything=False)
            monthly = run(start + timedelta(days=31), everything=True)
        engine.dispose()
    return Cost(first, same_day, monthly)


def _run(
    items: Sequence[LibraryItem],
    clients: Sequence[CatalogueProvider],
    engine: object,
    refresh: Refresh,
    clock: Callable[[], datetime],
) -> dict[str, int]:
    tally = Tally()
    refresh_catalogue(items, clients, engine, refresh, tally, clock)  # type: ignore[arg-type]
    if tally.failures:
        raise RuntimeError(f"a stand-in failed: {tally.failures[0]}")
    return dict(tally.figures["requests"])


def made_up_world(series: int) -> World:
    """So many series of invented books, the same on every run."""
    made = []
    for number in range(series):
        author = f"{_name(number // 3, 'first')} {_name(number // 3, 'last')}"
        name = f"{_name(number, 'series')} {_name(number, 'cycle')}"
        entries = []
        for at in range(1, BOOKS_PER_SERIES + 1):
            key = (number, at)
            title = f"{_name(number, at, 'a')} {_name(number, at, 'b')}"
            book = WorldBook(
                book_id=1_000_000 + number * 100 + at,
                work_id=2_000_000 + number * 100 + at,
                title=title,
                authors=(author,),
                series=name,
                position=str(at),
                year=2000 + at,
                runtime_seconds=36_000,
                narrators=("Jane Holt",),
                asin=invented_asin(*key),
                isbn=invented_isbn(*key),
            )
            entries.append((str(at), book))
        made.append(WorldSeries(40_000 + number, name, author, tuple(entries)))
    return World("made-up", tuple(made), ())


def _name(*key: object) -> str:
    number = stable_number("name", *key, low=0, high=len(_SYLLABLES) ** 4)
    parts = []
    for _ in range(4):
        number, at = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[at])
    return "".join(parts).capitalize()


def owned_items(world: World) -> list[LibraryItem]:
    """A library that has the first books of every series."""
    return [
        LibraryItem(
            abs_id=f"item-{book.book_id}",
            title=book.title,
            authors=book.authors,
            series=(SeriesRef(series.name, position),),
        )
        for series in world.series
        for position, book in series.entries[:OWNED_PER_SERIES]
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue_requests", description=__doc__)
    parser.add_argument("--series", type=int, default=1000, help="series in the made-up library")
    count = parser.parse_args().series
    cost, pace = measured(count), CatalogueSection()
    print(f"{count} series: requests (minutes at the default pace)")
    print(f"{'provider':<12}{'first':>14}{'same day':>14}{'monthly':>14}")
    for name, per_minute in (
        ("goodreads", pace.goodreads_per_minute),
        ("hardcover", pace.hardcover_per_minute),
        ("audible", pace.audible_per_minute),
    ):
        cells = [f"{sent[name]} ({sent[name] / per_minute:.0f})" for sent in (cost.first, cost.same_day, cost.monthly)]
        print(f"{name:<12}" + "".join(f"{cell:>14}" for cell in cells))


if __name__ == "__main__":
    main()
