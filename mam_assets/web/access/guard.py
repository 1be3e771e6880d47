"""The ASGI middleware: ``Guard`` stands before the whole web UI, ``GraphqlGuard`` before Dagster's part of it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mam_assets.web.access import graphql
from mam_assets.web.access.requests import Refusal, RequestHead, refuse_request

log = logging.getLogger(__name__)

# No page of others shows ours in a frame, keeps a hand on its window, or takes in what we answer.
PROTECTION = (
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
POLICY_VIOLATION = 1008
LOGGED_A_MINUTE = 300


class Guard:
    """Serves what names an allowed host and, unless it only reads, comes from a page of ours or a program here."""

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self._app = app
        self._allowed_hosts = frozenset(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        head = _head(scope)
        if refusal := refuse_request(head, self._allowed_hosts):
            return await _refuse(head, refusal, send)

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *PROTECTION]}
            await send(message)

        await self._app(scope, receive, send_protected)


class GraphqlGuard:
    """Serves Dagster's pages and files as they are, and of its GraphQL what ``graphql`` allows; nothing else of it
    changes anything (``/report_asset_*`` would)."""

    def __init__(self, app: ASGIApp, path: str = "/graphql") -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        head = _head(scope)
        if head.path != self._path:
            refusal = None if head.is_safe else Refusal(403, "Of Dagster, GraphQL alone may change something.")
        else:
            refusal = graphql.refuse_head(head)
        if refusal:
            return await _refuse(head, refusal, send)
        if head.method == "WEBSOCKET":
            return await self._app(scope, _judged_messages(head, receive, send), send)
        if head.method == "POST":
            body = await _body(receive)
            if body is None:
                return None  # the caller is gone
            judged = graphql.TOO_LARGE if len(body) > graphql.MAX_BODY_BYTES else graphql.judge_body(body)
            if isinstance(judged, Refusal):
                return await _refuse(head, judged, send)
            receive = _replayed(judged, receive)
        await self._app(scope, receive, send)


def _head(scope: Scope) -> RequestHead:
    client = scope.get("client")
    return RequestHead(
        method="WEBSOCKET" if scope["type"] == "websocket" else scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b""),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        client=client[0] if client else "",
    )


async def _body(receive: Receive) -> bytes | None:
    """The body, or so much of it that it is seen to be too large; None when the caller went away."""
    body = b""
    while len(body) <= graphql.MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives this body first."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _judged_messages(head: RequestHead, receive: Receive, send: Send) -> Receive:
    """A ``receive`` that ends the connection at the first message that is refused."""

    async def judged() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        text = graphql.judge_message(message.get("text") or "")
        if isinstance(text, Refusal):
            _log(head, text)
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": text.reason})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        return {"type": "websocket.receive", "text": text}

    return judged


async def _refuse(head: RequestHead, refusal: Refusal, send: Send) -> None:
    _log(head, refusal)
    if head.method == "WEBSOCKET":  # before it was accepted: the server answers 403
        return await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": refusal.reason})
    body = json.dumps({"errors": [{"message": refusal.reason}]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if refusal.status in (400, 413):
        headers.append((b"connection", b"close"))  # what else it sends is not read
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head.method == "HEAD" else body})


class _RefusalLog:
    """Says what was refused, up to a limit: a hostile page must not fill the disk."""

    def __init__(self) -> None:
        self._minute = 0
        self._count = 0

    def __call__(self, head: RequestHead, refusal: Refusal) -> None:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        if self._count <= LOGGED_A_MINUTE:
            log.warning("refused %s %.200r from %s: %s", head.method, head.path, head.client, refusal.reason)
        elif self._count == LOGGED_A_MINUTE + 1:
            log.warning("refused %s requests within a minute: the rest of them is not logged", LOGGED_A_MINUTE)


_log = _RefusalLog()
