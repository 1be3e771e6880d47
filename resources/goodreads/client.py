"""A client of goodreads.com's public pages: search, books, series, bibliographies. There is no official API.

It says who it is, goes slowly and stops at the first sign that it is not wanted: 202, an empty body, 403, 429, a
challenge or a login page raise Blocked, and whoever asks is to leave it alone for hours. Only paths that robots.txt
leaves open are read. A page in another layout raises UnexpectedAnswer and is never an empty series.

Facts: pages recorded by other programs, the series page on 2026-07-03; blocks as these programs saw them in summer
2026.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import requests

from mam_assets.domain.model.catalogue import BookMetadata, ProviderSeries, Work
from resources.errors import Blocked, NotFound, RateLimited, Refused, UnexpectedAnswer
from resources.goodreads.author_page import author_page
from resources.goodreads.book_page import BookPage, NoState, book_page, visible_book_page
from resources.goodreads.search import SERVICE, Hit, hits
from resources.goodreads.series_page import SeriesPage, assembled, series_page
from resources.goodreads.titles import names_series
from resources.http.transport import CacheSpec, json_of, open_session, requests_sent, send
from resources.result_ranking import shares_a_person, title_fit

log = logging.getLogger(__name__)

BASE_URL = "https://www.goodreads.com"
_MOST_SERIES_PAGES = 30
_CHALLENGE = re.compile(
    rb"awswaf|challenge-platform|captcha|Just a moment\.\.\.|Attention Required!|Request blocked|Access Denied",
    re.IGNORECASE,
)


class GoodreadsClient:
    """One slow reader of Goodreads. Implements ``CatalogueProvider`` and ``MetadataProvider``; ids are texts."""

    name = SERVICE

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 11,
        jitter: float = 1.5,
        cache: CacheSpec | None = None,
        author_pages: int = 60,
    ) -> None:
        """``per_minute`` and ``jitter`` (longest extra pause, seconds): nobody knows a published limit; one request in
        five seconds and a bit is what careful readers keep to. ``cache`` should keep only what ``worth_keeping`` says.
        """
        self.base_url = base_url.rstrip("/")
        self._author_pages = author_pages
        self._session = session or open_session(
            SERVICE, per_minute=per_minute, state_dir=state_dir, cache=cache, retries=0, jitter=jitter
        )

    @property
    def requests_made(self) -> int:
        """Requests sent so far."""
        return requests_sent(self._session)

    # ------------------------------------------------------------------------------------------------- the catalogue

    def search(self, text: str) -> list[Work]:
        """About five works for a title, an ISBN or an ASIN, best first. With an author's name added it finds worse."""
        return [hit.work for hit in self._search(text)]

    def book(self, book_id: str) -> Work:
        """The work that a book is an edition of, with every series it is in and that series' id. Raises NotFound."""
        return self.book_page(book_id).work

    def series(self, series_id: str) -> ProviderSeries:
        """A whole series over all its pages. Raises NotFound; UnexpectedAnswer if pages are missing from it."""
        pages: list[SeriesPage] = []
        whole = True
        while True:
            number = len(pages) + 1
            body = self._get(f"/series/{_number(series_id)}", {"page": number} if number > 1 else None)
            page = series_page(body, series_id)
            whole = whole and is_whole(body)
            if pages and page.rows == pages[-1].rows:
                raise UnexpectedAnswer(SERVICE, f"series {series_id} shows the same page again")
            pages.append(page)
            if number >= min(page.pages, _MOST_SERIES_PAGES):
                break
        series = assembled(series_id, pages)
        if series.primary_count is not None and len(series.entries) < series.primary_count:
            raise UnexpectedAnswer(
                SERVICE, f"series {series_id} lists {len(series.entries)} works of {series.primary_count} primary ones"
            )
        if not whole and len(series.entries) < (series.total_count or 0):
            raise UnexpectedAnswer(SERVICE, f"the page of series {series_id} breaks off")
        return series

    def series_of(self, title: str, authors: Sequence[str]) -> list[str]:
        """From a book that somebody owns to its series: search, pick by author and title, read the book's page."""
        page = self._find(title, authors)
        if page is None:
            return []
        if not page.series_known:
            raise UnexpectedAnswer(SERVICE, f"the page of {title!r} does not say what series it is in")
        return list(dict.fromkeys(ref.series_id for ref in page.work.series if ref.series_id))

    def series_named(self, name: str, authors: Sequence[str]) -> list[str]:
        """Found through a book of it: the search shows "Title (Series, #N)" for the name of a series."""
        for hit in self._search(name):
            if _by(hit, authors) and any(names_series(ref.name, name) for ref in hit.work.series):
                listed = self.book_page(hit.book_id).work.series
                ids = [ref.series_id for ref in listed if ref.series_id and names_series(ref.name, name)]
                return list(dict.fromkeys(ids))
        return []

    def find_author(self, name: str) -> str:
        """The id of the author of that name whose books are rated most; "" if the search knows none."""
        known = [hit for hit in self._search(name) if hit.author_id and _by(hit, [name])]
        return max(known, key=lambda hit: hit.work.ratings_count).author_id if known else ""

    def author_works(self, author_id: str) -> list[Work]:
        """What the person wrote, on at most ``author_pages`` pages; translating, reading or editing does not count."""
        works: dict[str, Work] = {}
        for number in range(1, self._author_pages + 1):
            body = self._get(f"/author/list/{_number(author_id)}", {"page": number})
            page = author_page(body, author_id)
            if not is_whole(body):  # else what follows would look like the end of the list
                raise UnexpectedAnswer(SERVICE, f"page {number} of author {author_id} breaks off")
            works |= {work.work_id: work for work in page.works if work.work_id not in works}
            if not page.has_next:
                return list(works.values())
        log.warning("goodreads: the bibliography of author %s is longer than %d pages", author_id, self._author_pages)
        return list(works.values())

    # --------------------------------------------------------------------------------------------------- metadata

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """The book with that ISBN or ASIN, else the best hit for the title; one page is read at most."""
        for number in (isbn, asin):
            results = self._search(number) if number else []
            if results and (not author or _by(results[0], [author])):
                return [self.book_page(results[0].book_id).metadata]
        page = self._find(title, [author] if author else [], near=False) if title else None
        return [page.metadata] if page else []

    def book_page(self, book_id: str) -> BookPage:
        """A book's page. One that came without its data is asked for once more, then its visible text is read."""
        path = f"/book/show/{_number(book_id)}"
        try:
            return book_page(self._get(path), book_id)
        except NoState:
            body = self._get(path, fresh=True)
        try:
            return book_page(body, book_id)
        except NoState:
            return visible_book_page(body, book_id)

    # --------------------------------------------------------------------------------------------------- the wire

    def _find(self, title: str, authors: Sequence[str], *, near: bool = True) -> BookPage | None:
        """``near``: a similar title will do, for a neighbour in the series leads to the series too."""
        chosen = _chosen(self._search(title), title, authors, near)
        if chosen is None and authors:  # a short title is drowned by others: only then does the author help
            chosen = _chosen(self._search(f"{title} {authors[0]}"), title, authors, near)
        return self.book_page(chosen.book_id) if chosen else None

    def _search(self, text: str) -> list[Hit]:
        if not text.strip():
            return []
        response = self._response("/book/auto_complete", {"format": "json", "q": text.strip()[:200]})
        return hits(json_of(response, SERVICE))

    def _get(self, path: str, params: dict[str, int] | None = None, *, fresh: bool = False) -> bytes:
        return self._response(path, dict(params or {}), fresh=fresh).content

    def _response(
        self, path: str, params: dict[str, int] | dict[str, str], *, fresh: bool = False
    ) -> requests.Response:
        headers = {"Cache-Control": "no-cache"} if fresh else {}
        try:
            response = send(self._session, SERVICE, "GET", self.base_url + path, params=params, headers=headers)
        except RateLimited as error:
            wait = error.retry_after
            raise Blocked(SERVICE, f"answered 429 for {path}{_waiting(wait)}") from None
        status = response.status_code
        if status in (202, 403):
            raise Blocked(SERVICE, f"answered {status} for {path}: it does not want to be read now")
        if status in (404, 410):
            raise NotFound(SERVICE, f"there is no {path}")
        if status >= 400:
            raise Refused(SERVICE, f"answered {status} for {path}")
        if not response.content.strip():
            raise Blocked(SERVICE, f"answered {status} with an empty body for {path}: a sign of a block")
        if urlsplit(response.url).path.startswith(("/user/sign_in", "/ap/signin")):
            raise Blocked(SERVICE, f"asks for a login for {path}")
        if is_challenge(response.content):
            raise Blocked(SERVICE, f"answered with a challenge for {path}")
        return response


