"""Filters and orders of Audiobookshelf's item lists."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

from .books import Book, ignore_prefix, last_first
from .library import now_ms, sequence_key

RECENT_MS = 60 * 24 * 3600 * 1000


class BadFilter(ValueError):
    """A filter that the server does not know."""


def decode_filter(text: str) -> tuple[str, str]:
    """ "series.<base64>" → ("series", id); a bare filter has an empty value."""
    group, _, value = text.partition(".")
    if not value or value == f"no-{group}":
        return group, value
    try:
        return group, base64.b64decode(unquote(value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise BadFilter(text) from None


def matching(books: Sequence[Book], group: str, value: str) -> list[Book]:
    """The books that a filter lets through. Raises BadFilter."""
    return [book for book in books if _test(group, value)(book)]


def _test(group: str, value: str) -> Callable[[Book], bool]:
    tests: dict[str, Callable[[Book], bool]] = {
        "authors": lambda book: value in [id_ for id_, _ in book.authors],
        "series": lambda book: not book.series if value == "no-series" else value in [row[0] for row in book.series],
        "narrators": lambda book: value in book.narrators,
        "genres": lambda book: value in book.metadata["genres"],
        "tags": lambda book: value in book.tags,
        "publishers": lambda book: value == book.metadata["publisher"],
        "languages": lambda book: value == book.metadata["language"],
        "publishedDecades": lambda book: (book.metadata["publishedYear"] or "x")[:3] == value[:3],
        "progress": lambda _: value == "not-started",
        "missing": lambda book: _lacks(book, value),
        "tracks": lambda book: {"none": 0, "single": 1}.get(value, 2) == min(book.num_tracks, 2),
        "ebooks": lambda book: bool(book.ebook_format) == (value == "ebook"),
        "issues": lambda book: book.is_missing,
        "recent": lambda book: book.times["addedAt"] > now_ms() - RECENT_MS,
        "abridged": lambda book: bool(book.metadata["abridged"]),
        "explicit": lambda book: bool(book.metadata["explicit"]),
        "feed-open": lambda _: False,
        "share-open": lambda _: False,
    }
    if group not in tests:
        raise BadFilter(group)
    return tests[group]


def _lacks(book: Book, what: str) -> bool:
    lists: dict[str, Any] = {"authors": book.authors, "series": book.series, "narrators": book.narrators}
    lists |= {"tags": book.tags, "cover": book.cover, "chapters": book.num_chapters}
    return not (lists[what] if what in lists else book.metadata.get(what))


def ordered(books: list[Book], sort: str, *, descending: bool, series_id: str = "") -> list[Book]:
    """The books in the order that was asked for; an order that is not known leaves them as they came."""
    keys: dict[str, Callable[[Book], Any]] = {
        "addedAt": lambda book: book.times["addedAt"],
        "size": lambda book: book.size,
        "birthtimeMs": lambda book: book.times["birthtimeMs"],
        "mtimeMs": lambda book: book.times["mtimeMs"],
        "media.duration": lambda book: book.duration,
        "media.metadata.title": lambda book: ignore_prefix(book.title).casefold(),
        "media.metadata.authorName": lambda book: ", ".join(name for _, name in book.authors).casefold(),
        "media.metadata.authorNameLF": lambda book: ", ".join(last_first(n) for _, n in book.authors).casefold(),
        "media.metadata.publishedYear": lambda book: book.metadata["publishedYear"] or "",
        "sequence": lambda book: sequence_key(book, series_id),
    }
    key = keys.get(sort)
    return sorted(books, key=key, reverse=descending) if key else list(books)
