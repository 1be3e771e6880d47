"""The middleware around an app that remembers what reached it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mam_assets.web.access import LOOPBACK_HOSTS, GraphqlGuard, Guard
from mam_assets.web.access.graphql import MAX_BODY_BYTES
from mam_assets.web.access.guard import LOGGED_A_MINUTE

PROGRAM = {"host": "localhost:3000", "content-type": "application/json"}


@dataclass
class App:
    """Reads everything it is sent and answers 200."""

    bodies: list[bytes] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            while True:
                self.messages.append(await receive())
                if self.messages[-1]["type"] == "websocket.disconnect":
                    return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"dagster"})


def ask(app: ASGIApp, scope: dict[str, Any], incoming: list[Message]) -> list[Message]:
    """What the server would get to send."""
    sent: list[Message] = []
    left = list(incoming)

    async def receive() -> Message:
        return left.pop(0) if left else {"type": f"{scope['type']}.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def scope_of(method: str, path: str = "/graphql", query: bytes = b"", **headers: str) -> dict[str, Any]:
    named = PROGRAM | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "websocket" if method == "WEBSOCKET" else "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 50000),
    }


def body(*pieces: bytes) -> list[Message]:
    return [
        {"type": "http.request", "body": piece, "more_body": place < len(pieces)}
        for place, piece in enumerate(pieces, start=1)
    ]


def guarded() -> tuple[App, ASGIApp]:
    app = App()
    return app, Guard(GraphqlGuard(app), LOOPBACK_HOSTS)


def test_a_query_arrives_whole() -> None:
    app, asgi = guarded()
    sent = ask(asgi, scope_of("POST"), body(b'{"query": ', b'"{ version }"}'))
    assert sent[0]["status"] == 200
    assert [json.loads(one) for one in app.bodies] == [{"query": "{ version }"}]


def test_no_page_of_others_takes_our_answers_in() -> None:
    _, asgi = guarded()
    headers = dict(ask(asgi, scope_of("GET", "/"), body(b""))[0]["headers"])
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"cross-origin-resource-policy"] == b"same-origin"
    assert not any(name.startswith(b"access-control") for name in headers)


@pytest.mark.parametrize(
    ("scope", "sends", "status"),
    [
        (scope_of("POST", origin="http://evil.test"), b'{"query": "{ version }"}', 403),
        (scope_of("GET", "/", host="evil.test"), b"", 403),
        (scope_of("POST"), b'{"query": "mutation { wipeAssets }"}', 403),
        (scope_of("POST"), b'[{"query": "{ version }"}]', 400),
        (scope_of("POST", content_type="text/plain"), b'{"query": "{ version }"}', 415),
        (scope_of("POST"), b'{"query": "' + b"a" * MAX_BODY_BYTES + b'"}', 413),
        (scope_of("GET", query=b"query=mutation{launchRun}"), b"", 405),
        (scope_of("POST", "/report_asset_materialization/ownership"), b"{}", 403),
        (scope_of("POST", "/graphql/"), b'{"query": "{ version }"}', 403),
        (scope_of("DELETE", "/"), b"", 403),
    ],
)
def test_what_is_refused_does_not_arrive(scope: dict[str, Any], sends: bytes, status: int) -> None:
    app, asgi = guarded()
    start, answer = ask(asgi, scope, body(sends))
    assert start["status"] == status
    assert json.loads(answer["body"])["errors"][0]["message"]
    assert app.bodies == []


def test_an_endless_body_is_not_read_to_its_end() -> None:
    app, asgi = guarded()
    read = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b" " * 65536, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(asgi(scope_of("POST"), receive, send))
    assert sent[0]["status"] == 413
    assert read <= MAX_BODY_BYTES // 65536 + 1
    assert app.bodies == []


def test_who_goes_away_while_sending_is_not_answered() -> None:
    app, asgi = guarded()
    assert ask(asgi, scope_of("POST"), [{"type": "http.request", "body": b"{", "more_body": True}]) == []
    assert app.bodies == []


def frame(**message: object) -> Message:
    return {"type": "websocket.receive", "text": json.dumps(message)}


def test_a_subscription_passes() -> None:
    app, asgi = guarded()
    start = frame(type="start", id="1", payload={"query": "subscription { a }"})
    sent = ask(asgi, scope_of("WEBSOCKET", origin="http://localhost:3000"), [frame(type="connection_init"), start])
    assert [message["type"] for message in sent] == ["websocket.accept"]
    assert [json.loads(message["text"])["type"] for message in app.messages[:2]] == ["connection_init", "start"]


@pytest.mark.parametrize(
    "message",
    [
        frame(type="start", id="1", payload={"query": "mutation { launchRun }"}),
        frame(type="nonsense"),
        {"type": "websocket.receive", "bytes": b"{}"},
    ],
)
def test_a_refused_message_ends_the_connection(message: Message) -> None:
    app, asgi = guarded()
    sent = ask(asgi, scope_of("WEBSOCKET"), [message, frame(type="connection_init")])
    assert [(one["type"], one.get("code")) for one in sent] == [("websocket.accept", None), ("websocket.close", 1008)]
    assert [one["type"] for one in app.messages] == ["websocket.disconnect"]


@pytest.mark.parametrize(
    "scope",
    [
        scope_of("WEBSOCKET", origin="http://evil.test"),
        scope_of("WEBSOCKET", origin="null"),
        scope_of("WEBSOCKET", host="evil.test"),
        scope_of("WEBSOCKET", "/elsewhere"),
    ],
)
def test_a_websocket_of_others_is_not_opened(scope: dict[str, Any]) -> None:
    app, asgi = guarded()
    assert [message["type"] for message in ask(asgi, scope, [])] == ["websocket.close"]
    assert app.messages == []


def test_a_hostile_page_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    _, asgi = guarded()
    for _ in range(LOGGED_A_MINUTE * 4):
        ask(asgi, scope_of("GET", "/" + "a" * 5000, host="evil.test"), [])
    assert 1 <= len(caplog.messages) <= 2 * (LOGGED_A_MINUTE + 1)  # a minute may have passed
    assert sum(map(len, caplog.messages)) < 400 * len(caplog.messages)
