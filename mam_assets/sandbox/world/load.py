"""Where the world that all stand-ins serve comes from: the package's own catalogue, or a file of somebody's library.

``load_catalogue`` gives the small world of the demo, ``load_world`` that of a file with a library and provider lists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .facts import (
    LIBRARY,
    OwnedItem,
    World,
    WorldBook,
    WorldSeries,
    invented_asin,
    invented_isbn,
    stable_number,
    stable_uuid,
)

__all__ = ["OwnedItem", "World", "WorldBook", "WorldSeries", "load_catalogue", "load_world"]

CATALOGUE = Path(__file__).with_name("catalogue.json")

# ---------------------------------------------------------------------------------------------- the own catalogue


def load_catalogue(path: Path = CATALOGUE) -> World:
    """The world of the package's catalogue: real series with their facts, and a library with the usual mess."""
    document = json.loads(path.read_text("utf-8"))
    libraries = {name: stable_uuid("library", name) for name in document.get("libraries", [LIBRARY])}
    by_place: dict[tuple[str, str], WorldBook] = {}
    series: list[WorldSeries] = []
    owned: list[OwnedItem] = []
    for row in document["series"]:
        entries = []
        for book_row in row["books"]:
            if "ref" in book_row:
                name, position = book_row["ref"]
                book = by_place[name, position]
            else:
                book = _catalogue_book(row, book_row)
                by_place[row["name"], book.position] = book
            entries.append((str(book_row["at"]), book))
            for copy_number, given in enumerate(_as_list(book_row.get("owned"))):
                owned.append(_owned_copy(row, book, {} if given is True else given, copy_number))
        key = (row["name"], row["author"])
        series.append(
            WorldSeries(stable_number("series", *key, low=40_000, high=400_000), *key, tuple(entries), row["genre"])
        )
    owned.extend(_loose_item(row) for row in document.get("items", []))
    return World("catalogue", tuple(series), tuple(owned), libraries)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if not value else [value]


def _catalogue_book(series: Mapping[str, Any], row: Mapping[str, Any]) -> WorldBook:
    authors = tuple(row.get("authors", [series["author"]]))
    position = str(row["at"])
    key = (series["name"], position, row["title"], *authors)
    upcoming = bool(row.get("upcoming"))
    narrators = row.get("by", series.get("by", []))
    return WorldBook(
        book_id=stable_number("book", *key, low=100_000, high=90_000_000),
        work_id=stable_number("work", *key, low=100_000, high=90_000_000),
        title=row["title"],
        authors=authors,
        series=series["name"],
        position=position,
        year=row.get("year"),
        runtime_seconds=0 if upcoming else _runtime(row.get("hours", 0.0), *key),
        narrators=tuple([narrators] if isinstance(narrators, str) else narrators),
        language=row.get("language", series.get("language", "english")),
        asin=invented_asin(*key),
        isbn=invented_isbn(*key),
        kind=row.get("kind", _kind(position)),
        genre=series["genre"],
        to_be_published=upcoming,
        original_title=row.get("original", ""),
    )


def _runtime(hours: float, *key: object) -> int:
    """Real recordings do not end on the full minute: the seconds are made up, the hours are not."""
    return 0 if not hours else int(hours * 3600) + stable_number("seconds", *key, low=0, high=60)


def _kind(position: str) -> str:
    if "-" in position:
        return "omnibus"
    return "primary" if position.isdigit() and position != "0" else "secondary" if position else "companion"


def _owned_copy(series: Mapping[str, Any], book: WorldBook, given: Mapping[str, Any], number: int) -> OwnedItem:
    """The item of a copy: the book's facts, with what ``given`` says differently (null: the item does not say)."""
    sequence: str | None = given.get("sequence", book.position)
    series_name = given.get("series", series["name"])
    title: str | None = given.get("title", book.title)
    authors = tuple(given.get("authors", book.authors))
    folder = given.get("path") or "/".join(
        part.replace("/", "-") for part in (*(authors[:1] or ("Unknown",)), series_name, title or "Untitled") if part
    )
    hours = given.get("hours")
    plain = OwnedItem(
        abs_id=stable_uuid("item", book.book_id, number),
        rel_path=folder,
        title=title,
        authors=authors,
        subtitle=given.get("subtitle"),
        narrators=tuple(given.get("narrators", book.narrators)),
        series=() if not series_name else ((series_name, sequence), *map(tuple, given.get("more_series", []))),
        year=given.get("year", str(book.year) if book.year else None),
        asin=given.get("asin"),
        isbn=given.get("isbn"),
        language=given.get("language", book.language.capitalize()),
        duration_seconds=float(book.runtime_seconds if hours is None else hours * 3600),
        abridged=given.get("abridged", False),
        is_missing=given.get("is_missing", False),
        num_audio_files=given.get("files", 1),
        library=given.get("library", LIBRARY),
    )
    if given.get("ebook"):
        return replace(
            plain, num_audio_files=0, ebook_format=given["ebook"], duration_seconds=0.0, size_bytes=1_400_000
        )
    return replace(plain, size_bytes=int(plain.duration_seconds * 8_000))  # 64 kbit/s


