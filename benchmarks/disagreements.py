"""``python -m benchmarks.disagreements``: what providers say of the sandbox's books, and what the catalogue decides.

Looks the sandbox's library up with the real clients at its stand-ins, which err on purpose (``sandbox.opinions``), and
prints each planted disagreement with what stands and why.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.stand_in_providers import catalogue_providers
from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.sandbox.world.facts import World, WorldBook
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.opinions import Opinion, Opinions
from mam_assets.stages.catalogue.refresh import refresh_catalogue
from mam_assets.stages.providers.cached_provider import Refresh
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine
from mam_assets.store.upgrade import upgrade

PROVIDERS = ("goodreads", "hardcover", "audible")


@dataclass(frozen=True, slots=True)
class Decision:
    """One planted disagreement, and the entry that the catalogue has of that book in its own series."""

    opinion: Opinion
    book: WorldBook
    entry: SeriesEntry | None

    @property
    def stands(self) -> str:
        """The value that the catalogue has of what they disagree on."""
        if self.entry is None:
            return "not listed"
        work = self.entry.work
        values = {
            "known": "yes",
            "year": work.year,
            "position": self.entry.position,
            "title": work.title,
            "runtime_seconds": work.runtime_seconds or "not agreed on",
            "narrators": ", ".join(work.narrators),
        }
        return str(values[self.opinion.field])


def decisions(world: World) -> list[Decision]:
    """Every disagreement of the catalogue providers on books of series that the library has."""
    by_place: dict[tuple[str, str], SeriesEntry] = {}
    for entry in _entries(world):
        number = dict(entry.work.provider_ids).get("goodreads", "")
        by_place.setdefault((number, entry.series_name), entry)
        by_place.setdefault((number, ""), entry)
    books = {book.book_id: book for book in world.books()}
    disputed = []
    for opinion in Opinions(world).planted():
        if opinion.provider in PROVIDERS:
            book = books[opinion.book_id]
            number = str(book.book_id)
            decided = by_place.get((number, book.series)) or by_place.get((number, ""))
            disputed.append(Decision(opinion, book, decided))
    return disputed


def _entries(world: World) -> list[SeriesEntry]:
    with (
        tempfile.TemporaryDirectory() as folder,
        catalogue_providers(world, PROVIDERS, Path(folder)) as clients,
    ):
        engine = open_engine(f"sqlite:///{folder}/store.db")
        upgrade(engine)
        refresh = Refresh(timedelta(days=30), timedelta(hours=12), 10**9)
        catalogues = refresh_catalogue(_items(world), clients, engine, refresh, Tally(), lambda: datetime.now(UTC))
        engine.dispose()
    return [entry for catalogue in catalogues for entry in catalogue.entries]


def _items(world: World) -> Sequence[LibraryItem]:
    return [
        LibraryItem(
            abs_id=item.abs_id,
            title=item.title or "",
            authors=item.authors,
            series=tuple(SeriesRef(name, sequence or "") for name, sequence in item.series),
            rel_path=item.rel_path,
        )
        for item in world.owned
        if item.num_audio_files
    ]


def main() -> None:
    """Print what was planted, what stands, and the catalogue's own words."""
    for decision in decisions(load_catalogue()):
        planted, book, entry = decision.opinion, decision.book, decision.entry
        why = f"{entry.confidence.value}; {entry.disagreement or 'nothing noted'}" if entry else ""
        print(f"{book.series} {book.position} «{book.title}»")
        print(f"    {planted.provider} says {planted.field} {planted.said}, in truth {planted.truth}")
        print(f"    stands: {decision.stands} ({why})")


if __name__ == "__main__":
    main()
