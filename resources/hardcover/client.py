"""A client of Hardcover's GraphQL API for what exists: series with their books, authors' works, audio editions.

Queries are kept shallow (three levels) and have one top-level field each. ``distinct_on: position`` would fold all
unnumbered books into one and ``is_partial_book: {_eq: false}`` would drop those where it is null, so all rows are asked
for and sorted out here.

Facts: https://docs.hardcover.app as of October 2026 (tokens with scopes since August 2026; limits of the free plan).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from mam_assets.domain.model.catalogue import BookMetadata, ProviderSeries, Work
from resources.errors import NotFound, UnexpectedAnswer
from resources.hardcover.books import best_fit, entries_of, is_current, metadata_of, people, work_of
from resources.hardcover.wire import SERVICE, Wire
from resources.http.fields import asin as asin_of
from resources.http.fields import count, integer, mapping, mappings, text
from resources.http.fields import isbn as isbn_of
from resources.http.transport import requests_sent
from resources.result_ranking import ranked, same_person, shares_a_person

URL = "https://api.hardcover.app/v1/graphql"
_PAGE = 100
_MOST_PAGES = 30

_BOOK = """id title subtitle release_date release_year users_count compilation is_partial_book canonical_id
 book_status_id book_category_id audio_seconds cached_contributors"""
_SEARCH = """query Search($query: String!, $type: String!) {
 search(query: $query, query_type: $type, per_page: 10, page: 1) { ids } }"""
_BOOKS = f"""query Books($ids: [Int!]!) {{ books(where: {{id: {{_in: $ids}}}}) {{ {_BOOK}
 book_series {{ position details featured series {{ id name books_count canonical_id }} }} }} }}"""
_DETAILS = f"""query Details($ids: [Int!]!) {{ books(where: {{id: {{_in: $ids}}}}) {{ {_BOOK}
 description cached_tags cached_image
 book_series {{ position details featured series {{ id name }} }}
 default_audio_edition {{ asin isbn_13 audio_seconds release_date cached_contributors
  language {{ language }} publisher {{ name }} }} }} }}"""
_SERIES = f"""query Series($id: Int!) {{ series_by_pk(id: $id) {{
 id name slug books_count primary_books_count is_completed canonical_id
 book_series(order_by: [{{position: asc}}, {{book: {{users_count: desc}}}}]) {{
  position details featured compilation book {{ {_BOOK} }} }} }} }}"""
_AUTHORS = """query Authors($ids: [Int!]!) { authors(where: {id: {_in: $ids}}) {
 id name books_count users_count canonical_id } }"""
_AUTHOR = f"""query Author($id: Int!, $limit: Int!, $offset: Int!) {{ authors(where: {{id: {{_eq: $id}}}}) {{ id name
 contributions(limit: $limit, offset: $offset, order_by: {{id: asc}},
  where: {{contributable_type: {{_eq: "Book"}}}}) {{ contribution book {{ {_BOOK} }} }} }} }}"""
_BY_NUMBER = (
    """query Editions($number: String!) { editions(where: {FIELD: {_eq: $number}}, limit: 5) { id book_id } }"""
)


class HardcoverClient:
    """Hardcover with a person's token. Implements ``CatalogueProvider`` and ``MetadataProvider``.

    Ids are numbers as text. ``token`` is sent as it is if it holds a space
    ("Bearer …"), else after "Bearer ".
    """

    name = SERVICE

    def __init__(
        self,
        url: str = URL,
        token: str = "",
        *,
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 30,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._wire = Wire(url, token, session=session, state_dir=state_dir, per_minute=per_minute, sleep=sleep)

    @property
    def requests_made(self) -> int:
        """Requests sent so far."""
        return requests_sent(self._wire.session)

    # ------------------------------------------------------------------------------------------------- the catalogue

    def series_of(self, title: str, authors: Sequence[str]) -> list[str]:
        """Ids of the series of the best fitting book: the featured one, then from the smallest to the largest."""
        book = self._find(title, authors)
        if book is None:
            return []
        rows = [(row, mapping(row.get("series"))) for row in mappings(book.get("book_series"))]
        rows.sort(key=lambda pair: (pair[0].get("featured") is not True, count(pair[1].get("books_count"))))
        ids = [text(series.get("canonical_id")) or text(series.get("id")) for _, series in rows]
        return [series_id for series_id in dict.fromkeys(ids) if series_id]

    def series(self, series_id: str) -> ProviderSeries:
        """A series with all its books. One that was merged into another gives that other. Raises NotFound."""
        row = self._series_row(_id(series_id))
        canonical = integer(row.get("canonical_id"))
        if canonical and canonical != integer(row.get("id")):
            row = self._series_row(canonical)
        number, name = text(row.get("id")), text(row.get("name"))
        if not name or not isinstance(row.get("book_series"), list):
            raise UnexpectedAnswer(SERVICE, f"series {series_id} came without its name or its books")
        entries = entries_of(mappings(row["book_series"]), number, name)
        if not entries and count(row.get("books_count")):
            raise UnexpectedAnswer(SERVICE, f"series {series_id} came without the books that it counts")
        return ProviderSeries(
            provider=SERVICE,
            series_id=number,
            title=name,
            entries=tuple(entries),
            primary_count=integer(row.get("primary_books_count")),
            total_count=integer(row.get("books_count")),
        )

    def find_author(self, name: str) -> str:
        """The id of the author of that name with the most books, "" if none is known."""
        ids = self._search(name, "Author")
        rows = self._rows("authors", _AUTHORS, {"ids": ids}) if ids else []
        known = [row for row in rows if same_person(text(row.get("name")), name)]
        if not known:
            return ""
        best = max(known, key=lambda row: count(row.get("books_count")))
        return text(best.get("canonical_id")) or text(best.get("id"))

    def author_works(self, author_id: str) -> list[Work]:
        """What the person wrote: contributions without a role. Raises NotFound."""
        works: dict[str, Work] = {}
        for page in range(_MOST_PAGES):
            asked = {"id": _id(author_id), "limit": _PAGE, "offset": page * _PAGE}
            rows = self._rows("authors", _AUTHOR, asked)
            if not rows:
                raise NotFound(SERVICE, f"there is no author {author_id}")
            contributions = rows[0].get("contributions")
            if not isinstance(contributions, list):
                raise UnexpectedAnswer(SERVICE, f"author {author_id} came without contributions")
            for row in mappings(contributions):
                book = mapping(row.get("book"))
                if text(row.get("contribution")).casefold() in ("", "author") and text(book.get("title")):
                    work = work_of(book)
                    if is_current(book):
                        works.setdefault(work.work_id, work)
            if len(contributions) < _PAGE:
                break
        return list(works.values())

    # --------------------------------------------------------------------------------------------------- metadata

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """The book of an edition with that ASIN or ISBN, else what a search finds, best first."""
        ids = self._by_number("asin", asin_of(asin)) or self._by_number("isbn_13", isbn_of(isbn))
        by_number = bool(ids)
        if not ids and title.strip():
            ids = self._search(f"{title} {author}".strip(), "Book")
        rows = [row for row in self._rows("books", _DETAILS, {"ids": ids}) if is_current(row)] if ids else []
        books = [metadata_of(row) for row in rows if text(row.get("title"))]
        return books if by_number else ranked(books, title, author)

    # -------------------------------------------------------------------------------------------------- the wire

    def _find(self, title: str, authors: Sequence[str]) -> Mapping[str, Any] | None:
        ids = self._search(" ".join([title, *authors[:1]]), "Book")
        rows = self._rows("books", _BOOKS, {"ids": ids}) if ids else []
        book = best_fit([row for row in rows if not authors or shares_a_person(people(row), authors)], title)
        canonical = integer(book.get("canonical_id")) if book else None
        if not canonical:
            return book
        rows = self._rows("books", _BOOKS, {"ids": [canonical]})  # it was merged into this one
        return rows[0] if rows else None

    def _search(self, query: str, kind: str) -> list[int]:
        """Ids, best first; they may come as numbers or as texts."""
        if not query.strip():
            return []
        answer = self._wire.ask(_SEARCH, {"query": query.strip(), "type": kind}).get("search")
        if not isinstance(answer, Mapping) or not isinstance(answer.get("ids"), list):
            raise UnexpectedAnswer(SERVICE, "a search answered without ids")
        return [number for number in map(integer, answer["ids"]) if number is not None]

    def _by_number(self, field: str, number: str) -> list[int]:
        if not number or (field == "isbn_13" and len(number) != 13):
            return []
        rows = self._rows("editions", _BY_NUMBER.replace("FIELD", field), {"number": number})
        return list(dict.fromkeys(book_id for row in rows if (book_id := integer(row.get("book_id"))) is not None))

    def _series_row(self, number: int) -> Mapping[str, Any]:
        data = self._wire.ask(_SERIES, {"id": number})
        if "series_by_pk" not in data:
            raise UnexpectedAnswer(SERVICE, "an answer without the series that was asked for")
        if data["series_by_pk"] is None:
            raise NotFound(SERVICE, f"there is no series {number}")
        return mapping(data["series_by_pk"])

    def _rows(self, field: str, query: str, variables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        rows = self._wire.ask(query, variables).get(field)
        if not isinstance(rows, list):
            raise UnexpectedAnswer(SERVICE, f"an answer without the {field} that were asked for")
        return mappings(rows)


def _id(identifier: str) -> int:
    number = integer(identifier)
    if number is None or number <= 0 or number > 2**31:
        raise NotFound(SERVICE, f"{identifier!r} is no id of Hardcover")
    return number
