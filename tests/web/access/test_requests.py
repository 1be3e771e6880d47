"""Who is let in: names of this machine, pages of our own, and programs on this machine."""

import pytest

from mam_assets.web.access.hosts import LOOPBACK_HOSTS, Authority, parse_authority, parse_origin
from mam_assets.web.access.requests import RequestHead, refuse_request

ALLOWED = LOOPBACK_HOSTS | {"books.home"}
HERE = "127.0.0.1"


def head(method: str = "POST", client: str = HERE, **headers: str) -> RequestHead:
    named = {"host": "localhost:3000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return RequestHead(method, "/graphql", b"", tuple(named.items()), client)


def status(request: RequestHead) -> int | None:
    refusal = refuse_request(request, ALLOWED)
    return refusal.status if refusal else None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("localhost", Authority("localhost", "")),
        ("LocalHost:3000", Authority("localhost", "3000")),
        ("127.0.0.1:80", Authority("127.0.0.1", "")),
        ("[::1]:3000", Authority("[::1]", "3000")),
        ("", None),
        ("localhost:", None),
        ("localhost.", None),
        ("localhost:3000:3000", None),
        ("user@localhost", None),
        ("localhost/../evil.test", None),
        ("localhost evil.test", None),
        ("localhost,evil.test", None),
        ("::1", None),
    ],
)
def test_a_host_header_is_a_name_and_a_port(text: str, meant: Authority | None) -> None:
    assert parse_authority(text) == meant


@pytest.mark.parametrize(
    "text",
    ["", "null", "file://", "http://", "localhost:3000", "http://a@localhost", "http://localhost/", "about:blank"],
)
def test_what_is_no_origin_of_a_page(text: str) -> None:
    assert parse_origin(text) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:3000", "[::1]:3000", "books.home", "Books.Home:443"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "WEBSOCKET"])
def test_names_of_this_machine_are_served(method: str, host: str) -> None:
    assert status(head(method, host=host)) is None


@pytest.mark.parametrize(
    "host",
    ["evil.test", "localhost.evil.test", "evil.test:3000", "0.0.0.0:3000", "192.168.1.2:3000", "", "books.home.evil"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "WEBSOCKET"])
def test_a_name_that_somebody_points_at_this_machine_is_not(method: str, host: str) -> None:
    assert status(head(method, host=host)) == 403


@pytest.mark.parametrize("doubled", ["host", "origin", "sec-fetch-site", "content-type", "content-length"])
def test_a_header_that_says_two_things_says_nothing(doubled: str) -> None:
    request = head(origin="http://localhost:3000", sec_fetch_site="same-origin", content_type="a", content_length="1")
    twice = RequestHead("POST", "/graphql", b"", (*request.headers, (doubled, "localhost:3000")), HERE)
    assert status(request) is None
    assert status(twice) == 400


@pytest.mark.parametrize(
    "page",
    [
        {"origin": "http://localhost:3000", "sec_fetch_site": "same-origin"},
        {"origin": "http://localhost:3000"},
        {"sec_fetch_site": "same-origin"},
        {"origin": "https://books.home", "host": "books.home", "sec_fetch_site": "same-origin"},
        {"origin": "https://books.home:443", "host": "books.home"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "WEBSOCKET"])
def test_own_pages_may_do_everything(method: str, page: dict[str, str]) -> None:
    assert status(head(method, **page)) is None
    assert status(head(method, client="192.168.1.9", **page)) is None


@pytest.mark.parametrize(
    "page",
    [
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3001", "sec_fetch_site": "same-site"},
        {"origin": "http://localhost:3001"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://localhost:3000", "sec_fetch_site": "cross-site"},
        {"origin": "http://localhost:3000.evil.test"},
        {"origin": "http://localhost:3000@evil.test"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": ""},
        {"origin": "http://books.home", "sec_fetch_site": "same-origin"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "WEBSOCKET"])
def test_pages_of_others_may_do_nothing(method: str, page: dict[str, str]) -> None:
    assert status(head(method, **page)) == 403


def test_pages_of_others_may_link_to_ours() -> None:
    assert status(head("GET", sec_fetch_site="cross-site")) is None


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1"])
def test_a_program_on_this_machine_is_served(client: str) -> None:
    assert status(head(client=client)) is None


@pytest.mark.parametrize("client", ["192.168.1.9", "2001:db8::1", "", "unix"])
def test_a_program_elsewhere_is_not(client: str) -> None:
    assert status(head(client=client)) == 403


@pytest.mark.parametrize("header", ["forwarded", "x_forwarded_for", "x_forwarded_host", "x_real_ip"])
def test_nor_is_one_behind_a_proxy_on_this_machine(header: str) -> None:
    assert status(head(**{header: "127.0.0.1"})) == 403