def _loose_item(row: Mapping[str, Any]) -> OwnedItem:
    """An item that stands for no book of the catalogue."""
    seconds = float(row.get("hours", 0)) * 3600
    return OwnedItem(
        abs_id=stable_uuid("loose", row["path"]),
        rel_path=row["path"],
        title=row.get("title"),
        authors=tuple(row.get("authors", [])),
        narrators=tuple(row.get("narrators", [])),
        series=tuple((name, sequence) for name, sequence in row.get("series", [])),
        year=row.get("year"),
        language=row.get("language"),
        duration_seconds=seconds,
        size_bytes=int(seconds * 8_000),
        library=row.get("library", LIBRARY),
    )


# ---------------------------------------------------------------------------------------- a library file as a world


def load_world(path: Path) -> World:
    """The world of a file with ``library``, ``expanded`` (items as Audiobookshelf sends them) and ``provider_series``.

    Items are served verbatim. Runtimes, narrators and missing ids are made up, the same on every load. Raises
    ``ValueError`` with one sentence if the file is not of that form.
    """
    document = json.loads(path.read_text("utf-8"))
    if not isinstance(document, dict) or not {"library", "expanded", "provider_series"} <= document.keys():
        raise ValueError(f"{path.name} is not a world: it must hold library, expanded and provider_series")
    library = document["library"]
    series = tuple(_listed_series(row) for row in document["provider_series"])
    owned = tuple(_verbatim(item, library["name"]) for item in document["expanded"])
    return World(path.stem, series, owned, {library["name"]: library["id"]})


_NARRATORS = (
    "Jane Holt",
    "Marcus Bell",
    "Priya Nair",
    "Tom Ashgrove",
    "Eleanor Voss",
    "Daniel Okafor",
    "Ruth Lindqvist",
)
_GENRES = ("fantasy", "science fiction", "crime", "general", "juvenile", "romance")


def _listed_series(row: Mapping[str, Any]) -> WorldSeries:
    name, author = row["name"], row["author"]
    genre = _GENRES[stable_number("genre", name, author, low=0, high=len(_GENRES))]
    entries = tuple((str(book["position"]), _listed_book(name, author, genre, book)) for book in row["books"])
    return WorldSeries(stable_number("series", name, author, low=40_000, high=400_000), name, author, entries, genre)


def _listed_book(series: str, author: str, genre: str, row: Mapping[str, Any]) -> WorldBook:
    position = str(row["position"])
    authors = tuple(row.get("authors") or [author])
    key = (series, position, row["title"], *authors)
    kind = {"fractional": "secondary", None: _kind(position)}.get(row.get("kind"), row.get("kind"))
    omnibus = kind == "omnibus"
    minutes = stable_number("minutes", *key, low=1_500 if omnibus else 420, high=2_700 if omnibus else 960)
    return WorldBook(
        book_id=int(row.get("goodreads_id") or stable_number("book", *key, low=91_000_000, high=99_000_000)),
        work_id=stable_number("work", *key, low=100_000, high=90_000_000),
        title=row["title"],
        authors=authors,
        series=series,
        position=position,
        year=row.get("year"),
        runtime_seconds=minutes * 60 + stable_number("seconds", *key, low=0, high=60),
        narrators=(_NARRATORS[stable_number("narrator", series, author, low=0, high=len(_NARRATORS))],),
        asin=invented_asin(*key),
        isbn=row.get("isbn13") or "",
        kind=kind or "primary",
        genre=genre,
        original_title=row.get("original_title") or "",
    )


def _verbatim(item: Mapping[str, Any], library: str) -> OwnedItem:
    media = item["media"]
    metadata = media["metadata"]
    return OwnedItem(
        abs_id=item["id"],
        rel_path=item["relPath"],
        title=metadata.get("title"),
        authors=tuple(author["name"] for author in metadata.get("authors") or []),
        subtitle=metadata.get("subtitle"),
        narrators=tuple(metadata.get("narrators") or []),
        series=tuple((series["name"], series.get("sequence")) for series in metadata.get("series") or []),
        year=metadata.get("publishedYear"),
        asin=metadata.get("asin"),
        isbn=metadata.get("isbn"),
        language=metadata.get("language"),
        duration_seconds=media.get("duration") or 0.0,
        size_bytes=media.get("size") or 0,
        num_audio_files=media.get("numAudioFiles") or 0,
        ebook_format=media.get("ebookFormat"),
        abridged=bool(metadata.get("abridged")),
        is_missing=bool(item.get("isMissing")),
        library=library,
        verbatim=item,
    )
