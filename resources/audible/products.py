"""Products of Audible's catalogue in the words of the domain.

Texts carry HTML entities; ``content_delivery_type`` tells books from series, parts and podcasts but may be missing;
sequences are free text ("1", "2.5", "1-3", "Book 1", "2, Dramatized Adaptation").
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mam_assets.domain.model.catalogue import BookMetadata, EntryKind, Work
from mam_assets.domain.model.library import SeriesRef
from resources.http.fields import integer, isbn, iso_date, language_of, mapping, mappings, plain, text, texts
from resources.result_ranking import words

SERVICE = "audible"

_BOOKS = frozenset(("SinglePartBook", "MultiPartBook", ""))  # "" because it may be missing
_ASIN = re.compile(r"B[0-9A-Z]{9}|\d{9}[0-9X]")
_DRAMA = re.compile(r"dramati[sz]ed|graphic ?audio|full[- ]cast|\d+ of \d+", re.IGNORECASE)
_SEQUENCE = re.compile(r"(?:book|volume|vol\.?)?\s*#?\s*(\d[\d.]*(?:\s*[-–]\s*\d[\d.]*)?)", re.IGNORECASE)


def is_asin(shown: str) -> bool:
    """An Audible id: "B" and nine letters or digits, or like an ISBN-10."""
    return bool(_ASIN.fullmatch(shown))


def is_book(product: Mapping[str, Any]) -> bool:
    """A book that can be listened to: no series, part, issue, bundle or podcast."""
    return text(product.get("content_delivery_type")) in _BOOKS


def position_of(sequence: object) -> str:
    """The position in a sequence: "2, Dramatized Adaptation" is "2", "Book 1" is "1", "1-3" stays."""
    match = _SEQUENCE.match(text(sequence))
    return re.sub(r"\s*[-–]\s*", "-", match[1]).rstrip(".") if match else ""


def metadata_of(product: Mapping[str, Any]) -> BookMetadata:
    """A product in the words of a metadata provider; the summary without its HTML."""
    work = work_of(product)
    images = mapping(product.get("product_images"))
    format_type = text(product.get("format_type")).casefold()
    return BookMetadata(
        provider=SERVICE,
        provider_id=work.asin or text(product.get("asin")),
        title=work.title,
        subtitle=work.subtitle,
        authors=work.authors,
        narrators=work.narrators,
        series=work.series,
        publisher=words_in(product.get("publisher_name")),
        published_year=work.audio_release_date.year if work.audio_release_date else None,
        release_date=work.audio_release_date,
        description=plain(product.get("publisher_summary")) or plain(product.get("merchandising_summary")),
        genres=_genres(product),
        language=work.language,
        isbn=work.isbn,
        asin=work.asin,
        cover_url=next((text(images[size]) for size in ("1024", "500") if text(images.get(size))), ""),
        runtime_seconds=work.runtime_seconds,
        abridged=format_type == "abridged" if format_type in ("abridged", "unabridged") else None,
        is_audiobook=True,
    )


def work_of(product: Mapping[str, Any]) -> Work:
    """A product as a work: its own date is that of the audiobook, the book may be older."""
    title = words_in(product.get("title"))
    day = next(
        filter(None, (iso_date(product.get(key)) for key in ("release_date", "issue_date", "publication_datetime"))),
        None,
    )
    minutes = integer(product.get("runtime_length_min"))
    series = _places(product)
    amazon = text(product.get("asin"))
    sequences = " ".join(text(series_row.get("sequence")) for series_row in mappings(product.get("series")))
    return Work(
        work_id=f"{SERVICE}:{amazon}",
        title=title,
        title_raw=title,
        subtitle=words_in(product.get("subtitle")),
        authors=people(product, "authors"),
        narrators=people(product, "narrators"),
        series=series,
        audio_release_date=day,
        language=language_of(product.get("language")),
        kind=EntryKind.PART if _DRAMA.search(f"{title} {sequences}") else EntryKind.PRIMARY,
        isbn=isbn(product.get("isbn")),
        asin=amazon,
        provider_ids=((SERVICE, amazon),),
        to_be_published=product.get("is_preorderable") is True,
        has_audiobook=True,
        runtime_seconds=minutes * 60 if minutes and minutes > 0 else None,
        ratings_count=integer(mapping(mapping(product.get("rating")).get("overall_distribution")).get("num_ratings"))
        or 0,
    )


def one_recording_each(entries: Sequence[tuple[str, Work]]) -> list[tuple[str, Work]]:
    """Each work once, with its kind: of several recordings the longest, for an abridged one is shorter."""
    spoken = Counter(work.language for _, work in entries if work.language)
    main = spoken.most_common(1)[0][0] if spoken else ""
    kept: dict[tuple[str, ...], tuple[str, Work]] = {}
    for position, work in entries:
        work = replace(work, kind=_kind(position, work, main))
        key = (position, work.language, work.kind, *words(work.title))
        if key not in kept or (work.runtime_seconds or 0) > (kept[key][1].runtime_seconds or 0):
            kept[key] = (position, work)
    return list(kept.values())


def _kind(position: str, work: Work, main_language: str) -> EntryKind:
    if work.kind is EntryKind.PART:
        return EntryKind.PART
    if work.language and work.language != main_language:
        return EntryKind.TRANSLATION
    if "-" in position:
        return EntryKind.OMNIBUS
    if "." in position and not re.fullmatch(r"\d+\.0+", position):
        return EntryKind.SECONDARY
    return EntryKind.PRIMARY


def people(product: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The names of "authors" or "narrators"."""
    return texts([words_in(row.get("name")) for row in mappings(product.get(key))])


def _places(product: Mapping[str, Any]) -> tuple[SeriesRef, ...]:
    """The series of a product; some answers name them only as its parents."""
    parents = [
        row
        for row in mappings(product.get("relationships"))
        if row.get("relationship_to_product") == "parent" and row.get("relationship_type") == "series"
    ]
    return tuple(
        SeriesRef(words_in(row.get("title")), position_of(row.get("sequence")), text(row.get("asin")))
        for row in mappings(product.get("series")) or parents
        if text(row.get("title"))
    )


def _genres(product: Mapping[str, Any]) -> tuple[str, ...]:
    ladders = [row for row in mappings(product.get("category_ladders")) if row.get("root") == "Genres"]
    return texts([words_in(step.get("name")) for row in ladders for step in mappings(row.get("ladder"))])


def words_in(value: object) -> str:
    """A short text with its entities resolved and single spaces."""
    return " ".join(html.unescape(text(value)).split())
