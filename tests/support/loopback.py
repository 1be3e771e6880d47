"""A small HTTP server on loopback whose answers a test writes itself, and which remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from resources.errors import Blocked, RateLimited, ServiceError, Unavailable, Unreachable


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """``cut`` announces the whole body and breaks off in its middle."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    def bytes(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Script = Callable[[Asked], Answer | None]


@dataclass
class Served:
    url: str
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]


@contextmanager
def serve(script: Script) -> Iterator[Served]:
    """Serve ``script`` (None means 404) until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(self.command, parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
            served.asked.append(asked)
            answer = script(asked) or Answer("Not Found", 404)
            payload = answer.bytes()
            self.send_response(answer.status)
            kind = "application/json" if not isinstance(answer.body, (str, bytes)) else "text/html; charset=utf-8"
            for name, value in {"Content-Type": kind, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload[: len(payload) // 2] if answer.cut else payload)
            if answer.cut:
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = handle_any

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def faults() -> dict[str, Answer]:
    """The ways in which any service fails, as answers."""
    return {
        "forbidden": Answer("Forbidden", 403),
        "too many": Answer("", 429, {"Retry-After": "7"}),
        "challenge": Answer(b"", 202),
        "empty": Answer(b"", 200),
        "truncated": Answer('{"results": [{"id": "x"', 200, {"Content-Type": "application/json"}),
        "html": Answer("<!DOCTYPE html><html><title>Hello</title><body>nothing here</body></html>"),
        "wrong form": Answer({"surprise": True}),
        "broken": Answer("oops", 500),
        "cut short": Answer([{"title": "x" * 500}], cut=True),
    }


# What each of them is; any other is an UnexpectedAnswer.
FAULTS: dict[str, type[ServiceError]] = {
    "forbidden": Blocked,
    "too many": RateLimited,
    "challenge": Blocked,
    "broken": Unavailable,
    "cut short": Unreachable,
}
