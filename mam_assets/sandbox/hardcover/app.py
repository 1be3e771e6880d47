"""The stand-in of Hardcover: a GraphQL address with the service's limits.

Errors of a query are answered with 200 and ``errors``. A sixth top-level field, or a second search, is refused with
403; each field counts as a request. A minute of its allowance lasts a second here.
"""

from __future__ import annotations

import time
from typing import Any

from graphql import GraphQLError, parse
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..serving.faults import App, FaultMiddleware, Faults
from ..serving.request_log import RequestLog
from ..world.facts import World
from .data import Hardcover
from .query import Query, QueryError, key_of, top_level

TOKEN = "sandbox-hardcover-token"
MOST_FIELDS = 5


def create_app(world: World, *, faults: Faults | None = None, token: str = TOKEN, per_minute: int = 60) -> App:
    """The stand-in as an ASGI application. Its own fault: ``query_error`` (200 with ``errors`` of ``text``)."""
    log, faults = RequestLog(), faults if faults is not None else Faults()
    service = Service(Hardcover(world), faults, token, per_minute)
    app = Starlette(
        routes=[
            Route("/v1/graphql", service.graphql, methods=["POST"]),
            Route("/_sandbox/log", log.page, methods=["GET", "DELETE"]),
        ]
    )
    app.add_middleware(BaseHTTPMiddleware, dispatch=log.middleware)
    return FaultMiddleware(app, faults)


class Service:
    def __init__(self, data: Hardcover, faults: Faults, token: str, per_minute: int) -> None:
        self.data = data
        self.faults = faults
        self.token = token
        self.per_minute = per_minute
        self.left, self.since = per_minute, time.monotonic()

    async def graphql(self, request: Request) -> Response:
        if request.headers.get("authorization", "").removeprefix("Bearer ") != self.token:
            return JSONResponse({"error": "invalid_token"}, 401)
        try:
            body = await request.json()
            document = parse(body["query"])
            variables = body.get("variables") or {}
        except (ValueError, KeyError, TypeError, GraphQLError):
            return JSONResponse({"error": "Malformed request body"}, 400)
        if fault := self.faults.take("query_error"):
            error = {"message": fault.text or "query failed", "extensions": {"code": "unexpected"}}
            return self._answer({"errors": [error]})
        fields = top_level(document)
        searches = sum(field.name.value == "search" for field in fields)
        if len(fields) > MOST_FIELDS or searches > 1:
            return JSONResponse({"error": "top_level_limit_exceeded"}, 403)
        if time.monotonic() - self.since > 1:
            self.left, self.since = self.per_minute, time.monotonic()
        if self.left < len(fields):
            return JSONResponse({"error": "Too Many Requests"}, 429, {"retry-after": "1"})
        self.left -= len(fields)
        try:
            asked = Query(self.data, document, variables)
            return self._answer({"data": {key_of(field): asked.root(field) for field in fields}})
        except QueryError as error:
            return self._answer({"errors": [{"message": str(error), "extensions": {"code": "validation-failed"}}]})

    def _answer(self, body: dict[str, Any]) -> Response:
        policy = f'"Free";q={self.per_minute};w=60;burst=10, "daily";q=5000;w=86400'
        headers = {
            "RateLimit-Policy": policy,
            "RateLimit": f'"Free";r={self.left};t=1, "daily";r=4231;t=51234',
        }
        return JSONResponse(body, headers=headers)
