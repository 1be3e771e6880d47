"""Faults that can be switched on in every stand-in: from the same process, or over HTTP at ``/_sandbox/faults``.

A fault is a named switch with a few options. The names in ``WIRE_FAULTS`` are done here, by a middleware in front of
the stand-in, and work on all of them. Any other name means something to one stand-in only, which asks ``Faults.find``
for it (``missing_total`` of the library server, ``stalled`` of the torrent client, …).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

CONTROL_PATH = "/_sandbox/faults"

CHALLENGE_PAGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><h1>Checking your browser before accessing this site.</h1></body></html>"
)

WIRE_FAULTS = {
    "timeout": "hang for `seconds`, then answer 504",
    "slow": "wait for `seconds`, then answer as usual",
    "forbidden": "answer 403",
    "rate_limited": "answer 429 with Retry-After of `seconds`",
    "error": "answer 500",
    "unavailable": "answer 503",
    "challenge": "answer 202 with an empty body, as a bot check does",
    "empty": "answer 200 with an empty body",
    "html": "answer 200 with an HTML page",
    "truncated": "cut the body of the real answer in half",
    "cut_off": "send half of the body, then close the connection",
    "lost_answer": "do what was asked, then close the connection without an answer",
}


@dataclass(frozen=True)
class Fault:
    """One switch that is on.

    name: a key of WIRE_FAULTS, or a name that one stand-in knows.
    times: for how many requests it still holds; None: until it is cleared.
    match: regular expression searched in the request's path and query (wire faults) or in the subject that the
        stand-in names, such as a hash; empty: everything.
    seconds: length of a wait, or the value of Retry-After.
    text: words for the answer, where the fault has any (a tracker's message, the body of a 403).
    """

    name: str
    times: int | None = None
    match: str = ""
    seconds: float = 30.0
    text: str = ""


class Faults:
    """The switches of one stand-in. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []

    def set(
        self, name: str, *, times: int | None = None, match: str = "", seconds: float = 30.0, text: str = ""
    ) -> None:
        """Switch a fault on. One with the same name and match is replaced.

        Raises ValueError for a ``match`` that is no regular expression and for ``times`` below 1.
        """
        if times is not None and times < 1:
            raise ValueError("times must be at least 1")
        try:
            re.compile(match)
        except re.error as error:
            raise ValueError(f"match is no regular expression: {error}") from None
        fault = Fault(name, times, match, seconds, text)
        with self._lock:
            self._faults = [f for f in self._faults if (f.name, f.match) != (name, match)] + [fault]

    def clear(self, name: str = "") -> None:
        """Switch off the faults of that name, or all."""
        with self._lock:
            self._faults = [f for f in self._faults if name and f.name != name]

    def active(self) -> list[Fault]:
        """The faults that are on, in the order in which they were set."""
        with self._lock:
            return list(self._faults)

    def find(self, name: str, subject: str = "") -> Fault | None:
        """The fault of that name that holds for the subject, if any. Does not count as a use."""
        with self._lock:
            return next((f for f in self._faults if f.name == name and re.search(f.match, subject)), None)

    def take(self, name: str, subject: str = "") -> Fault | None:
        """Like find, but counts as one use of a fault that was set for some number of times."""
        return self._take(lambda fault: fault.name == name, subject)

    def take_wire(self, subject: str) -> Fault | None:
        """The first wire fault that holds for this path and query; counts as one use."""
        return self._take(lambda fault: fault.name in WIRE_FAULTS, subject)

    def _take(self, wanted: Callable[[Fault], bool], subject: str) -> Fault | None:
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not wanted(fault) or not re.search(fault.match, subject):
                    continue
                if fault.times is not None:
                    left = replace(fault, times=fault.times - 1)
                    self._faults[index : index + 1] = [left] if left.times else []
                return fault
        return None


class FaultMiddleware:
    """ASGI middleware: does the wire faults and answers ``/_sandbox/faults``.

    GET answers ``{"faults": [...], "known": {...}}``; PUT takes one fault as JSON (the fields of Fault); DELETE
    switches off all, or ``?name=`` one. Paths below ``/_sandbox`` have no faults.
    """

    def __init__(self, app: App, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path == CONTROL_PATH:
            await self._control(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        fault = None
        if not path.startswith("/_sandbox"):
            fault = self.faults.take_wire(f"{path}?{query}" if query else path)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await self._misbehave(fault, scope, receive, send)

    async def _misbehave(self, fault: Fault, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        name = fault.name
        if name == "slow":
            await asyncio.sleep(fault.seconds)
            await self.app(scope, receive, send)
        elif name in ("truncated", "cut_off", "lost_answer"):
            await self._spoil(name, scope, receive, send)
        elif name == "timeout":
            await _hang(receive, fault.seconds)
            await _answer(send, 504, "Gateway Time-out")
        elif name == "rate_limited":
            retry = str(max(0, round(fault.seconds)))
            await _answer(send, 429, fault.text or "Too Many Requests", headers={"retry-after": retry})
        elif name == "html":
            await _answer(send, 200, fault.text or CHALLENGE_PAGE, content_type="text/html; charset=utf-8")
        elif name == "challenge":
            await _answer(send, 202, "", content_type="text/html; charset=utf-8")
        else:
            status, words = {
                "forbidden": (403, "Forbidden"),
                "error": (500, "Internal Server Error"),
                "unavailable": (503, "Service Unavailable"),
                "empty": (200, ""),
            }[name]
            await _answer(send, status, fault.text or words)

    async def _spoil(self, name: str, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        start: Message = {}
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        await self.app(scope, receive, keep)
        body = b"".join(parts)
        sent = b"" if name == "lost_answer" else body[: len(body) // 2]
        # A length that promises more than is sent makes the server close the connection.
        promised = len(sent) if name == "truncated" else max(len(body), len(sent) + 1)
        status = start["status"] if name != "lost_answer" or start["status"] not in (204, 304) else 200
        headers = [(key, value) for key, value in start.get("headers", []) if key.lower() != b"content-length"]
        headers.append((b"content-length", str(promised).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": sent})

    async def _control(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "PUT":
            try:
                wanted = json.loads(await _body(receive))
                self.faults.set(wanted.pop("name"), **wanted)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                await _answer(send, 400, json.dumps({"error": f"{type(error).__name__}: {error}"}), content_type=JSON)
                return
        elif method == "DELETE":
            query = scope.get("query_string", b"").decode("latin-1")
            self.faults.clear(query.removeprefix("name=") if query.startswith("name=") else "")
        elif method != "GET":
            await _answer(send, 405, "Method Not Allowed")
            return
        state = {"faults": [asdict(fault) for fault in self.faults.active()], "known": WIRE_FAULTS}
        await _answer(send, 200, json.dumps(state), content_type=JSON)


JSON = "application/json"


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    return b"".join(parts)


async def _hang(receive: Receive, seconds: float) -> None:
    """Wait that long, or until the client goes away."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return


async def _answer(
    send: Send,
    status: int,
    text: str,
    *,
    content_type: str = "text/plain; charset=utf-8",
    headers: dict[str, str] | None = None,
) -> None:
    body = text.encode()
    head = {"content-type": content_type, "content-length": str(len(body)), **(headers or {})}
    pairs = [(key.encode(), value.encode()) for key, value in head.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
