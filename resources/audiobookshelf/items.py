"""Audiobookshelf's answers as words of the domain. Facts: server 2.36 (``LibraryItem.toOldJSONExpanded`` and lists)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mam_assets.domain.model.library import LibraryItem, SeriesRef
from resources.errors import UnexpectedAnswer
from resources.http.fields import count, epoch_ms, language_of, mapping, mappings, names, text, texts, year

SERVICE = "audiobookshelf"
_TEXTS = ("title", "subtitle", "description", "publishedYear", "publisher", "isbn", "asin", "language")


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One row of a library's list: enough to know whether the item changed. The list has no structured series."""

    abs_id: str
    rel_path: str
    title: str
    is_missing: bool
    is_invalid: bool
    added_at: datetime | None
    updated_at: datetime | None
    folder_id: str = ""


def listed_item(row: object) -> ListedItem:
    """A row of ``GET /api/libraries/:id/items``. Raises UnexpectedAnswer if it has no id."""
    item = _item(row)
    return ListedItem(
        abs_id=text(item["id"]),
        rel_path=_path(item.get("relPath")),
        title=text(mapping(mapping(item.get("media")).get("metadata")).get("title")),
        is_missing=item.get("isMissing") is True,
        is_invalid=item.get("isInvalid") is True,
        added_at=epoch_ms(item.get("addedAt")),
        updated_at=epoch_ms(item.get("updatedAt")),
        folder_id=text(item.get("folderId")),
    )


def library_item(expanded: object) -> LibraryItem:
    """An expanded item (``items/batch/get``, ``items/:id?expanded=1``) as a library item.

    Durations come as float seconds, times as epoch milliseconds, years as text. A field that is absent, null or of
    another type becomes blank. Raises UnexpectedAnswer for what is no book at all: no id, no media, a podcast, or a
    minified row, whose ``seriesName`` text cannot say which series and position is meant.
    """
    item = _item(expanded)
    media = item.get("media")
    if not isinstance(media, Mapping) or not isinstance(media.get("metadata"), Mapping):
        raise UnexpectedAnswer(SERVICE, f"item {text(item['id'])} has no media")
    if item.get("mediaType", "book") != "book":
        raise UnexpectedAnswer(SERVICE, f"item {text(item['id'])} is a {text(item.get('mediaType'))}, not a book")
    book: Mapping[str, Any] = media["metadata"]
    if "series" not in book and text(book.get("seriesName")):
        raise UnexpectedAnswer(SERVICE, f"item {text(item['id'])} came in the short form, without its series")
    return LibraryItem(
        abs_id=text(item["id"]),
        title=text(book.get("title")),
        authors=names(book["authors"]) if "authors" in book else _listed_names(book.get("authorName")),
        subtitle=text(book.get("subtitle")),
        series=_series(book.get("series")),
        narrators=names(book["narrators"]) if "narrators" in book else _listed_names(book.get("narratorName")),
        asin=text(book.get("asin")).upper(),
        isbn=text(book.get("isbn")),
        language=language_of(book.get("language")),
        published_year=year(book.get("publishedYear"), book.get("publishedDate")),
        publisher=text(book.get("publisher")),
        description=text(book.get("description")),
        genres=texts(book.get("genres")),
        duration_seconds=_duration(media),
        size_bytes=count(media.get("size") or item.get("size")),
        num_audio_files=_audio_files(media),
        ebook_format=text(media.get("ebookFormat") or mapping(media.get("ebookFile")).get("ebookFormat")),
        abridged=book.get("abridged") is True,
        is_missing=item.get("isMissing") is True,
        is_invalid=item.get("isInvalid") is True,
        has_cover=bool(text(media.get("coverPath"))),
        library_id=text(item.get("libraryId")),
        path=_path(item.get("path")),
        rel_path=_path(item.get("relPath")),
        added_at=epoch_ms(item.get("addedAt")),
        updated_at=epoch_ms(item.get("updatedAt")),
    )


def editable(expanded: object) -> dict[str, Any]:
    """The metadata of an expanded item as the server stores it, for writing it back later unchanged.

    Keys are those of ``PATCH …/media``: texts as they are or None, ``genres`` and ``narrators`` as lists of texts,
    ``authors`` and ``series`` as ``{name}`` and ``{name, sequence}``; and ``cover``, the path of the cover or None.
    """
    media = mapping(_item(expanded).get("media"))
    book = mapping(media.get("metadata"))
    metadata: dict[str, Any] = {key: book.get(key) for key in _TEXTS}
    for key in ("genres", "narrators"):
        metadata[key] = list(book[key]) if isinstance(book.get(key), list) else []
    metadata["authors"] = [{"name": row.get("name")} for row in mappings(book.get("authors"))]
    metadata["series"] = [
        {"name": row.get("name"), "sequence": row.get("sequence")} for row in mappings(book.get("series"))
    ]
    metadata["cover"] = media.get("coverPath") or None
    return metadata


def _item(row: object) -> Mapping[str, Any]:
    if not isinstance(row, Mapping) or not text(row.get("id")):
        raise UnexpectedAnswer(SERVICE, "a row without an id where a library item was expected")
    return row


def _path(value: object) -> str:
    return value if isinstance(value, str) else ""  # untouched: a folder's name may end in a space


def _series(value: object) -> tuple[SeriesRef, ...]:
    # A list filtered by one series gives a bare object. Sequences are free text or null ("09", "15.0", "#3", "1-4").
    rows = [value] if isinstance(value, Mapping) else mappings(value)
    refs = (SeriesRef(text(row.get("name")), text(row.get("sequence")), text(row.get("id"))) for row in rows)
    return tuple(ref for ref in refs if ref.name)


def _listed_names(value: object) -> tuple[str, ...]:
    return texts(text(value).split(", "))


def _audio_files(media: Mapping[str, Any]) -> int:
    if "numAudioFiles" in media:
        return count(media["numAudioFiles"])
    if isinstance(media.get("audioFiles"), list):
        return len(media["audioFiles"])
    if "numTracks" in media:
        return count(media["numTracks"])
    return 0 if text(media.get("ebookFormat")) or media.get("ebookFile") else 1  # not stated: a book is a book


def _duration(media: Mapping[str, Any]) -> int:
    if "duration" in media:
        return count(media["duration"])
    return round(sum(_seconds(file.get("duration")) for file in mappings(media.get("audioFiles"))))


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e9 else 0.0
