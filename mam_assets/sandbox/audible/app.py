"""The stand-in of Audible's catalogue: search, batches by ASIN, single products, similar ones.

An unknown ASIN is answered with 200 and a product that has nothing but this ASIN; a page behind the last is empty.
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
from ..world.facts import World
from .products import GROUPS, Product, products_of_world, visible

MOST = 50
_HEADERS = {"cache-control": "private, max-age=1800"}


def create_app(world: World, *, faults: Faults | None = None) -> App:
    """The stand-in as an ASGI application."""
    log = RequestLog()
    shop = Audible(products_of_world(world))
    app = Starlette(
        routes=[
            Route("/1.0/catalog/products", shop.search),
            Route("/1.0/catalog/products/{asin}", shop.product),
            Route("/1.0/catalog/products/{asin}/sims", shop.similar),
            Route("/_sandbox/log", log.page, methods=["GET", "DELETE"]),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=log.middleware)
    return FaultMiddleware(app, faults if faults is not None else Faults())


class Invalid(ValueError):
    """The request is refused; the text says why."""


class Audible:
    def __init__(self, products: dict[str, Product]) -> None:
        self.products = products

    async def search(self, request: Request) -> Response:
        asked = request.query_params
        try:
            groups = _groups(asked.get("response_groups", ""))
            size, page = _number(asked.get("num_results", "10"), MOST), _number(asked.get("page", "0"), 10_000)
        except Invalid as error:
            return _invalid(error)
        if asked.get("asins"):
            wanted = asked["asins"].split(",")
            if len(wanted) > MOST:
                return _invalid(Invalid(f"Value at 'asins' must have at most {MOST} entries"))
            listed = [self.products.get(asin, {"asin": asin}) for asin in wanted]
            return self._answer([visible(product, groups) for product in listed], len(listed), groups)
        hits = [product for product in self.products.values() if _matches(product, dict(asked))]
        hits.sort(key=lambda product: (-_closeness(product, dict(asked)), product["asin"]))
        if asked.get("products_sort_by") in ("ReleaseDate", "-ReleaseDate"):
            hits.sort(key=lambda p: p["release_date"], reverse=asked["products_sort_by"].startswith("-"))
        shown = [visible(product, groups) for product in hits[page * size : (page + 1) * size]]
        return self._answer(shown, len(hits), groups)

    def _answer(self, shown: list[Product], total: int, groups: list[str]) -> Response:
        answer = {"products": shown, "response_groups": ["always-returned", *groups], "total_results": total}
        return JSONResponse(answer, headers=_HEADERS)

    async def product(self, request: Request) -> Response:
        try:
            groups = _groups(request.query_params.get("response_groups", ""))
        except Invalid as error:
            return _invalid(error)
        asin = request.path_params["asin"]
        product = visible(self.products.get(asin, {"asin": asin}), groups)
        return JSONResponse({"product": product, "response_groups": ["always-returned", *groups]}, headers=_HEADERS)

    async def similar(self, request: Request) -> Response:
        asked = request.query_params
        try:
            groups = _groups(asked.get("response_groups", ""))
        except Invalid as error:
            return _invalid(error)
        product = self.products.get(request.path_params["asin"], {})
        series = {entry["asin"] for entry in product.get("series", ())}
        authors = {author["name"] for author in product.get("authors", ())}
        by_author = asked.get("similarity_type") == "ByTheSameAuthor"
        similar = [
            visible(other, groups)
            for other in self.products.values()
            if other is not product
            and other["content_type"] == "Product"
            and "release_date" in other
            and (
                authors & {author["name"] for author in other["authors"]}
                if by_author
                else series & {entry["asin"] for entry in other["series"]}
            )
        ]
        return JSONResponse({"similar_products": similar[:10], "response_groups": groups})


def _matches(product: Product, asked: dict[str, str]) -> bool:
    """Only recordings are found by a search, never series."""
    if "release_date" not in product:
        return False
    title = _words(f"{product['title']} {product.get('subtitle') or ''}")
    authors = _words(" ".join(author["name"] for author in product["authors"]))
    narrators = _words(" ".join(narrator["name"] for narrator in product["narrators"]))
    fields: dict[str, set[str]] = {
        "title": title,
        "author": authors,
        "narrator": narrators,
        "publisher": _words(product["publisher_name"]),
        "keywords": title | authors | narrators | {product["asin"].lower(), product["isbn"]},
    }
    return all(_words(asked[name]) <= known for name, known in fields.items() if asked.get(name))


def _closeness(product: Product, asked: dict[str, str]) -> float:
    wanted = _words(f"{asked.get('title', '')} {asked.get('keywords', '')}")
    title = _words(product["title"])
    return len(wanted & title) / (1 + len(title))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _groups(text: str) -> list[str]:
    groups = [group for group in text.replace(" ", "").split(",") if group]
    for group in groups:
        if group not in GROUPS:
            raise Invalid(
                f"Value '{group}' at 'responseGroups' failed to satisfy constraint: Member must be a known group"
            )
    return groups


def _number(text: str, most: int) -> int:
    if not text.isdigit() or int(text) > most:
        raise Invalid(f"Value '{text}' failed to satisfy constraint: Member must be at most {most}")
    return int(text)


def _invalid(error: Invalid) -> Response:
    message: dict[str, Any] = {"message": f"1 validation error detected: {error}"}
    return JSONResponse(message, 400)
