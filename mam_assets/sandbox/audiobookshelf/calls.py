"""One request to the Audiobookshelf stand-in: who asks, what with, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from .server import USERS, User


class HttpError(Exception):
    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        known = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
        self.status, self.words = status, words or known.get(status, "")


@dataclass
class Call:
    """One request, its body read: ``body`` is the decoded JSON ({} without one), ``path`` the ids in the address."""

    user: User
    params: dict[str, str]
    path: dict[str, str]
    body: Any
    upload: bytes | None = None

    def need(self, permission: str) -> None:
        if not getattr(self.user, permission):
            raise HttpError(403)


def endpoint_of(methods: dict[str, Callable[[Call], Any]]) -> Callable[[Request], Any]:
    """The endpoint of one address: reads the request, asks the method's function, turns its result into an answer."""

    async def endpoint(request: Request) -> Response:
        user = _user(request)
        if user is None:
            return PlainTextResponse("Unauthorized", 401)
        call = Call(user, dict(request.query_params), dict(request.path_params), {})
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                cover = form.get("cover")
                call.upload = await cover.read() if cover is not None and not isinstance(cover, str) else None
        else:
            text = await request.body()
            try:
                call.body = json.loads(text) if text else {}
            except ValueError:
                raise HttpError(400) from None
        method = methods["GET" if request.method == "HEAD" else request.method]
        try:
            result = await run_in_threadpool(method, call)
        except ValueError as error:  # of a limit, a page or a filter
            raise HttpError(400, str(error)) from None
        if isinstance(result, Response):
            return result
        return PlainTextResponse(result) if isinstance(result, str) else JSONResponse(result)

    return endpoint


def _user(request: Request) -> User | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = token if scheme.lower() == "bearer" else request.query_params.get("token", "")
    return next((user for user in USERS if given and user.token == given), None)


async def not_found(_: Request, __: Exception) -> Response:
    return PlainTextResponse("Not Found", 404)


async def http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HttpError)
    return PlainTextResponse(error.words, error.status)