def is_challenge(body: bytes) -> bool:
    """A bot check in place of a page: it is short, holds none of the page's data and names itself."""
    if b"data-react-class" in body or b"__NEXT_DATA__" in body or b"schema.org/Book" in body:
        return False
    return not body.lstrip().startswith((b"[", b"{")) and bool(_CHALLENGE.search(body[:20_000]))


def is_whole(body: bytes) -> bool:
    """Does the page have an end? An HTML parser forgives a page that breaks off."""
    return b"</body" in body or b"</html" in body


def worth_keeping(response: requests.Response) -> bool:
    """May a cache keep this page? Only one with its data in it, so that an empty one is never served twice."""
    body = response.content
    return b"ReactComponents.SeriesList" in body or b'"getBookByLegacyId(' in body or b"schema.org/Book" in body


def _chosen(results: list[Hit], title: str, authors: Sequence[str], near: bool) -> Hit | None:
    """The best fitting title by one of these authors; of equals the most rated. Without authors it must be exact."""
    fits = [(title_fit(title, hit.work.title), hit) for hit in results if hit.book_id]
    if authors:
        fits = [(fit, hit) for fit, hit in fits if fit >= (1 if near else 2) and _by(hit, authors)]
    else:
        fits = [(fit, hit) for fit, hit in fits if fit == 3]
        if len({hit.author_id for _, hit in fits}) > 1:
            return None
    return max(fits, key=lambda pair: (pair[0], pair[1].work.ratings_count))[1] if fits else None


def _by(hit: Hit, authors: Sequence[str]) -> bool:
    return shares_a_person(hit.work.authors, authors)


def _number(identifier: str) -> str:
    """The leading digits of an id ("43318", "43318-slug"). Raises NotFound for anything else."""
    match = re.match(r"\d+", identifier.strip())
    if not match:
        raise NotFound(SERVICE, f"{identifier!r} is no id of Goodreads")
    return match[0]


def _waiting(wait: timedelta | None) -> str:
    return f" and asks to wait {round(wait.total_seconds())} s" if wait else ""
