"""Stand-ins of Audiobookshelf's custom metadata providers, each below its own path, each with its own manners.

    /kindle/<region>/search         years of that edition, Kindle's own ASINs; needs no authorization
    /audioteka/search               series names among the tags, language always "polish", no ISBN, no year
    /lubimyczytac/search            ISBN "0" where it has none, whole sequences only, ``type``, ``similarity``
    /agg/<provider>[/<name>:<value>…]/search   as abs-agg: numbers in place of texts are dropped, unknown providers 404

Faults of its own: ``upstream`` (the site behind the provider failed: 200 without matches, or 500 from Kindle's).
"""

from __future__ import annotations

import re
from typing import Any

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.request_log import RequestLog
from ..world.facts import World, WorldBook, invented_asin
from ..world.opinions import Opinions

AGGREGATED = ("bookbeat", "goodreads", "graphicaudio", "hardcover", "librivox", "storytel")
MOST = 20


def create_app(world: World, *, faults: Faults | None = None) -> App:
    """The stand-ins as one ASGI application."""
    log, faults = RequestLog(), faults if faults is not None else Faults()
    providers = CustomProviders(world, faults)
    app = Starlette(
        routes=[
            Route("/kindle/{region}/search", providers.kindle),
            Route("/audioteka/search", providers.audioteka),
            Route("/lubimyczytac/search", providers.lubimyczytac),
            Route("/agg/{rest:path}/search", providers.aggregator),
            Route("/_sandbox/log", log.page, methods=["GET", "DELETE"]),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=log.middleware)
    return FaultMiddleware(app, faults)


class CustomProviders:
    def __init__(self, world: World, faults: Faults) -> None:
        self.faults = faults
        opinions = Opinions(world)
        known = (opinions.book("custom", book) for book in world.books())
        self.books = [book for book in known if book is not None]

    def _found(self, request: Request, *, by_author: bool = True) -> list[WorldBook]:
        asked = request.query_params
        if asked.get("isbn"):
            return [book for book in self.books if book.isbn == asked["isbn"].replace("-", "")]
        wanted, author = _words(asked.get("query") or asked.get("title") or ""), _words(asked.get("author", ""))
        return [
            book
            for book in self.books
            if wanted <= _words(book.title) and (not by_author or author <= _words(" ".join(book.authors)))
        ][:MOST]

    def _refusal(self, request: Request) -> Response | None:
        if not request.headers.get("authorization"):
            return JSONResponse({"error": "Unauthorized"}, 401)
        if not (request.query_params.get("query") or request.query_params.get("title")):
            return JSONResponse({"error": "Query parameter is required"}, 400)
        if self.faults.take("upstream"):
            return JSONResponse({"matches": []})
        return None

    async def kindle(self, request: Request) -> Response:
        if self.faults.take("upstream"):
            return JSONResponse({"error": "upstream answered 503"}, 500)
        matches = [
            {
                "title": f"{book.title}: A Novel" if book.book_id % 2 else book.title,
                "author": ", ".join(book.authors),
                "publishedYear": str(max(book.year, 2007)) if book.year else None,
                "cover": f"https://m.media-amazon.com/images/I/{book.book_id}.jpg",
                "asin": invented_asin("kindle", book.book_id),
            }
            for book in self._found(request)
        ]
        return JSONResponse({"matches": matches})

    async def audioteka(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        matches = [
            {
                "title": book.original_title or book.title,
                "author": ", ".join(book.authors),
                "narrator": "Jacek Wolny",
                "publisher": "Piaskownica",
                "description": f"<p>{book.title}</p>",
                "cover": "https://static.audioteka.com/x.jpg",
                "genres": ["Fantastyka"],
                "tags": [book.series] if book.series else [],
                "series": [],
                "language": "polish",
                "duration": book.runtime_seconds // 60 or None,
                "rating": 4.2,
            }
            for book in self._found(request, by_author=False)
        ]
        return JSONResponse({"matches": matches})

    async def lubimyczytac(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        matches = [
            {
                "title": book.title,
                "author": ", ".join(book.authors),
                "publisher": "Piaskownica",
                "publishedYear": str(book.year) if book.year else None,
                "description": book.title,
                "cover": "https://s.lubimyczytac.pl/x.jpg",
                "isbn": book.isbn if book.book_id % 2 else "0",
                "genres": ["fantasy"],
                "tags": [],
                "series": [{"series": book.series, "sequence": book.position.partition(".")[0]}] if book.series else [],
                "language": "pol" if book.original_title else "eng",
                "type": "audiobook" if book.has_audiobook else "book",
                "similarity": 0.97,
            }
            for book in self._found(request)
        ]
        return JSONResponse({"matches": matches})

    async def aggregator(self, request: Request) -> Response:
        provider, *parameters = request.path_params["rest"].split("/")
        if request.headers.get("authorization") != "abs":
            return JSONResponse({"error": "Unauthorized"}, 401)
        if provider not in AGGREGATED:
            return JSONResponse({"error": f"Provider not found: {provider}"}, 404)
        if any(":" not in parameter for parameter in parameters):
            return JSONResponse({"error": "Invalid parameter"}, 400)
        if refusal := self._refusal(request):
            return refusal
        matches = [self._aggregated(book) for book in self._found(request)]
        return JSONResponse({"matches": matches})

    @staticmethod
    def _aggregated(book: WorldBook) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "title": book.title,
            "author": ", ".join(book.authors),
            "narrator": ", ".join(book.narrators),
            "isbn": book.isbn,
            "series": [{"series": book.series, "sequence": book.position}] if book.position else [],
            "language": book.language,
            # Some of its sources speak of seconds.
            "duration": book.runtime_seconds if book.book_id % 4 == 0 else book.runtime_seconds // 60,
        }
        if book.year and book.book_id % 3:
            answer["publishedYear"] = str(book.year)
        return answer


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
