"""The faults of the stand-ins, over a real loopback server."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mam_assets.sandbox.serving.faults import FaultMiddleware, Faults

BODY = {"words": ["one", "two", "three"], "count": 3}


class Server:
    def __init__(self) -> None:
        self.faults = Faults()
        self.seen: list[str] = []

        def answer(request: Request) -> Response:
            self.seen.append(request.url.path)
            return JSONResponse(BODY)

        app = Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "POST"])])
        config = uvicorn.Config(
            FaultMiddleware(app, self.faults), port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    @property
    def url(self) -> str:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    server.thread.start()
    while not server.server.started:
        time.sleep(0.01)
    yield server
    server.server.should_exit = True
    server.thread.join(5)


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    running.faults.clear()
    running.seen.clear()
    yield running
    running.faults.clear()


def test_without_faults_the_answer_is_untouched(server: Server) -> None:
    assert requests.get(f"{server.url}/a").json() == BODY


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("forbidden", 403, "Forbidden"),
        ("rate_limited", 429, "Too Many Requests"),
        ("error", 500, "Internal Server Error"),
        ("unavailable", 503, "Service Unavailable"),
        ("challenge", 202, ""),
        ("empty", 200, ""),
    ],
)
def test_answers_in_place_of_the_real_one(server: Server, name: str, status: int, body: str) -> None:
    server.faults.set(name)
    answer = requests.get(f"{server.url}/a")
    assert (answer.status_code, answer.text) == (status, body)
    assert server.seen == [], "the stand-in itself is not asked"


def test_rate_limit_says_how_long(server: Server) -> None:
    server.faults.set("rate_limited", seconds=7)
    assert requests.get(f"{server.url}/a").headers["Retry-After"] == "7"


def test_html_in_place_of_json(server: Server) -> None:
    server.faults.set("html")
    answer = requests.get(f"{server.url}/a")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html" in answer.text


def test_truncated_body_is_complete_http_and_broken_json(server: Server) -> None:
    server.faults.set("truncated")
    answer = requests.get(f"{server.url}/a")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_cut_off_connection(server: Server) -> None:
    server.faults.set("cut_off")
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(f"{server.url}/a")


def test_lost_answer_still_does_the_work(server: Server) -> None:
    server.faults.set("lost_answer")
    with pytest.raises(requests.exceptions.RequestException):
        requests.post(f"{server.url}/a", data={"x": "y"})
    assert server.seen == ["/a"]


def test_timeout_outlasts_the_client(server: Server) -> None:
    server.faults.set("timeout", seconds=60)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{server.url}/a", timeout=0.2)


def test_timeout_ends(server: Server) -> None:
    server.faults.set("timeout", seconds=0.05)
    assert requests.get(f"{server.url}/a").status_code == 504
    server.faults.clear()
    server.faults.set("slow", seconds=0.05)
    assert requests.get(f"{server.url}/a").json() == BODY


def test_holds_for_the_next_n_requests(server: Server) -> None:
    server.faults.set("unavailable", times=2)
    assert [requests.get(f"{server.url}/a").status_code for _ in range(4)] == [503, 503, 200, 200]


def test_holds_for_matching_paths(server: Server) -> None:
    server.faults.set("forbidden", match=r"^/api/series/\d+\?page=2")
    urls = ["/api/series/1", "/api/series/1?page=2", "/api/books/1?page=2"]
    assert [requests.get(server.url + url).status_code for url in urls] == [200, 403, 200]


def test_several_at_once_and_a_later_setting_replaces(server: Server) -> None:
    server.faults.set("forbidden", match="/a")
    server.faults.set("error", match="/b")
    server.faults.set("forbidden", match="/a", times=1)
    answers = [requests.get(server.url + path).status_code for path in ("/a", "/a", "/b", "/c")]
    assert answers == [403, 200, 500, 200]


def test_control_over_http(server: Server) -> None:
    control = f"{server.url}/_sandbox/faults"
    state = requests.put(control, json={"name": "unavailable", "times": 1, "match": "/x"}).json()
    assert [(f["name"], f["times"], f["match"]) for f in state["faults"]] == [("unavailable", 1, "/x")]
    assert "timeout" in state["known"]
    assert requests.get(f"{server.url}/x").status_code == 503
    assert requests.get(control).json()["faults"] == []
    requests.put(control, json={"name": "empty"})
    requests.put(control, json={"name": "html", "match": "/y"})
    assert [f["name"] for f in requests.delete(f"{control}?name=empty").json()["faults"]] == ["html"]
    assert requests.delete(control).json()["faults"] == []


@pytest.mark.parametrize(
    "wrong", [{}, {"name": "empty", "times": 0}, {"name": "empty", "match": "("}, {"name": "empty", "colour": 1}, []]
)
def test_control_refuses_nonsense(server: Server, wrong: object) -> None:
    assert requests.put(f"{server.url}/_sandbox/faults", json=wrong).status_code == 400
    assert server.faults.active() == []


def test_control_has_no_faults_itself(server: Server) -> None:
    server.faults.set("unavailable")
    assert requests.delete(f"{server.url}/_sandbox/faults").status_code == 200
    assert requests.get(f"{server.url}/a").status_code == 200


def test_named_switches_for_one_stand_in() -> None:
    faults = Faults()
    faults.set("stalled", match="^abc", times=1)
    assert faults.find("stalled", "xabc") is None
    assert faults.find("stalled", "abcd") is not None
    assert faults.take("stalled", "abcd") is not None
    assert faults.take("stalled", "abcd") is None


def test_counts_are_exact_under_threads() -> None:
    faults = Faults()
    faults.set("unavailable", times=100)
    taken = []
    lock = threading.Lock()

    def use() -> None:
        for _ in range(50):
            if faults.take_wire("/a"):
                with lock:
                    taken.append(1)

    threads = [threading.Thread(target=use) for _ in range(8)]
    with contextlib.ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
    assert len(taken) == 100
