from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPHeaderDict, HTTPResponse

from resources.errors import AuthError, Unavailable
from resources.myanonamouse import SessionCookie

SEED = "seed-value%3D%3D"


def answer(*lines: str) -> requests.Response:
    headers = HTTPHeaderDict()
    for line in lines:
        headers.add("Set-Cookie", line)
    response = requests.Response()
    response.raw = HTTPResponse(headers=headers)
    response.url = "https://www.myanonamouse.net/jsonLoad.php"
    return response


def kept(cookie: SessionCookie) -> tuple[str, ...]:
    with cookie.held():
        return cookie.values()


def taken(cookie: SessionCookie, *lines: str) -> tuple[str, ...]:
    with cookie.held():
        cookie.take_from(answer(*lines))
        return cookie.values()


@pytest.mark.parametrize(
    ("pasted", "value"),
    [
        ("abc%3D", "abc%3D"),  # as the page shows it
        ("abc=", "abc="),
        ("  mam_id=abc%3D%3D; path=/ \n", "abc%3D%3D"),
        ("'abc+/x=='", "abc+/x=="),
        ("käse", "k%C3%A4se"),
    ],
)
def test_a_pasted_value_is_sent_as_it_is_and_never_encoded_twice(pasted: str, value: str) -> None:
    assert kept(SessionCookie(pasted)) == (value,)


@pytest.mark.parametrize("blank", ["", "  ", "mam_id="])
def test_without_a_cookie_a_person_is_told_where_to_make_one(blank: str) -> None:
    with pytest.raises(AuthError, match=r"Preferences → Security.*MAM_ID"):
        kept(SessionCookie(blank))


@pytest.mark.parametrize(
    "line",
    [
        "mam_id=second%3D; path=/; HttpOnly",
        "mam_id=second%3D; Domain=.myanonamouse.net; Secure; Max-Age=7776000; SameSite=Lax",
        "mam_id=second%3D; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
    ],
)
def test_a_new_value_is_used_before_the_seed_and_survives_the_process(tmp_path: Path, line: str) -> None:
    path = tmp_path / "mam-session.json"
    assert taken(SessionCookie(SEED, path), line) == ("second%3D", SEED)
    assert kept(SessionCookie(SEED, path)) == ("second%3D", SEED)


@pytest.mark.parametrize(
    "lines",
    [
        ["mam_id=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/"],
        ["mam_id=deleted; path=/"],
        ["mam_id=x; Max-Age=0"],
        ["mam_id=x; Expires=Thu, 01-Jan-1970 00:00:01 GMT"],
        ["mam_id=; path=/"],
        ["other=x", "uid=7"],
        [],
    ],
)
def test_a_deletion_does_not_poison_the_session(tmp_path: Path, lines: list[str]) -> None:
    cookie = SessionCookie(SEED, tmp_path / "mam-session.json")
    assert taken(cookie, "mam_id=second") == ("second", SEED)
    assert taken(cookie, *lines) == ("second", SEED)


def test_of_several_new_values_the_last_live_one_counts() -> None:
    assert taken(SessionCookie(SEED), "mam_id=a", "mam_id=b", "mam_id=gone; Max-Age=0") == ("b", SEED)


def test_another_seed_drops_the_rotated_value(tmp_path: Path) -> None:
    path = tmp_path / "mam-session.json"
    taken(SessionCookie(SEED, path), "mam_id=second")
    assert kept(SessionCookie("fresh", path)) == ("fresh",)
    assert kept(SessionCookie(SEED, path)) == ("second", SEED)  # looking at it changed nothing


def test_two_owners_see_each_others_values(tmp_path: Path) -> None:
    one, two = (SessionCookie(SEED, tmp_path / "mam-session.json") for _ in range(2))
    taken(one, "mam_id=second")
    assert taken(two, "mam_id=third") == ("third", SEED)
    assert kept(one) == ("third", SEED)


def test_the_file_is_private_and_does_not_hold_the_seed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "mam-session.json"
    cookie = SessionCookie(SEED, path)
    taken(cookie, "mam_id=second")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SEED not in path.read_text()
    assert json.loads(path.read_text())["cookie"] == "second"
    assert "second" not in repr(cookie)
    assert SEED not in repr(cookie)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cookie": 5}', '"x"'])
def test_a_broken_file_leaves_the_seed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mam-session.json"
    path.write_text(content)
    assert kept(SessionCookie(SEED, path)) == (SEED,)


def test_a_value_that_cannot_be_saved_stops_everything_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mam-session.json"
    cookie = SessionCookie(SEED, path)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("resources.myanonamouse.session.write_private", full)
        with pytest.raises(Unavailable, match="No space left"):
            taken(cookie, "mam_id=second")
        with pytest.raises(Unavailable, match="No space left"):
            kept(cookie)
    assert kept(cookie) == ("second", SEED)  # it was not lost, and is on the disk now
    assert kept(SessionCookie(SEED, path)) == ("second", SEED)
