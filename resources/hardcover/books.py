"""Hardcover's books and series entries in the words of the domain.

Positions are floats or null, ``details`` may hold a range as text; release dates may be before Christ or beyond the
year 9999; contributors come as JSON whose ``contribution`` is blank for authors; merged books carry a ``canonical_id``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mam_assets.domain.model.catalogue import BookMetadata, EntryKind, Work
from mam_assets.domain.model.library import SeriesRef
from resources.hardcover.wire import SERVICE
from resources.http.fields import (
    asin,
    count,
    integer,
    isbn,
    iso_date,
    language_of,
    mapping,
    mappings,
    plain,
    text,
    texts,
    year,
)
from resources.result_ranking import title_fit

_WRITES = frozenset(("", "author", "co-author", "pseudonym"))
_READS = frozenset(("narrator", "reader", "read by"))
_RANGE = re.compile(r"\d+(?:\.\d+)?\s*[-–]\s*\d+(?:\.\d+)?")
_GONE = (3, 4)  # book_status_id: deleted, deduped
_EXTRAS = (5, 6, 7)  # book_category_id: fan fiction, research paper, poetry
_SHORT = (2, 3)  # novella, short story
_COLLECTION = 8


def is_current(book: Mapping[str, Any]) -> bool:
    """Neither merged into another book nor taken out."""
    return book.get("canonical_id") is None and integer(book.get("book_status_id")) not in _GONE


def work_of(book: Mapping[str, Any]) -> Work:
    """A row of ``books`` as a work; what the query left out stays blank."""
    title = " ".join(text(book.get("title")).split())
    audio = mapping(book.get("default_audio_edition"))
    seconds = integer(audio.get("audio_seconds")) or integer(book.get("audio_seconds"))
    has_audio = bool(audio) or bool(seconds)
    known = "default_audio_edition" in book
    released = iso_date(book.get("release_date"))
    number = text(book.get("id"))
    return Work(
        work_id=f"{SERVICE}:{number}",
        title=title,
        title_raw=title,
        subtitle=" ".join(text(book.get("subtitle")).split()),
        authors=people(book, _WRITES),
        series=places_of(book),
        year=year(book.get("release_year")) or (released.year if released else None),
        release_date=released,
        audio_release_date=iso_date(audio.get("release_date")),
        kind=_kind_of_book(book),
        asin=asin(audio.get("asin")),
        isbn=isbn(audio.get("isbn_13")),
        provider_ids=((SERVICE, number),),
        has_audiobook=True if has_audio else (False if known else None),
        runtime_seconds=seconds if seconds and seconds > 0 else None,
        narrators=people(audio, _READS),
        ratings_count=count(book.get("users_count")),
    )


def entries_of(rows: Iterable[Mapping[str, Any]], series_id: str, name: str) -> list[tuple[str, Work]]:
    """Entries of a series. Of several books at one place the one that most people have is the entry, the rest are
    listed as translations of it; unnumbered books stay apart from one another."""
    placed = []
    for row in rows:
        book = mapping(row.get("book"))
        if not is_current(book) or not text(book.get("title")):
            continue
        position = position_of(row.get("position"), row.get("details"))
        work = work_of(book)
        others = tuple(ref for ref in work.series if ref.series_id != series_id)
        placed.append((position, row, replace(work, series=(SeriesRef(name, position, series_id), *others))))
    numbered = any(position for position, _, _ in placed)
    placed.sort(key=lambda candidate: -candidate[2].ratings_count)
    first: dict[str, Work] = {}
    entries: dict[str, tuple[str, Work]] = {}
    for position, row, work in placed:
        kind = _kind_in_series(position, row, work, numbered)
        if kind in (EntryKind.PRIMARY, EntryKind.SECONDARY) and position:
            kind = kind if first.setdefault(position, work) is work else EntryKind.TRANSLATION
        entries.setdefault(work.work_id, (position, replace(work, kind=kind)))
    return sorted(entries.values(), key=lambda entry: _order(entry[0]))


def position_of(position: object, details: object = None) -> str:
    """The position as text: 1.0 is "1", a range in ``details`` wins, null is ""."""
    match = _RANGE.fullmatch(text(details))
    if match:
        return re.sub(r"\s*[-–]\s*", "-", match[0])
    if isinstance(position, bool) or not isinstance(position, (int, float, str)) or position == "":
        return ""
    try:
        number = Decimal(str(position))
    except ArithmeticError:
        return ""
    return format(number.normalize(), "f") if number.is_finite() else ""


def places_of(book: Mapping[str, Any]) -> tuple[SeriesRef, ...]:
    """Every series that the book is in, the featured one first."""
    rows = sorted(mappings(book.get("book_series")), key=lambda row: row.get("featured") is not True)
    refs = []
    for row in rows:
        series = mapping(row.get("series"))
        if text(series.get("name")):
            where = position_of(row.get("position"), row.get("details"))
            refs.append(SeriesRef(text(series.get("name")), where, text(series.get("id"))))
    return tuple(refs)


def people(row: Mapping[str, Any], roles: frozenset[str] = _WRITES) -> tuple[str, ...]:
    """Names of the contributors in these roles, from ``cached_contributors`` or ``contributions``."""
    cached = row.get("cached_contributors")
    if isinstance(cached, str):
        try:
            cached = json.loads(cached)
        except ValueError:
            cached = []
    names = []
    for contribution in mappings(cached) or mappings(row.get("contributions")):
        if text(contribution.get("contribution")).casefold() in roles:
            names.append(" ".join(text(mapping(contribution.get("author")).get("name")).split()))
    return texts(names)


def metadata_of(book: Mapping[str, Any]) -> BookMetadata:
    """A row of ``books`` with its default audio edition as metadata."""
    audio = mapping(book.get("default_audio_edition"))
    work = work_of(book)
    day = work.audio_release_date or work.release_date
    tags = mapping(book.get("cached_tags"))
    return BookMetadata(
        provider=SERVICE,
        provider_id=text(book.get("id")),
        title=work.title,
        subtitle=work.subtitle,
        authors=work.authors,
        narrators=work.narrators,
        series=work.series,
        publisher=text(mapping(audio.get("publisher")).get("name")),
        published_year=work.year,
        release_date=day,
        description=plain(book.get("description")),
        genres=texts([row.get("tag") if isinstance(row, Mapping) else row for row in _list(tags.get("Genre"))]),
        language=language_of(mapping(audio.get("language")).get("language")),
        isbn=work.isbn,
        asin=work.asin,
        cover_url=_image(book.get("cached_image")),
        runtime_seconds=work.runtime_seconds,
        is_audiobook=work.has_audiobook,
    )


def best_fit(books: Sequence[Mapping[str, Any]], title: str) -> Mapping[str, Any] | None:
    """The book whose title fits best; of equals the one that most people have."""
    fits = [(title_fit(title, text(book.get("title"))), count(book.get("users_count")), book) for book in books]
    fits = [fit for fit in fits if fit[0]]
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


def _kind_of_book(book: Mapping[str, Any]) -> EntryKind:
    category = integer(book.get("book_category_id"))
    if book.get("is_partial_book") is True:
        return EntryKind.PART
    if book.get("compilation") is True or category == _COLLECTION:
        return EntryKind.OMNIBUS
    if category in _SHORT:
        return EntryKind.SECONDARY
    return EntryKind.COMPANION if category in _EXTRAS else EntryKind.PRIMARY


def _kind_in_series(position: str, row: Mapping[str, Any], work: Work, numbered: bool) -> EntryKind:
    if work.kind is EntryKind.PART:
        return EntryKind.PART
    if "-" in position or row.get("compilation") is True or work.kind is EntryKind.OMNIBUS:
        return EntryKind.OMNIBUS
    if not position:
        return EntryKind.COMPANION if numbered else work.kind
    return EntryKind.SECONDARY if "." in position else EntryKind.PRIMARY


def _order(position: str) -> tuple[bool, Decimal, bool]:
    """By the first number, ranges behind what stands at it alone, the unnumbered last."""
    first = re.match(r"\d+(?:\.\d+)?", position)
    return (first is None, Decimal(first[0]) if first else Decimal(0), "-" in position)


def _image(value: object) -> str:
    if isinstance(value, str):
        return value.strip('"')
    return text(mapping(value).get("url"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
