"""The stand-in of Google Books: volumes by title, author and ISBN. Many editions, late years, nothing about audio.

Faults of its own: ``quota`` (403 ``quotaExceeded``), ``nowhere`` (403: the place of the caller is not known). A request
without a key shares a pool that is used up: 429.
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
from ..world.facts import World, WorldBook, stable_number
from ..world.opinions import Opinions

_TERM = re.compile(r'(?:(intitle|inauthor|isbn|inpublisher|subject):)?(?:"([^"]*)"|(\S+))')


def create_app(world: World, *, faults: Faults | None = None) -> App:
    """The stand-in as an ASGI application."""
    log, faults = RequestLog(), faults if faults is not None else Faults()
    library = GoogleBooks(world, faults)
    app = Starlette(
        routes=[
            Route("/books/v1/volumes", library.search),
            Route("/books/v1/volumes/{volume_id}", library.volume),
            Route("/_sandbox/log", log.page, methods=["GET", "DELETE"]),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=log.middleware)
    return FaultMiddleware(app, faults)


class GoogleBooks:
    def __init__(self, world: World, faults: Faults) -> None:
        self.faults = faults
        opinions = Opinions(world)
        known = (opinions.book("google_books", book) for book in world.books())
        self.volumes = {_volume_id(book): book for book in known if book is not None}

    def _refusal(self, request: Request) -> Response | None:
        if self.faults.take("quota"):
            return _error(
                403, "Daily Limit Exceeded. The quota will be reset at midnight Pacific Time.", "quotaExceeded"
            )
        if self.faults.take("nowhere"):
            message = "Cannot determine user location for geographically restricted operation."
            return _error(403, message, "unknownLocation")
        if not request.query_params.get("key"):
            return _error(429, "Quota exceeded for quota metric 'Queries'", "rateLimitExceeded")
        return None

    async def search(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        asked = request.query_params
        query, most = asked.get("q", "").strip(), asked.get("maxResults", "10")
        if not query:
            return _error(400, "Required parameter: q", "required")
        if not most.isdigit() or not 1 <= int(most) <= 40:
            return _error(400, f"Values must be within the range: [1, 40], not {most}", "invalidParameter")
        start = int(asked["startIndex"]) if asked.get("startIndex", "").isdigit() else 0
        matching = [book for book in self.volumes.values() if _matches(book, query)]
        if asked.get("langRestrict") not in (None, "", "en"):
            matching = []
        if not matching:
            return JSONResponse({"kind": "books#volumes", "totalItems": 0})
        shown = [_volume(book) for book in matching[start : start + int(most)]]
        answer: dict[str, Any] = {"kind": "books#volumes", "totalItems": len(matching) + stable_number(query, high=9)}
        return JSONResponse(answer | ({"items": shown} if shown else {}))

    async def volume(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        book = self.volumes.get(request.path_params["volume_id"])
        if book is None:
            return _error(404, "The volume ID could not be found.", "notFound")
        return JSONResponse(_volume(book))


def _matches(book: WorldBook, query: str) -> bool:
    title, people = _words(book.title), _words(" ".join(book.authors))
    for field, phrase, word in _TERM.findall(query.replace("+", " ")):
        wanted = _words(phrase or word)
        match field:
            case "intitle" if not wanted <= title:
                return False
            case "inauthor" if not wanted <= people:
                return False
            case "isbn" if (phrase or word).replace("-", "") != book.isbn:
                return False
            case "" if not wanted <= title | people | {book.isbn}:
                return False
    return True


def _volume(book: WorldBook) -> dict[str, Any]:
    number = book.book_id
    published = {0: f"{book.year}", 1: f"{book.year}-05", 2: f"{book.year}-05-17"}[number % 3]
    info: dict[str, Any] = {
        "title": book.title,
        "authors": list(book.authors),
        "publishedDate": published,
        "description": f"{book.title} is a book by {' and '.join(book.authors)}.",
        "industryIdentifiers": [{"type": "ISBN_13", "identifier": book.isbn}],
        "pageCount": 200 + number % 500,
        "printType": "BOOK",
        "categories": ["Fiction"],
        "language": "en",
        "imageLinks": {"thumbnail": f"http://books.google.com/books/content?id={_volume_id(book)}&zoom=1"},
    }
    if not book.isbn:
        info["industryIdentifiers"] = [{"type": "OTHER", "identifier": f"OCLC:{number}"}]
    if book.year is None or book.year < 1000:
        del info["publishedDate"]
    if number % 8 == 0:
        del info["authors"]
    if number % 3 == 0:
        info["publisher"] = "Sandbox House"
    if book.series and number % 5 == 0:
        info["subtitle"] = f"{book.series} {book.position}".strip()
    return {"kind": "books#volume", "id": _volume_id(book), "etag": "x", "volumeInfo": info}


def _volume_id(book: WorldBook) -> str:
    return f"SB{book.book_id:010x}"


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _error(status: int, message: str, reason: str) -> Response:
    errors = [{"message": message, "domain": "global", "reason": reason}]
    return JSONResponse({"error": {"code": status, "message": message, "errors": errors}}, status)
