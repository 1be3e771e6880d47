from __future__ import annotations

import json
import logging
import multiprocessing
import socket
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable, UnexpectedAnswer, Unreachable
from resources.http.backoff import BackoffFile
from resources.http.transport import USER_AGENT, CacheSpec, json_of, looks_like_html, open_session, retry_after, send
from resources.private_files import write_private
from tests.support.loopback import Answer, Asked, Served, serve

SECRET = "s3cr3t-t0ken"


def scripted(asked: Asked) -> Answer | None:
    """/503 answers 503, /json a JSON text, /cut half of one; /moody fails once."""
    name = asked.path.strip("/")
    if name.isdigit():
        return Answer(f"the status {name} was asked for", int(name), {"Retry-After": asked.query.get("wait", "")})
    return {
        "json": Answer({"a": 1}),
        "cut": Answer('{"a": "' + "x" * 5000, 200, cut=True),
        "away": Answer("", 302, {"Location": "/away"}),
        "gzip": Answer(b"not gzip at all", 200, {"Content-Encoding": "gzip"}),
    }.get(name)


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(scripted) as running:
        yield running


@pytest.fixture
def session() -> requests.Session:
    return open_session("shop", per_minute=6000, state_dir=None, timeout=(2, 2))


def failure(session: requests.Session, url: str, method: str = "GET") -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        send(session, "shop", method, url, params={"key": SECRET})
    return caught.value


def test_a_request_says_who_is_asking(served: Served, session: requests.Session) -> None:
    send(session, "shop", "GET", f"{served.url}/json")
    assert served.asked[0].headers["user-agent"] == USER_AGENT
    assert USER_AGENT.startswith("mam-assets/")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/401", AuthError),
        ("/429", RateLimited),
        ("/500", Unavailable),
        ("/503", Unavailable),
        ("/cut", Unreachable),
        ("/gzip", UnexpectedAnswer),
        ("/away", UnexpectedAnswer),
    ],
)
def test_trouble_has_one_name_in_every_service(
    served: Served, session: requests.Session, path: str, kind: type[ServiceError]
) -> None:
    error = failure(session, served.url + path)
    assert type(error) is kind
    assert error.service == "shop"


@pytest.mark.parametrize("status", [200, 204, 400, 403, 404, 409])
def test_other_statuses_are_for_the_client_to_read(served: Served, session: requests.Session, status: int) -> None:
    assert send(session, "shop", "GET", f"{served.url}/{status}").status_code == status


def test_nobody_listening_and_a_name_without_address_are_unavailable(session: requests.Session) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/x"
    refused = failure(session, closed)
    assert "connection refused" in str(refused)
    assert type(refused) is Unreachable
    assert type(failure(session, "http://nowhere.invalid/x")) is Unreachable
    assert refused.code == Unavailable.code
    assert type(failure(session, "nonsense")) is Unavailable


