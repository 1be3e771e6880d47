"""What ``PATCH /api/items/:id/media`` makes of an item, and what a rescan leaves of it: as seen on a running
Audiobookshelf 2.36.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .books import METADATA_TEXT, Book, Names
from .disk_item import DiskItem


class ServerDies(Exception):
    """The real server's process ends at this request, without an answer."""


def change(book: Book, payload: Mapping[str, Any], authors: Names, series: Names) -> bool:
    """Apply the body of a change (without its ``url``); True when something changed.

    Authors and series are replaced as a whole; those that the library has keep its spelling, whatever the case. Numbers
    for text become text, but a sequence that is no text is lost. A list that holds anything but texts is passed over.
    Raises ServerDies for a new author that is named twice.
    """
    before = (dict(book.metadata), list(book.authors), list(book.narrators), list(book.series), list(book.tags))
    given = payload.get("metadata") or {}
    for key in METADATA_TEXT:
        value = given.get(key)
        value = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if key in given and (value is None or isinstance(value, str)):
            book.metadata[key] = value or None
    for key in ("explicit", "abridged"):
        if key in given:
            book.metadata[key] = bool(given[key])
    if _is_texts(given.get("genres")):
        book.metadata["genres"] = list(given["genres"])
    if _is_texts(given.get("narrators")):
        book.narrators = list(given["narrators"])
    if _is_texts(payload.get("tags")):
        book.tags = list(payload["tags"])
    if isinstance(given.get("series"), list):
        _change_series(book, given["series"], series)
    if isinstance(given.get("authors"), list):
        _change_authors(book, given["authors"], authors)
    return before != (book.metadata, book.authors, book.narrators, book.series, book.tags)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _change_series(book: Book, rows: list[Any], series: Names) -> None:
    if not all(isinstance(row, dict) and isinstance(row.get("name"), str) and row["name"] for row in rows):
        return
    changed: dict[str, tuple[str, str, str | None]] = {}
    for row in rows:  # of a series that is named twice the last sequence is kept
        id_, name = series.known(row["name"])
        sequence = row.get("sequence")
        changed[id_] = (id_, name, sequence if isinstance(sequence, str) else None)
    book.series = list(changed.values())


def _change_authors(book: Book, rows: list[Any], authors: Names) -> None:
    given = [row["name"].strip() for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)]
    names = [name for name in given if name]
    mine = {name.lower() for _, name in book.authors}
    new = [name.lower() for name in names if name.lower() not in mine]
    if len(new) != len(set(new)):
        raise ServerDies
    book.authors = list(dict.fromkeys(authors.known(name) for name in names))


def keep_own(book: Book, item: DiskItem) -> None:
    """What the server keeps of an item wins over its tags and folder, but not over a ``metadata.json`` in it; what
    neither says stays as it was."""
    for key, known in book.metadata.items():
        said = item.metadata.get(key)
        if not item.has_sidecar or said is None or said == []:
            item.metadata[key] = said if known is None or known == [] else known
    own = not item.has_sidecar
    item.narrators = book.narrators if own or not item.narrators else item.narrators
    item.authors = [name for _, name in book.authors] if (own and book.authors) or not item.authors else item.authors
    item.tags = book.tags if own or not item.tags else item.tags
    series = [(name, sequence) for _, name, sequence in book.series]
    item.series = series if own or not item.series else item.series
