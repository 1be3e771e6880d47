"""What Goodreads lists beside the books of the world: box sets, translations, split volumes, study guides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..world.facts import World, WorldBook, WorldSeries, stable_number


@dataclass(frozen=True, slots=True)
class Place:
    """A work's place in a series: ``label`` is what the series page prints over it ("Book 1", "" or None)."""

    series: WorldSeries
    position: str
    label: str | None


class Works:
    """All works of the site: ``books`` by id, ``places`` of a book, ``listed`` in a series in its page's order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.books: dict[int, WorldBook] = {}
        self.places: dict[int, list[Place]] = {}
        self.listed: dict[int, list[tuple[Place, WorldBook]]] = {}
        self.series = {series.series_id: series for series in world.series}
        for series in world.series:
            own = [(position, book) for position, book in series.entries]
            # Primary works lead, everything else follows.
            own.sort(key=lambda entry: entry[1].kind != "primary")
            self.listed[series.series_id] = [self._place(series, position, book) for position, book in own]
            extras = [self._place(series, book.position, book) for book in _extras(series)]
            self.listed[series.series_id] += extras
        for book in world.books():
            if stable_number("guide", book.book_id) % 5 == 0 and book.kind == "primary":
                guide = _guide(book)
                self.books[guide.book_id] = guide

    def _place(self, series: WorldSeries, position: str, book: WorldBook) -> tuple[Place, WorldBook]:
        label = f"Book {position}" if position else ("", None)[book.book_id % 2]
        place = Place(series, position, label)
        self.books[book.book_id] = book
        places = self.places.setdefault(book.book_id, [])
        # The series a book belongs to first is named first.
        places.insert(0 if book.series == series.name else len(places), place)
        return place, book

    def decorated(self, book: WorldBook) -> str:
        """The title with its series: "Title (Series, #1)". Only the series a book belongs to first is named."""
        places = self.places.get(book.book_id)
        if not places:
            return book.title
        name, position = places[0].series.name, places[0].position
        if book.kind == "translation":
            name = f"{name} (edycja)"
        return f"{book.title} ({name}, #{position})" if position else f"{book.title} ({name})"

    def ratings(self, book: WorldBook) -> int:
        """How many people rated it: first volumes have the most, by-products next to none."""
        base = stable_number("ratings", book.book_id, low=2_000, high=60_000)
        if book.kind in ("box_set", "translation", "part", "companion"):
            return base // 1_000
        return base * 8 if book.position == "1" else base

    def by_author(self, name: str) -> list[WorldBook]:
        """All works of a person, the most rated first."""
        written = [book for book in self.books.values() if name in book.authors]
        return sorted(written, key=lambda book: (-self.ratings(book), book.book_id))


def _derived(book: WorldBook, kind: str, position: str, title: str, year: int | None) -> WorldBook:
    number = stable_number(kind, book.book_id, title, low=100_000_000, high=200_000_000)
    return replace(
        book, book_id=number, work_id=number + 1, title=title, kind=kind, position=position, year=year, asin="",
        isbn="", runtime_seconds=0, original_title="", to_be_published=False,
    )  # fmt: skip


def _extras(series: WorldSeries) -> Iterator[WorldBook]:
    primary = [
        book for position, book in series.entries if position.isdigit() and book.series == series.name and book.year
    ]
    if len(primary) >= 3 and stable_number("box set", series.series_id) % 2:
        first, last = primary[0], primary[2]
        span = f"{first.position}-{last.position}"
        yield _derived(
            first, "box_set", span, f"{series.name} Series {len(primary[:3])} Books Collection Set", last.year
        )
    for book in primary:
        if book.original_title and book.original_title.lower() != book.title.lower():
            if stable_number("translation", book.book_id) % 4 == 0:
                yield _derived(book, "translation", book.position, book.original_title, book.year)
        elif stable_number("split", book.book_id) % 25 == 0:
            for part in (1, 2):
                yield _derived(book, "part", f"{book.position}.{part}", f"{book.title}, Part {part}", book.year)


def _guide(book: WorldBook) -> WorldBook:
    guide = _derived(book, "companion", "", f"Summary and Study Guide: {book.title}", book.year)
    return replace(guide, authors=("Brisk Summaries",), series="")