def test_silence_is_unavailable_and_not_asked_for_ever() -> None:
    session = open_session("shop", per_minute=6000, state_dir=None, timeout=(2, 0.05), retries=1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(session, f"http://127.0.0.1:{silent.getsockname()[1]}/x")
    assert isinstance(error, Unavailable)
    assert "too long" in str(error)


@pytest.mark.parametrize("path", ["/401", "/429", "/503", "/cut", "/away", ":1/x"])
def test_no_error_and_no_log_line_holds_a_key(
    served: Served, session: requests.Session, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    url = f"http://127.0.0.1{path}" if path.startswith(":") else served.url + path
    with caplog.at_level(logging.DEBUG):
        error = failure(session, url)
    chained = [error, error.__cause__, error.__context__]
    assert SECRET not in "".join(repr(one) for one in chained)
    assert SECRET not in caplog.text
    assert caplog.text  # the library did log


def test_reads_are_repeated_and_writes_are_not(served: Served, session: requests.Session) -> None:
    failure(session, f"{served.url}/503")
    assert len(served.asked) == 3
    failure(session, f"{served.url}/503", method="POST")
    assert len(served.asked) == 4


def test_a_429_is_not_repeated_and_says_how_long_to_wait(served: Served, session: requests.Session) -> None:
    error = failure(session, f"{served.url}/429?wait=90")
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=90)
    assert len(served.asked) == 1


def test_nobody_sleeps_through_a_long_retry_after(served: Served, session: requests.Session) -> None:
    assert isinstance(failure(session, f"{served.url}/503?wait=3600"), Unavailable)
    assert len(served.asked) == 1


def test_a_repetition_keeps_the_pace(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", slept.append)
    failure(open_session("shop", per_minute=6, state_dir=None), f"{served.url}/503")
    assert [pause for pause in slept if pause > 1] == [10, 10]


def test_a_random_pause_comes_before_the_turn_and_not_after_it(
    served: Served, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[object] = []
    session.jitter = 1  # type: ignore[attr-defined]
    monkeypatch.setattr("resources.http.transport.random.uniform", lambda low, high: (low, high))
    monkeypatch.setattr("resources.http.transport.sleep", order.append)
    limiter = session.limiter  # type: ignore[attr-defined]
    acquire = limiter.try_acquire
    monkeypatch.setattr(limiter, "try_acquire", lambda *a, **k: (order.append("turn"), acquire(*a, **k))[1])
    send(session, "shop", "GET", f"{served.url}/json")
    assert order == [(0, 1), "turn"]


def test_a_pace_that_cannot_be_kept_stops_us(served: Served, tmp_path: Path) -> None:
    (tmp_path / "shop.rate.db").write_bytes(b"this is no database" * 100)
    session = open_session("shop", per_minute=6000, state_dir=tmp_path)
    assert "pace" in str(failure(session, f"{served.url}/json"))
    assert served.asked == []


def test_a_line_of_netrc_does_not_replace_our_token(
    served: Served, session: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    send(session, "shop", "GET", f"{served.url}/json", headers={"Authorization": "Bearer ours"})
    assert served.asked[0].headers["authorization"] == "Bearer ours"


def ask_once(url: str, folder: Path) -> None:
    send(open_session("shop", per_minute=2, state_dir=folder), "shop", "GET", f"{url}/json")


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.0, 1.5, 2.0, 2.5, 7.0, 60 / 33])
def test_a_pace_is_one_request_at_a_time_and_not_several_at_once(seconds: float) -> None:
    session: Any = open_session("shop", per_minute=60 / seconds, state_dir=None)
    (rate,) = session.limiter.bucket_factory["shop:127.0.0.1"].rates
    assert rate.limit == 1
    assert rate.interval == pytest.approx(1000 * seconds, abs=1)


def test_all_processes_share_one_pace(served: Served, tmp_path: Path) -> None:
    other = multiprocessing.get_context("spawn").Process(target=ask_once, args=(served.url, tmp_path))
    other.start()
    other.join()
    assert other.exitcode == 0
    host = served.url.removeprefix("http://")
    ours = open_session("shop", per_minute=2, state_dir=tmp_path)
    elsewhere = open_session("library", per_minute=2, state_dir=tmp_path)
    assert not ours.limiter.try_acquire(f"shop:{host}", blocking=False)  # type: ignore[attr-defined]
    assert elsewhere.limiter.try_acquire(f"library:{host}", blocking=False)  # type: ignore[attr-defined]


def test_cached_answers_cost_no_request_and_keep_no_key(served: Served, tmp_path: Path) -> None:
    cache = CacheSpec(tmp_path / "cache.sqlite", timedelta(hours=1))
    first = open_session("shop", per_minute=6000, state_dir=tmp_path, cache=cache)
    again = open_session("shop", per_minute=6000, state_dir=tmp_path, cache=cache)
    for session in (first, again):
        assert json_of(send(session, "shop", "GET", f"{served.url}/json", params={"key": SECRET}), "shop") == {"a": 1}
    assert len(served.asked) == 1
    first.close()
    again.close()
    assert all(SECRET.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_only_good_answers_are_cached(served: Served, tmp_path: Path) -> None:
    cache = CacheSpec(tmp_path / "cache.sqlite", timedelta(hours=1), keep=lambda response: b"2" in response.content)
    session = open_session("shop", per_minute=6000, state_dir=None, cache=cache)
    for path in ("/404", "/json", "/200"):
        for _ in range(2):
            send(session, "shop", "GET", served.url + path)
    assert served.paths() == ["/404", "/404", "/json", "/json", "/200"]


def answer(body: bytes, kind: str = "application/json", **headers: str) -> requests.Response:
    response = requests.Response()
    response._content = body
    response.status_code = 200
    response.url = f"http://shop.invalid/list?key={SECRET}"
    response.headers.update({"Content-Type": kind, **headers})
    response.request = requests.Request("GET", response.url).prepare()
    return response


@pytest.mark.parametrize(
    "response",
    [
        answer(b""),
        answer(b"  \n"),
        answer(b"<!DOCTYPE html><p>Please log in", "text/html"),
        answer(b"\n<html>", "application/json"),
        answer(b"Please log in", "text/html; charset=utf-8"),
        answer(b'{"a": [1, 2'),
        answer(b"Error, you are not signed in"),
        answer(b"[" * 100_000),
        answer(b"\xff\xfe\x00"),
    ],
)
def test_what_is_not_json_is_an_error_and_never_an_empty_answer(response: requests.Response) -> None:
    with pytest.raises(UnexpectedAnswer, match="GET /list") as caught:
        json_of(response, "shop")
    assert SECRET not in str(caught.value)


def test_json_is_read_even_under_a_wrong_label() -> None:
    assert json_of(answer(b'{"a": 1}', "text/html"), "shop") == {"a": 1}
    assert not looks_like_html(answer(b"[]", "text/html"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("1.5", 1.5),
        ("", None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("99999999999999999999", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date_that_may_be_past(value: str, seconds: float | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(answer(b"", **{"Retry-After": value})) == expected


def test_retry_after_as_a_date_to_come() -> None:
    wait = retry_after(answer(b"", **{"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=2), True)}))
    assert wait is not None
    assert timedelta(hours=1, minutes=58) < wait <= timedelta(hours=2)


# ------------------------------------------------------------------------------------------- backoff, private files


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.parametrize("folder", [True, False])
def test_a_service_in_backoff_is_not_asked_until_its_time_is_up(tmp_path: Path, folder: bool) -> None:
    clock = Clock()
    backoff = BackoffFile("shop", tmp_path if folder else None, now=clock)
    backoff.check()
    backoff.start(RateLimited("shop", "too many requests"), timedelta(minutes=10))
    clock.now += timedelta(minutes=4)
    with pytest.raises(RateLimited, match=r"paused until 2026-11-01 12:10 UTC") as caught:
        backoff.check()
    assert caught.value.retry_after == timedelta(minutes=6)
    clock.now += timedelta(minutes=6)
    backoff.check()
    assert backoff.current() is None


def test_a_backoff_holds_for_other_processes_but_not_for_other_credentials(tmp_path: Path) -> None:
    BackoffFile("shop", tmp_path, "old").start(AuthError("shop", "wrong token"), timedelta(hours=1))
    with pytest.raises(AuthError, match="wrong token"):
        BackoffFile("shop", tmp_path, "old").check()
    BackoffFile("shop", tmp_path, "new").check()
    BackoffFile("library", tmp_path, "old").check()


def test_a_person_can_end_it_and_a_broken_file_does_not_park(tmp_path: Path) -> None:
    backoff = BackoffFile("shop", tmp_path)
    backoff.start(Blocked("shop", "a challenge"), timedelta(hours=1))
    (tmp_path / "shop.backoff.json").write_text('{"until": "tomorrow"')
    backoff.check()
    backoff.start(Blocked("shop", "a challenge"), timedelta(hours=1))
    backoff.end()
    backoff.check()


def test_a_full_disk_does_not_unpark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resources.http.backoff.write_private", full)
    backoff = BackoffFile("shop", tmp_path)
    backoff.start(Blocked("shop", "a challenge"), timedelta(hours=1))
    with pytest.raises(Blocked):
        backoff.check()


def test_a_private_file_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret.json"
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.json"]


def test_a_failed_write_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.json"
    write_private(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resources.private_files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.json"]


def test_a_backoff_of_an_earlier_version_still_holds(tmp_path: Path) -> None:
    until = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
    row = {"until": until.isoformat(), "code": "blocked", "reason": "a challenge", "key": ""}
    (tmp_path / "shop.parked.json").write_text(json.dumps(row))
    backoff = BackoffFile("shop", tmp_path, now=lambda: until - timedelta(minutes=1))
    with pytest.raises(Blocked, match="a challenge"):
        backoff.check()
    backoff.end()
    assert BackoffFile("shop", tmp_path, now=lambda: until - timedelta(minutes=1)).current() is None
