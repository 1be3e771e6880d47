"""What the world is made of: series, their books as providers list them, and what the library owns; made-up facts.

All plain values, with ids that depend on names alone: the same source always gives the same world.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

LIBRARY = "Audiobooks"


@dataclass(frozen=True, slots=True)
class WorldBook:
    """A book as it exists in the world, whoever owns it.

    ``position`` is its place in the series it belongs to first (text: "1", "0.5", "1-3", ""), ``runtime_seconds`` the
    length of its unabridged recording (0: never recorded, see ``has_audiobook``). ``kind`` is one of primary,
    secondary, omnibus, box_set, companion, translation, part.
    """

    book_id: int
    work_id: int
    title: str
    authors: tuple[str, ...]
    series: str = ""
    position: str = ""
    year: int | None = None
    runtime_seconds: int = 0
    narrators: tuple[str, ...] = ()
    language: str = "english"
    asin: str = ""
    isbn: str = ""
    kind: str = "primary"
    genre: str = "fantasy"
    to_be_published: bool = False
    original_title: str = ""

    @property
    def has_audiobook(self) -> bool:
        return self.runtime_seconds > 0 and not self.to_be_published


@dataclass(frozen=True, slots=True)
class WorldSeries:
    """A series in its provider's order. ``entries`` pairs a position with a book: a book may stand in two series."""

    series_id: int
    name: str
    author: str
    entries: tuple[tuple[str, WorldBook], ...]
    genre: str = "fantasy"

    @property
    def books(self) -> tuple[WorldBook, ...]:
        return tuple(book for _, book in self.entries)


@dataclass(frozen=True, slots=True)
class OwnedItem:
    """One library item of Audiobookshelf.

    Either described by the fields here, from which the stand-in makes its answers, or ``verbatim``: an expanded item
    as the server sends it, to be served unchanged (then the other fields only repeat what it says). ``series`` pairs a
    name with a sequence (None: the item has none). ``num_audio_files`` 0 with an ``ebook_format`` is an ebook.
    """

    abs_id: str
    rel_path: str
    title: str | None
    authors: tuple[str, ...] = ()
    subtitle: str | None = None
    narrators: tuple[str, ...] = ()
    series: tuple[tuple[str, str | None], ...] = ()
    year: str | None = None
    asin: str | None = None
    isbn: str | None = None
    language: str | None = None
    duration_seconds: float = 0.0
    size_bytes: int = 0
    num_audio_files: int = 1
    ebook_format: str | None = None
    abridged: bool = False
    is_missing: bool = False
    library: str = LIBRARY
    verbatim: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class World:
    """``libraries`` maps the name of each book library to its id."""

    name: str
    series: tuple[WorldSeries, ...]
    owned: tuple[OwnedItem, ...]
    libraries: Mapping[str, str] = field(default_factory=dict, hash=False)

    def books(self) -> Iterator[WorldBook]:
        """Every book once, in the order of the series."""
        seen: set[int] = set()
        for series in self.series:
            for book in series.books:
                if book.book_id not in seen:
                    seen.add(book.book_id)
                    yield book


# ------------------------------------------------------------------------------------------------ made-up facts


def stable_number(*parts: object, low: int = 1, high: int = 2**31) -> int:
    """A number in [low, high) that depends on the parts alone: the same in every process."""
    return low + zlib.crc32("\x1f".join(map(str, parts)).encode()) % (high - low)


def stable_uuid(*parts: object) -> str:
    """A lower-case UUID that depends on the parts alone."""
    digits = f"{Random(chr(31).join(map(str, parts))).getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def author_id(name: str) -> int:
    """The Goodreads number of a person in this world."""
    return stable_number("author", name, low=1_000, high=9_000_000)


@cache
def invented_asin(*parts: object) -> str:
    """An ASIN of the right form that no shop uses."""
    number, digits = stable_number("asin", *parts, high=36**5), ""
    for _ in range(5):
        number, digit = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + digits
    return f"B0SBX{digits}"


@cache
def invented_isbn(*parts: object) -> str:
    """A 13-digit ISBN with a right check digit, of a group that has not been given out."""
    body = f"97999{stable_number('isbn', *parts, high=10_000_000):07d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
