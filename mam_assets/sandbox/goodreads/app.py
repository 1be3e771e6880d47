"""The stand-in of Goodreads: search box, book pages, series pages, bibliographies.

What robots.txt disallows answers 403 and is counted in ``/_sandbox/log`` as ``disallowed``.

Faults of its own, beside those of every stand-in: ``empty_state`` (a book page with an empty cache), ``no_labels``
(series pages without ``seriesHeaders``), ``drift`` (series pages without any data).
"""

from __future__ import annotations

import re

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.request_log import RequestLog
from ..world.facts import World, WorldBook, author_id
from .pages import author_page, book_object, book_page, page, series_page, slug
from .works import Works

SUGGESTIONS = 5
PER_PAGE = 100
ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /api\nDisallow: /review/\nDisallow: /*/list_rss\n"


def create_app(world: World, *, faults: Faults | None = None, per_page: int = PER_PAGE) -> App:
    """The stand-in as an ASGI application. ``per_page``: works on a page of a series."""
    faults = faults if faults is not None else Faults()
    site = Goodreads(Works(world), faults, per_page)
    app = Starlette(
        routes=[
            Route("/robots.txt", lambda _: PlainTextResponse(ROBOTS)),
            Route("/book/auto_complete", site.auto_complete),
            Route("/book/show/{name}", site.book),
            Route("/series/{name}", site.series),
            Route("/author/list/{name}", site.author),
            Route("/_sandbox/log", site.requests.page, methods=["GET", "DELETE"]),
            *(Route(path, site.disallowed) for path in ("/search", "/api/{rest:path}", "/review/{rest:path}")),
            Route("/{rest:path}", lambda _: _not_found()),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=site.requests.middleware)
    return FaultMiddleware(app, faults)


class Goodreads:
    def __init__(self, works: Works, faults: Faults, per_page: int) -> None:
        self.works = works
        self.faults = faults
        self.per_page = per_page
        self.requests = RequestLog()
        self.people = {author_id(name): name for book in works.books.values() for name in book.authors}

    async def disallowed(self, request: Request) -> Response:
        self.requests.disallowed += 1
        return PlainTextResponse("Forbidden", 403)

    async def auto_complete(self, request: Request) -> Response:
        if request.query_params.get("format") != "json":
            return HTMLResponse(page("Goodreads", ""))
        suggested = self._suggested(request.query_params.get("q", ""))
        rows = [book_object(self.works, book, quoted_rating=True) for book in suggested[:SUGGESTIONS]]
        return JSONResponse([{**row, "rank": rank} for rank, row in enumerate(rows, 1)])

    def _suggested(self, text: str) -> list[WorldBook]:
        """Best first. A name of a person in the question brings study guides and box sets up, as on the real site."""
        books = self.works.books.values()
        code = text.strip().replace("-", "").upper()
        exact = [book for book in books if code and code in (book.isbn, book.asin)]
        if exact:
            return exact
        wanted = _words(text)
        if not wanted:
            return []
        hits = []
        for book in books:
            title, people = _words(self.works.decorated(book)), _words(" ".join(book.authors))
            if wanted <= title | people:
                by_name = bool(wanted - title)
                is_junk = book.kind in ("companion", "box_set")
                is_exact = _words(book.title) == wanted
                hits.append(((is_junk != by_name, not is_exact, -self.works.ratings(book), book.book_id), book))
        return [book for _, book in sorted(hits, key=lambda hit: hit[0])]

    async def book(self, request: Request) -> Response:
        book = self.works.books.get(_leading_number(request.path_params["name"]))
        if book is None:
            return _not_found()
        is_empty = self.faults.take("empty_state", str(book.book_id)) is not None
        return HTMLResponse(book_page(self.works, book, is_empty=is_empty))

    async def series(self, request: Request) -> Response:
        series = self.works.series.get(_leading_number(request.path_params["name"]))
        if series is None:
            return _not_found()
        if self.faults.find("drift", str(series.series_id)):
            return HTMLResponse(page(f"{series.name} Series", "<main>A new design</main>"))
        has_labels = self.faults.find("no_labels", str(series.series_id)) is None
        number = _page_number(request)
        return HTMLResponse(series_page(self.works, series, number, per_page=self.per_page, has_labels=has_labels))

    async def author(self, request: Request) -> Response:
        name = request.path_params["name"]
        person = self.people.get(_leading_number(name))
        if person is None:
            return _not_found()
        if "." not in name:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/author/list/{name}.{slug(person, '_')}{query}", 301)
        return HTMLResponse(author_page(self.works, person, _page_number(request)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _leading_number(name: str) -> int:
    digits = re.match(r"\d+(?=$|[.-])", name)
    return int(digits[0]) if digits else -1


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isdigit() else 1


def _not_found() -> Response:
    return HTMLResponse(page("404 - Page not found", "<h1>Page not found</h1>"), 404)
