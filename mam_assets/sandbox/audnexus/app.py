"""The stand-in of Audnexus: single books and authors by ASIN, in one region. It lists no series."""

from __future__ import annotations

import re
from typing import Any

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..audible.products import Product, author_asin, products_of_world
from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.request_log import RequestLog
from ..world.facts import World, stable_number

REGIONS = ("us", "ca", "uk", "au", "fr", "de", "jp", "it", "in", "es")
_ASIN = re.compile(r"B[\dA-Z]{9}|\d{9}(X|\d)")


def create_app(world: World, *, faults: Faults | None = None) -> App:
    """The stand-in as an ASGI application. Its own fault: ``spent`` (429 with the service's own body)."""
    log, faults = RequestLog(), faults if faults is not None else Faults()
    service = Audnexus(products_of_world(world), faults)
    app = Starlette(
        routes=[
            Route("/books/{asin}", service.book),
            Route("/books/{asin}/chapters", service.chapters),
            Route("/authors", service.authors),
            Route("/authors/{asin}", service.author),
            Route("/_sandbox/log", log.page, methods=["GET", "DELETE"]),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=log.middleware)
    return FaultMiddleware(app, faults)


class Audnexus:
    def __init__(self, products: dict[str, Product], faults: Faults) -> None:
        self.products = products
        self.faults = faults
        self.people = {
            author_asin(author["name"]): author["name"]
            for product in products.values()
            for author in product["authors"]
        }

    def _refusal(self, request: Request, asin: str | None = None) -> Response | None:
        if fault := self.faults.take("spent"):
            details = {"retryAfterSeconds": int(fault.seconds)}
            return _error(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded, retry later", details)
        if request.query_params.get("region", "us") not in REGIONS:
            return _error(422, "VALIDATION_ERROR", "Invalid region")
        if asin is not None and not _ASIN.fullmatch(asin):
            return _error(400, "BAD_REQUEST", "Bad ASIN")
        return None

    def _product(self, request: Request) -> Product | Response:
        asin = request.path_params["asin"]
        if refusal := self._refusal(request, asin):
            return refusal
        product = self.products.get(asin)
        region = request.query_params.get("region", "us")
        if product is None:
            return _error(404, "NOT_FOUND", f"{asin} not found")
        if "release_date" not in product:
            return _error(400, "CONTENT_TYPE_MISMATCH", "Item is not a book")
        if region != "us" and stable_number("region", region, asin) % 3 == 0:
            return _error(404, "REGION_UNAVAILABLE", f"Item not available in region '{region}'")
        return product

    async def book(self, request: Request) -> Response:
        product = self._product(request)
        if isinstance(product, Response):
            return product
        return JSONResponse(_book(product, request.query_params.get("region", "us")))

    async def chapters(self, request: Request) -> Response:
        product = self._product(request)
        if isinstance(product, Response):
            return product
        length = product["runtime_length_min"] * 60_000
        count = max(1, length // 1_800_000)
        chapters = [
            {"lengthMs": length // count, "startOffsetMs": length * n // count, "title": f"Chapter {n + 1}"}
            for n in range(count)
        ]
        return JSONResponse({"asin": product["asin"], "runtimeLengthMs": length, "chapters": chapters})

    async def authors(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        wanted = set(re.findall(r"\w+", request.query_params.get("name", "").lower()))
        rows = [
            {"asin": asin, "name": name}
            for asin, name in self.people.items()
            if wanted and wanted <= set(re.findall(r"\w+", name.lower()))
        ]
        return JSONResponse(rows + rows[:1])  # duplicates happen

    async def author(self, request: Request) -> Response:
        asin = request.path_params["asin"]
        if refusal := self._refusal(request, asin):
            return refusal
        if asin not in self.people:
            return _error(404, "NOT_FOUND", f"{asin} not found")
        return JSONResponse({"asin": asin, "name": self.people[asin], "description": "", "genres": [], "region": "us"})


def _book(product: Product, region: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "asin": product["asin"],
        "authors": product["authors"],
        "copyright": int(product["copyright"][1:5]) if product["copyright"][1:5].isdigit() else None,
        "description": product["title"],
        "formatType": product["format_type"],
        "genres": [
            {"asin": "18580606011", "name": product["category_ladders"][0]["ladder"][0]["name"], "type": "genre"}
        ],
        "image": product["product_images"]["500"],
        "isAdult": False,
        "isbn": product["isbn"],
        "language": product["language"],
        "literatureType": "fiction",
        "narrators": product["narrators"],
        "publisherName": product["publisher_name"],
        "rating": "4.5",
        "region": region,
        "releaseDate": f"{product['release_date']}T00:00:00.000Z",
        "runtimeLengthMin": product["runtime_length_min"],
        "summary": product["publisher_summary"],
        "title": product["title"],
    }
    if product["subtitle"]:
        answer["subtitle"] = product["subtitle"]
    for name, entry in zip(("seriesPrimary", "seriesSecondary"), product["series"], strict=False):
        answer[name] = {"asin": entry["asin"], "name": entry["title"]}
        if entry.get("sequence"):
            answer[name]["position"] = entry["sequence"]
    return answer


def _error(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, "details": details}}, status)
