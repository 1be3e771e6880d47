"""Book pages (``/book/show/<id>``): the flat cache in ``script#__NEXT_DATA__``, else what the page shows of itself.

The book meant is the one that ``ROOT_QUERY`` points to; the cache also holds stubs of other books. Times are
milliseconds that may be negative (before 1970), absurd or null. ``details.asin`` often holds an ISBN-10.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lxml import html

from mam_assets.domain.model.catalogue import BookMetadata, EntryKind, Work
from mam_assets.domain.model.library import SeriesRef
from resources.errors import NotFound, UnexpectedAnswer
from resources.goodreads.search import NOT_A_BOOK, SERVICE, key_of, person
from resources.goodreads.series_page import parsed
from resources.goodreads.titles import split_title, tidy_position
from resources.http.fields import asin, count, integer, isbn, language_of, mapping, mappings, plain, text, texts, year

_ID_IN_ADDRESS = re.compile(r"/(?:series|work|author/show|book/show)/(\d+)")
_POINTER = re.compile(r'getBookByLegacyId\(\{"legacyId":"?(\d+)"?\}\)')
_WRITERS = frozenset(("", "author", "pseudonym", "goodreads author"))
_AUDIO = re.compile(r"audi(?:o|ble)|mp3", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR = 2200  # "to be published" dates far ahead are stand-ins for "not known"


class NoState(UnexpectedAnswer):
    """The page came without its data, which happens now and then and is worth one more try."""


@dataclass(frozen=True, slots=True)
class BookPage:
    """A book as its page states it. ``series_known`` is false when the page could not say what series it is in."""

    work: Work
    metadata: BookMetadata
    author_id: str = ""
    series_known: bool = True


def book_page(body: bytes | str, book_id: str) -> BookPage:
    """Read a page's data. Raises NoState if it came without, NotFound, or UnexpectedAnswer for another layout."""
    tree = parsed(body)
    state = _state(tree)
    book = _pointed_at(state, book_id)
    return _from_state(state, book, book_id)


def visible_book_page(body: bytes | str, book_id: str) -> BookPage:
    """Read what a page without data shows: its ld+json and its headings. Raises UnexpectedAnswer if there is none."""
    tree = parsed(body)
    told = next((data for data in map(_loads, tree.xpath("//script[@type='application/ld+json']/text()")) if data), {})
    raw = " ".join(plain(told.get("name")).split())
    if not raw:
        raise UnexpectedAnswer(SERVICE, f"the page of book {book_id} holds no data")
    title, decorated = split_title(raw)
    authors = tuple(map(person, _names(told.get("author"))))
    linked = _linked_series(tree)
    audio = bool(_AUDIO.search(text(told.get("bookFormat"))))
    number = isbn(told.get("isbn"))
    language = language_of(told.get("inLanguage"))
    ratings = count(mapping(told.get("aggregateRating")).get("ratingCount"))
    work = Work(
        work_id=key_of("", book_id),
        title=title,
        title_raw=raw,
        authors=authors,
        series=linked or decorated,
        year=year(told.get("datePublished")),
        language=language,
        isbn=number,
        provider_ids=((SERVICE, book_id),),
        has_audiobook=True if audio else None,
        ratings_count=ratings,
    )
    metadata = BookMetadata(
        provider=SERVICE,
        provider_id=book_id,
        title=title,
        authors=authors,
        series=linked or decorated,
        published_year=work.year,
        language=language,
        isbn=number,
        cover_url=text(told.get("image")),
        is_audiobook=audio,
    )
    return BookPage(work, metadata, series_known=bool(linked))


# ------------------------------------------------------------------------------------------------------ the cache


def _state(tree: html.HtmlElement) -> Mapping[str, Any]:
    scripts = tree.xpath("//script[@id='__NEXT_DATA__']/text()")
    data = _loads(scripts[0]) if scripts else {}
    state = mapping(mapping(mapping(data.get("props")).get("pageProps")).get("apolloState"))
    if not mapping(state.get("ROOT_QUERY")):
        raise NoState(SERVICE, "a book's page came without its data")
    return state


def _pointed_at(state: Mapping[str, Any], book_id: str) -> Mapping[str, Any]:
    pointers = {
        match[1]: value for key, value in mapping(state["ROOT_QUERY"]).items() if (match := _POINTER.fullmatch(key))
    }
    if len(pointers) > 1:
        pointers = {number: value for number, value in pointers.items() if number == book_id}
    if len(pointers) != 1:
        raise UnexpectedAnswer(SERVICE, f"the page of book {book_id} does not say which of its books is meant")
    (pointer,) = pointers.values()
    if pointer is None:
        raise NotFound(SERVICE, f"there is no book {book_id}")
    book = _follow(state, pointer)
    if not text(book.get("title")):
        raise UnexpectedAnswer(SERVICE, f"the page of book {book_id} points to a book without a title")
    return book


