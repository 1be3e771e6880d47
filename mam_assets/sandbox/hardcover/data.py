"""Hardcover's tables over the world: rows whose relations are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..world.facts import World, WorldBook, WorldSeries, author_id, invented_asin, stable_number
from ..world.opinions import Opinions, audio_release

Row = dict[str, Any]  # column → value, or a function without arguments that makes the related row or rows
_KINDS = {"primary": 1, "secondary": 2, "omnibus": 8, "box_set": 8}


class Hardcover:
    """``tables``: name → rows. Ids are Hardcover's own; Goodreads' numbers stand in ``book_mappings``."""

    def __init__(self, world: World) -> None:
        self._opinions = Opinions(world)
        said = {book.book_id: self._opinions.book("hardcover", book) for book in world.books()}
        self._books = {number: book for number, book in said.items() if book is not None}
        self._rows: dict[int, Row] = {}
        self.tables: dict[str, list[Row]] = {"books": [], "series": [], "book_series": [], "authors": []}
        self.tables |= {"editions": [], "contributions": [], "book_mappings": []}
        for book in self._books.values():
            self._add_book(book)
        for name in sorted({name for book in self._books.values() for name in book.authors}):
            self._add_author(name)
        for series in world.series:
            self._add_series(series)

    def _related(self, table: str, column: str, value: object) -> Callable[[], list[Row]]:
        return lambda: [row for row in self.tables[table] if row[column] == value]

    def _one(self, table: str, number: int | None) -> Callable[[], Row | None]:
        return lambda: next((row for row in self.tables[table] if row["id"] == number), None)

    def _add_book(self, book: WorldBook) -> None:
        number = stable_number("hardcover book", book.book_id, low=100_000, high=9_000_000)
        users = stable_number("users", book.book_id, low=10, high=9_000)
        released = f"{book.year:04d}-06-15" if book.year and book.year > 0 else None
        if book.year is not None and book.year < 0:
            released = f"{-book.year:04d}-03-15 BC"
        omnibus = book.kind in ("omnibus", "box_set")
        row: Row = {
            "__typename": "books",
            "id": number,
            "slug": f"book-{number}",
            "title": book.title,
            "subtitle": None,
            "description": f"{book.title}.",
            "headline": None,
            "release_date": released,
            "release_year": book.year,
            "pages": 300,
            "audio_seconds": book.runtime_seconds or None,
            "rating": 4.1,
            "ratings_count": users * 2,
            "users_count": users,
            "users_read_count": users // 2,
            "compilation": omnibus,
            "is_partial_book": None if number % 4 == 0 else False,
            "parent_book_id": None,
            "canonical_id": None,
            "book_status_id": 1,
            "book_category_id": _KINDS.get(book.kind, 1),
            "literary_type_id": 1,
            "state": "normalized",
            "cached_tags": {},
            "cached_image": {"url": f"https://assets.hardcover.app/{number}.jpg"},
            "cached_contributors": _cached(book.authors, None),
            "contributions": self._related("contributions", "book_id", number),
            "book_series": self._related("book_series", "book_id", number),
            "featured_book_series": lambda: next(iter(self._related("book_series", "book_id", number)()), None),
            "editions": self._related("editions", "book_id", number),
            "book_mappings": self._related("book_mappings", "book_id", number),
            "default_ebook_edition": None,
            "default_physical_edition": None,
            "default_cover_edition": None,
        }
        audio = self._add_edition(row, book) if audio_release(book) is not None else None
        row["default_audio_edition"] = audio
        self._rows[book.book_id] = row
        self.tables["books"].append(row)
        platform = ("goodreads", "Goodreads")[number % 2]
        mapping = {"id": number, "book_id": number, "external_id": str(book.book_id), "platform": {"name": platform}}
        self.tables["book_mappings"].append({**mapping, "book": row})
        for name in book.authors:
            self._add_contribution(row, name, None, "Book", number)
        if book.book_id % 16 == 0:
            # The same book was once there twice; the copy points to the one that was kept.
            self.tables["books"].append({**row, "id": number + 1, "canonical_id": number, "book_status_id": 4})

    def _add_edition(self, row: Row, book: WorldBook) -> Row:
        released = audio_release(book)
        number = row["id"] + 10_000_000
        edition: Row = {
            "__typename": "editions",
            "id": number,
            "book_id": row["id"],
            "book": row,
            "title": book.title,
            "subtitle": None,
            "asin": book.asin or invented_asin("hardcover", number),
            "isbn_10": None,
            "isbn_13": book.isbn or None,
            "audio_seconds": book.runtime_seconds or None,
            "reading_format_id": 2,
            "edition_format": "Audiobook",
            "physical_format": None,
            "language": {"language": book.language.capitalize(), "code2": "en", "code3": "eng"},
            "publisher": {"name": "Sandbox Audio"},
            "release_date": released.isoformat() if released else None,
            "pages": None,
            "users_count": row["users_count"] // 3,
            "score": 10,
            "image": {"url": f"https://assets.hardcover.app/{number}.jpg"},
            "cached_contributors": _cached(book.authors, None) + _cached(book.narrators, "Narrator"),
            "contributions": self._related("contributions", "edition_id", number),
            "canonical_id": None,
            "compilation": row["compilation"],
            "state": "normalized",
        }
        self.tables["editions"].append(edition)
        for name in book.narrators:
            self._add_contribution(row, name, "Narrator", "Edition", number)
        return edition

    def _add_contribution(self, row: Row, name: str, role: str | None, of: str, number: int) -> None:
        contribution: Row = {
            "__typename": "contributions",
            "id": len(self.tables["contributions"]) + 1,
            "contribution": role if role else ("", None)[row["id"] % 2],
            "contributable_type": of,
            "contributable_id": number,
            "book_id": row["id"] if of == "Book" else None,
            "edition_id": number if of == "Edition" else None,
            "author_id": author_id(name),
            "author": self._one("authors", author_id(name)),
            "book": row if of == "Book" else None,
        }
        self.tables["contributions"].append(contribution)

    def _add_author(self, name: str) -> None:
        number = author_id(name)
        self.tables["authors"].append(
            {
                "__typename": "authors",
                "id": number,
                "name": name,
                "slug": f"author-{number}",
                "canonical_id": None,
                "state": "normalized",
                "books_count": sum(name in book.authors for book in self._books.values()),
                "users_count": stable_number("readers", name, high=9_000),
                "contributions": self._related("contributions", "author_id", number),
            }
        )

    def _add_series(self, series: WorldSeries) -> None:
        number = stable_number("hardcover series", series.series_id, low=1_000, high=900_000)
        rows = [(position, self._books[b.book_id]) for position, b in series.entries if b.book_id in self._books]
        row: Row = {
            "__typename": "series",
            "id": number,
            "name": series.name,
            "slug": f"series-{number}",
            "description": None,
            "author_id": author_id(series.author),
            "author": self._one("authors", author_id(series.author)),
            "books_count": len(rows),
            "primary_books_count": sum(position.isdigit() for position, _ in rows),
            "is_completed": None,
            "canonical_id": None,
            "state": "active",
            "identifiers": {},
            "book_series": self._related("book_series", "series_id", number),
        }
        self.tables["series"].append(row)
        for position, book in rows:
            # In the series a book belongs to first, this provider's own idea of the position counts.
            position = book.position if book.series == series.name else position
            first, dash, _ = position.partition("-")
            self.tables["book_series"].append(
                {
                    "__typename": "book_series",
                    "id": len(self.tables["book_series"]) + 1,
                    "book_id": self._rows[book.book_id]["id"],
                    "series_id": number,
                    "position": float(first) if first else None,
                    "details": position if dash else None,
                    "featured": book.series == series.name,
                    "compilation": self._rows[book.book_id]["compilation"],
                    "book": self._rows[book.book_id],
                    "series": row,
                }
            )


def _cached(names: tuple[str, ...], role: str | None) -> list[dict[str, Any]]:
    return [
        {"author": {"id": author_id(name), "name": name, "slug": f"author-{author_id(name)}"}, "contribution": role}
        for name in names
    ]
