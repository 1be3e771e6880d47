"""A client of Audible's catalogue (``/1.0/catalog/products``, no login): which audiobooks exist, since when, by whom.

A series is itself a product, whose ``relationships`` name its books. An unknown ASIN is answered with a product that
has no title. Pages count from 0. ASINs differ from region to region.

Facts: no promised API; answers recorded by other programs in January 2026, parameters as
https://audible.readthedocs.io/en/latest/misc/external_api.html lists them.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from mam_assets.domain.model.catalogue import BookMetadata, ProviderSeries, Work
from resources.audible.products import (
    SERVICE,
    is_asin,
    is_book,
    metadata_of,
    one_recording_each,
    people,
    position_of,
    words_in,
    work_of,
)
from resources.errors import NotFound, Refused, UnexpectedAnswer
from resources.http.answers import json_answer
from resources.http.fields import integer, mapping, mappings, text
from resources.http.transport import open_session, requests_sent, send
from resources.result_ranking import ranked, same_person, shares_a_person, title_fit, words

log = logging.getLogger(__name__)

HOSTS = {
    "us": "api.audible.com",
    "ca": "api.audible.ca",
    "uk": "api.audible.co.uk",
    "au": "api.audible.com.au",
    "fr": "api.audible.fr",
    "de": "api.audible.de",
    "jp": "api.audible.co.jp",
    "it": "api.audible.it",
    "in": "api.audible.in",
    "es": "api.audible.es",
    "br": "api.audible.com.br",
}
PAGE = 50  # the most that one page and one list of ASINs may hold
_MOST_PAGES = 20
_GROUPS = "contributors,product_attrs,product_desc,product_extended_attrs,series,relationships,category_ladders,media"


class AudibleClient:
    """One region of Audible. Implements ``CatalogueProvider`` and ``MetadataProvider``; ids are ASINs.

    An author's id is the name, for the catalogue searches by nothing else.
    """

    name = SERVICE

    def __init__(
        self,
        region: str = "us",
        *,
        base_url: str = "",
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 60,
    ) -> None:
        """Raises ValueError for a region that Audible does not have."""
        if not base_url and region not in HOSTS:
            raise ValueError(f"{region!r} is no region of Audible; there are {', '.join(HOSTS)}")
        self.region = region
        self.base_url = (base_url or f"https://{HOSTS[region]}").rstrip("/")
        self._session = session or open_session(SERVICE, per_minute=per_minute, state_dir=state_dir, jitter=0.5)

    @property
    def requests_made(self) -> int:
        """Requests sent so far."""
        return requests_sent(self._session)

    # ------------------------------------------------------------------------------------------------- the catalogue

    def product(self, asin: str) -> Mapping[str, Any]:
        """One product as the wire has it. Raises NotFound for an ASIN that this region does not know."""
        answer = mapping(self._ask(f"/1.0/catalog/products/{_checked(asin)}", {}))
        product = answer.get("product")
        if not isinstance(product, Mapping):
            raise UnexpectedAnswer(SERVICE, f"the answer for {asin} holds no product")
        if not text(product.get("title")):
            raise NotFound(SERVICE, f"no product {asin} in region {self.region}")
        return product

    def products(self, asins: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The products that this region knows of a list of ASINs, asked for in fifties."""
        known: dict[str, Mapping[str, Any]] = {}
        wanted = [_checked(asin) for asin in dict.fromkeys(asins)]
        for start in range(0, len(wanted), PAGE):
            rows = self._products({"asins": ",".join(wanted[start : start + PAGE])})[0]
            known |= {text(row.get("asin")): row for row in rows if text(row.get("title"))}
        return known

    def series(self, series_id: str) -> ProviderSeries:
        """A series by its ASIN: every book of it once, with audio date, runtime and readers. Raises NotFound."""
        product = self.product(series_id)
        children = [
            row
            for row in mappings(product.get("relationships"))
            if row.get("relationship_to_product") == "child" and row.get("relationship_type") == "series"
        ]
        if not children:
            raise UnexpectedAnswer(SERVICE, f"{series_id} names no books: it is no series, or has another form now")
        known = self.products([text(row.get("asin")) for row in children if is_asin(text(row.get("asin")))])
        title = words_in(product.get("title"))
        entries = []
        for row in sorted(children, key=lambda row: integer(row.get("sort")) or 0):
            book = known.get(text(row.get("asin")))
            if book is None or not is_book(book):
                log.info("audible: %s of series %s is not to be had as a book", text(row.get("asin")), series_id)
                continue
            own = next(
                (series_row for series_row in mappings(book.get("series")) if series_row.get("asin") == series_id), {}
            )
            entries.append((position_of(row.get("sequence") or own.get("sequence")), work_of(book)))
        if not entries:
            raise UnexpectedAnswer(SERVICE, f"none of the {len(children)} books of series {series_id} is known")
        return ProviderSeries(SERVICE, series_id, title, tuple(one_recording_each(entries)))

    def series_of(self, title: str, authors: Sequence[str]) -> list[str]:
        """ASINs of the series of the best fitting recordings, the one that Audible prints on the cover first."""
        fitting = self._fitting(title, authors)
        if not fitting:
            return []
        best = max(title_fit(title, words_in(row.get("title"))) for row in fitting)
        asins: list[str] = []
        for row in fitting:
            if title_fit(title, words_in(row.get("title"))) == best:
                printed = words(words_in(row.get("publication_name")))
                listed = mappings(row.get("series"))
                listed.sort(key=lambda series_row: words(words_in(series_row.get("title"))) != printed)
                asins += [text(series_row.get("asin")) for series_row in listed]
        return [asin for asin in dict.fromkeys(asins) if is_asin(asin)]

    def series_named(self, name: str, authors: Sequence[str]) -> list[str]:
        """ASINs of the series of that name that the authors' recordings are in."""
        rows, _ = self._products({"keywords": name, "num_results": PAGE, "page": 0})
        asins = [
            text(series_row.get("asin"))
            for row in rows
            if any(same_person(writer, author) for writer in people(row, "authors") for author in authors)
            for series_row in mappings(row.get("series"))
            if words(words_in(series_row.get("title"))) == words(name)
        ]
        return [asin for asin in dict.fromkeys(asins) if is_asin(asin)]

    def find_author(self, name: str) -> str:
        """The name as Audible writes it, "" if it sells nothing by that person."""
        rows, _ = self._products({"author": name, "num_results": PAGE, "page": 0})
        written = Counter(writer for row in rows for writer in people(row, "authors") if same_person(writer, name))
        return written.most_common(1)[0][0] if written else ""

    def author_works(self, author_id: str) -> list[Work]:
        """The audiobooks by a person of that name, each work once."""
        entries = [
            ("", work_of(row))
            for row in self._pages({"author": author_id})
            if is_book(row) and any(same_person(writer, author_id) for writer in people(row, "authors"))
        ]
        return [work for _, work in one_recording_each(entries)]

    # --------------------------------------------------------------------------------------------------- metadata

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """The product of that ASIN, else what a search finds, best first. ISBNs cannot be searched for."""
        if is_asin(asin):
            try:
                return [metadata_of(self.product(asin))]
            except NotFound:  # an ASIN of another region, or of a Kindle book
                pass
        products = self._fitting(title, [author] if author else []) if title else []
        return ranked([metadata_of(row) for row in products], title, author)

    # -------------------------------------------------------------------------------------------------- the wire

    def _fitting(self, title: str, authors: Sequence[str]) -> list[Mapping[str, Any]]:
        asked = {"title": title, "num_results": PAGE, "page": 0, "products_sort_by": "Relevance"}
        if authors:
            asked["author"] = authors[0]
        rows, _ = self._products(asked)
        if not any(_fits(row, title, authors) for row in rows):  # the two fields are matched word by word
            rows, _ = self._products({"keywords": " ".join([title, *authors[:1]]), "num_results": PAGE, "page": 0})
        return [row for row in rows if _fits(row, title, authors)]

    def _pages(self, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for page in range(_MOST_PAGES):
            rows, total = self._products({**asked, "num_results": PAGE, "page": page})
            yield from rows
            if len(rows) < PAGE or (page + 1) * PAGE >= total:
                return
        log.warning("audible: more than %d pages for %s", _MOST_PAGES, asked)

    def _products(self, asked: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], int]:
        answer = self._ask("/1.0/catalog/products", asked)
        if not isinstance(answer, Mapping) or not isinstance(answer.get("products"), list):
            raise UnexpectedAnswer(SERVICE, "the answer to a search holds no products")
        return mappings(answer["products"]), integer(answer.get("total_results")) or 0

    def _ask(self, path: str, asked: Mapping[str, Any]) -> Any:
        params = {**asked, "response_groups": _GROUPS, "image_sizes": "500,1024"}
        headers = {"Accept": "application/json"}
        answer = json_answer(
            send(self._session, SERVICE, "GET", self.base_url + path, params=params, headers=headers), SERVICE
        )
        if isinstance(answer, Mapping) and text(answer.get("message")) and len(answer) <= 2:
            raise Refused(SERVICE, text(answer["message"])[:200])
        return answer


def _fits(product: Mapping[str, Any], title: str, authors: Sequence[str]) -> bool:
    if not is_book(product) or not title_fit(title, words_in(product.get("title"))):
        return False
    return not authors or shares_a_person(people(product, "authors"), authors)


def _checked(asin: str) -> str:
    if not is_asin(asin):
        raise NotFound(SERVICE, f"{asin!r} is no ASIN")
    return asin