def _from_state(state: Mapping[str, Any], book: Mapping[str, Any], book_id: str) -> BookPage:
    details = mapping(book.get("details"))
    work = _follow(state, book.get("work"))
    work_details = mapping(work.get("details"))
    legacy = text(book.get("legacyId")) or book_id
    raw = " ".join((text(book.get("titleComplete")) or text(book.get("title"))).split())
    title, decorated = split_title(raw)
    title = " ".join(text(book.get("titlePrimary")).split()) or title
    people = _contributors(state, book)
    authors = _with_role(people, _WRITERS) or tuple(name for _, name, _ in people[:1])
    if NOT_A_BOOK in authors:
        raise NotFound(SERVICE, f"{book_id} is not a book")
    narrators = _with_role(people, frozenset(("narrator", "reader", "read by")))
    series = _places(state, book) or decorated
    audio = bool(_AUDIO.search(text(details.get("format"))))
    published, first_published = _day(details.get("publicationTime")), _day(work_details.get("publicationTime"))
    language = language_of(mapping(details.get("language")).get("name"))
    number = isbn(details.get("isbn13"), details.get("isbn"), details.get("asin"))
    amazon = asin(details.get("asin"))
    earliest = first_published or published
    known = Work(
        work_id=key_of(text(work.get("legacyId")) or _number_in(work_details.get("webUrl")), legacy),
        title=title,
        title_raw=raw,
        authors=authors,
        original_title=text(work_details.get("originalTitle")),
        series=series,
        year=earliest.year if earliest else None,
        release_date=earliest,
        audio_release_date=published if audio else None,
        language=language,
        kind=EntryKind.PRIMARY,
        isbn=number,
        asin=amazon,
        provider_ids=((SERVICE, legacy),),
        has_audiobook=True if audio else None,
        narrators=narrators if audio else (),
        ratings_count=count(mapping(work.get("stats")).get("ratingsCount")),
    )
    metadata = BookMetadata(
        provider=SERVICE,
        provider_id=legacy,
        title=title,
        authors=authors,
        narrators=narrators,
        series=series,
        publisher=text(details.get("publisher")),
        published_year=earliest.year if earliest else None,
        release_date=published,
        description=plain(book.get('description({"stripped":true})') or book.get("description")),
        genres=texts([mapping(row.get("genre")).get("name") for row in mappings(book.get("bookGenres"))]),
        language=language,
        isbn=number,
        asin=amazon,
        cover_url=text(book.get("imageUrl")),
        is_audiobook=audio,
    )
    author_id = next((number for role, name, number in people if name in authors), "")
    return BookPage(known, metadata, author_id)


def _follow(state: Mapping[str, Any], reference: object) -> Mapping[str, Any]:
    """What a reference points to; an object that is no reference stands for itself."""
    value = mapping(reference)
    return mapping(state.get(text(value["__ref"]))) if "__ref" in value else value


def _places(state: Mapping[str, Any], book: Mapping[str, Any]) -> tuple[SeriesRef, ...]:
    refs = []
    for row in mappings(book.get("bookSeries")):
        series = _follow(state, row.get("series"))
        name = " ".join(text(series.get("title")).split())
        position = text(row.get("userPosition")) or text(row.get("seriesPlacement"))
        if name:
            refs.append(SeriesRef(name, tidy_position(position), _number_in(series.get("webUrl"))))
    return tuple(refs)


def _contributors(state: Mapping[str, Any], book: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(role, name, author id) of everyone, the main one first."""
    people = []
    for edge in (mapping(book.get("primaryContributorEdge")), *mappings(book.get("secondaryContributorEdges"))):
        node = _follow(state, edge.get("node"))
        if name := person(node.get("name")):
            author_id = text(node.get("legacyId")) or _number_in(node.get("webUrl"))
            people.append((text(edge.get("role")).casefold(), name, author_id))
    return people


def _with_role(people: list[tuple[str, str, str]], roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for role, name, _ in people if role in roles))


def _day(milliseconds: object) -> date | None:
    """The day of a time in milliseconds since 1970, also before it; None for null and for what cannot be meant."""
    stamp = integer(milliseconds) if not isinstance(milliseconds, str) else None
    if stamp is None:
        return None
    try:
        day = (_EPOCH + timedelta(milliseconds=stamp)).date()
    except OverflowError:
        return None
    return day if 1 < day.year <= _LAST_YEAR else None  # year 1 is how a missing time is written


def _number_in(address: object) -> str:
    match = _ID_IN_ADDRESS.search(text(address))
    return match[1] if match else ""


# ------------------------------------------------------------------------------------------------- what it shows


def _linked_series(tree: html.HtmlElement) -> tuple[SeriesRef, ...]:
    refs = []
    for link in tree.xpath("//h3//a[contains(@href, '/series/')]"):
        name, _, position = " ".join(link.text_content().split()).partition(" #")
        number = _number_in(link.get("href"))
        if name and number:
            refs.append(SeriesRef(name, tidy_position(position), number))
    return tuple(dict.fromkeys(refs))


def _names(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else [value]
    return texts([row.get("name") if isinstance(row, Mapping) else row for row in rows])


def _loads(shown: object) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(str(shown)))
    except (ValueError, RecursionError):
        return {}
