"""A small world of books for the enrichment: stand-ins of Audiobookshelf and of the metadata providers over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from mam_assets.clients import open_metadata_providers
from mam_assets.domain.enrichment import Rules
from mam_assets.policy import CatalogueSection, EnrichmentSection, Policy
from mam_assets.sandbox import audible, audiobookshelf, audnexus, custom_provider, google_books
from mam_assets.sandbox.audiobookshelf.server import ADMIN
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.facts import (
    OwnedItem,
    World,
    WorldBook,
    WorldSeries,
    invented_asin,
    invented_isbn,
    stable_number,
)
from mam_assets.sandbox.world.opinions import PROVIDERS, Opinions
from mam_assets.settings import Settings
from mam_assets.stages.enrichment import enrich
from mam_assets.stages.enrichment.enrich import Look
from mam_assets.stages.enrichment.questions import CachedMetadata
from mam_assets.stages.enrichment.targets import Target
from mam_assets.stages.enrichment.writer import MetadataWriter
from mam_assets.stages.providers.cached_provider import CachedProvider, Refresh
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine
from mam_assets.store.upgrade import upgrade
from resources.audiobookshelf import AbsClient

HOUR = 3600
TITLES = ("The Salt Road", "The Glass Harbour", "The Iron Tide", "The Paper Moon", "The Last Lantern")


def undisputed(count: int) -> list[int]:
    """Book numbers of which every provider says the truth, with one recording each and all that Google can say."""
    numbers: list[int] = []
    number = 1000
    while len(numbers) < count:
        number += 1
        book = WorldBook(number, number, "X", ("A",), "S", "1", 2012, HOUR)
        world = World("probe", (WorldSeries(1, "S", "A", (("1", book),)),), ())
        agreed = all(Opinions(world).book(name, book) == book for name in PROVIDERS)
        # Google has its publisher, date and authors by these remainders; odd numbers have an ISBN at Lubimyczytac's.
        if agreed and stable_number("recordings", number, low=0, high=20) > 3 and number % 6 == 3 and number % 10 != 0:
            numbers.append(number)
    return numbers


BOOKS = tuple(
    WorldBook(
        number, number, title, ("Edda Marsh",), "Harbour Chronicles", str(place), 2011 + place, (8 + place) * HOUR,
        ("Oona Field",), asin=invented_asin(number), isbn=invented_isbn(number),
    )
    for place, (number, title) in enumerate(zip(undisputed(len(TITLES)), TITLES, strict=True), 1)
)  # fmt: skip


def owned(place: int, **known: Any) -> OwnedItem:
    """An item of the book at that place, of which nothing but title, author, length and series is known."""
    book = BOOKS[place - 1]
    given: dict[str, Any] = {
        "abs_id": f"item-{place}",
        "rel_path": f"Edda Marsh/{book.title}",
        "title": book.title,
        "authors": book.authors,
        "series": (("Harbour Chronicles", book.position),),
        "duration_seconds": book.runtime_seconds,
        "size_bytes": 10_000_000,
    }
    return OwnedItem(**{**given, **known})


WORLD = World(
    "enrichment",
    (WorldSeries(7, "Harbour Chronicles", "Edda Marsh", tuple((book.position, book) for book in BOOKS)),),
    (
        owned(1, series=()),
        owned(2),
        owned(3, series=(("Harbour Chronicles", None), ("My Favourites", "2")), isbn="0"),
        owned(4, duration_seconds=2.0 * HOUR),
        owned(5, title="The Last Lanterns", series=()),
    ),
    {"Audiobooks": "lib-1"},
)


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2026, 6, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Setting:
    """One running set of stand-ins, and a store. ``faults`` and ``urls`` by service."""

    folder: Path
    engine: sa.Engine
    urls: dict[str, str]
    faults: dict[str, Faults]
    clock: Clock
    client: AbsClient
    tally: Tally = field(default_factory=Tally)
    askers: list[CachedMetadata] = field(default_factory=list)

    def providers(self, *names: str, custom: dict[str, str] | None = None) -> list[Any]:
        settings = Settings.model_validate(
            {
                "AUDIBLE_URL": self.urls["audible"],
                "AUDNEXUS_URL": self.urls["audnexus"],
                "GOOGLE_BOOKS_URL": f"{self.urls['google_books']}/books/v1",
                "GOOGLE_BOOKS_API_KEY": "a-key",
                "MAM_STATE_DIR": self.folder,
            }
        )
        urls = {name: self.urls["custom_provider"] + path for name, path in (custom or {}).items()}
        policy = Policy(
            catalogue=CatalogueSection(custom=urls, audible_per_minute=6000),
            enrichment=EnrichmentSection(providers=names, requests_per_minute=6000),
        )
        made, off = open_metadata_providers(settings, policy)
        assert not off
        return made

    def writer(self, client: Any = None, run_id: str = "run-1") -> MetadataWriter:
        return MetadataWriter(self.engine, client or self.client, self.folder / "lock", run_id=run_id, clock=self.clock)

    def run(
        self,
        *places: int,
        names: tuple[str, ...] = ("audible", "audnexus", "google_books"),
        custom: dict[str, str] | None = None,
        write: bool = True,
        overwrite: bool = False,
        client: Any = None,
        run_id: str = "run-1",
        requests_allowed: int = 100,
        dry_run: bool = False,
    ) -> list[Look]:
        """One run of the stage over the items at these places."""
        self.tally = Tally()
        refresh = Refresh(timedelta(days=30), timedelta(hours=12), requests_allowed)
        self.askers = [
            CachedProvider(provider, self.engine, refresh, self.clock, self.tally, at_once=False)
            for provider in self.providers(*names, custom=custom)
        ]
        targets = [
            Target(f"item-{place}", write, None if write else self.client.item(f"item-{place}")) for place in places
        ]
        rules = Rules(2026, overwrite=overwrite)
        writer = self.writer(client, run_id)
        return enrich.enrich(targets, self.askers, writer, rules, self.tally, self.clock, dry_run=dry_run)

    def stored(self, place: int) -> dict[str, Any]:
        return self.client.item_to_edit(f"item-{place}")[1]

    def sent(self) -> list[dict[str, Any]]:
        """The changes that reached Audiobookshelf."""
        changes = requests.get(f"{self.urls['audiobookshelf']}/_sandbox/log", timeout=10).json()["changes"]
        return [change for change in changes if change["what"] in ("media", "cover")]

    def asked(self, service: str) -> int:
        """Requests that reached a provider."""
        log = requests.get(f"{self.urls[service]}/_sandbox/log", timeout=10).json()
        return len(log["requests"] if isinstance(log, dict) else log)


@dataclass
class Providers:
    """The stand-ins of the providers: they keep nothing, so that many tests may share them."""

    urls: dict[str, str]
    faults: dict[str, Faults]

    def calm(self) -> None:
        """No fault is on, and nothing was asked."""
        for name, url in self.urls.items():
            self.faults[name].clear()
            requests.delete(f"{url}/_sandbox/log", timeout=10)


@contextmanager
def open_providers() -> Iterator[Providers]:
    """The stand-ins of all metadata providers."""
    makers = {
        "audible": audible.create_app,
        "audnexus": audnexus.create_app,
        "google_books": google_books.create_app,
        "custom_provider": custom_provider.create_app,
    }
    faults = {name: Faults() for name in makers}
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(Serving(make(WORLD, faults=faults[name]))).url for name, make in makers.items()
        }
        yield Providers(urls, faults)


@contextmanager
def open_setting(folder: Path, providers: Providers) -> Iterator[Setting]:
    """An Audiobookshelf and a store of its own beside the providers."""
    providers.calm()
    faults = Faults()
    shelf = audiobookshelf.create_app(
        WORLD, state=State(folder / "state"), library_dir=folder / "library", faults=faults
    )
    with Serving(shelf) as serving, ExitStack() as stack:
        engine = open_engine(f"sqlite:///{folder / 'store.db'}")
        stack.callback(engine.dispose)
        upgrade(engine)
        client = AbsClient(serving.url, ADMIN.token)
        stack.callback(client._session.close)  # an open connection would hold the server up as it stops
        yield Setting(
            folder,
            engine,
            {**providers.urls, "audiobookshelf": serving.url},
            {**providers.faults, "audiobookshelf": faults},
            Clock(),
            client,
        )
