from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from resources.errors import (
    AuthError,
    Blocked,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from resources.http.backoff import BackoffFile
from resources.http.transport import USER_AGENT, open_session
from resources.myanonamouse import MamClient, SessionCookie, open_mam
from resources.myanonamouse.catalogue import AUDIOBOOK_CATEGORIES, audiobook_category
from resources.myanonamouse.wire import Wire, _secure
from tests.support.loopback import Answer, Asked, Served, serve

SEED = "seed%3D"
SEARCH = "/tor/js/loadSearchJSONbasic.php"
NOTHING = {"error": "Nothing returned, out of 0"}
LOGIN_PAGE = '<!DOCTYPE html><html><body>Not logged in!<form action="/takelogin.php"></form></body></html>'


@dataclass
class Mam:
    """A tracker that replaces the cookie with every answer and refuses all others, as the real one may."""

    pages: dict[str, Callable[[Asked], Answer]] = field(default_factory=dict)
    good: set[str] = field(default_factory=lambda: {SEED})
    rotates: bool = True
    refusal: Any = "Invalid session"
    given: int = 0
    busy: threading.Lock = field(default_factory=threading.Lock)
    overlaps: int = 0

    def __call__(self, asked: Asked) -> Answer:
        assert "fl" not in asked.query
        alone = self.busy.acquire(blocking=False)
        if not alone:
            self.overlaps += 1
        try:
            cookie = asked.headers.get("cookie", "")
            if cookie.removeprefix("mam_id=") not in self.good:
                return Answer({"Success": False, "msg": self.refusal}, 403, {"Set-Cookie": "mam_id=deleted; Max-Age=0"})
            page = self.pages.get(asked.path) or self.pages.get(asked.path.rpartition("/")[0] + "/")
            answer = page(asked) if page else Answer("no such page", 404)
            if not self.rotates:
                return answer
            self.given += 1
            self.good = {f"value-{self.given}"}
            cookie = f"mam_id=value-{self.given}; path=/"
            return replace(answer, headers={**answer.headers, "Set-Cookie": cookie})
        finally:
            if alone:
                self.busy.release()


@dataclass
class World:
    mam: Mam
    served: Served
    folder: Path
    slept: list[float] = field(default_factory=list)

    def client(self, seed: str = SEED) -> MamClient:
        cookie = SessionCookie(seed, self.folder / "mam-session.json")
        session = open_session("mam", per_minute=60000, state_dir=None, timeout=(5, 5), retries=0)
        backoff = BackoffFile("mam", self.folder, cookie.fingerprint)
        return MamClient(self.served.url, cookie, session, backoff=backoff, sleep=self.slept.append)

    def answers(self, path: str, *answers: Answer) -> None:
        """Give these answers in turn, the last one for ever."""
        waiting = list(answers)
        self.mam.pages[path] = lambda asked: waiting.pop(0) if len(waiting) > 1 else waiting[0]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    mam = Mam()
    with serve(mam) as served:
        yield World(mam, served, tmp_path)


@contextmanager
def trouble(kind: type[ServiceError], words: str | None = None) -> Iterator[None]:
    with pytest.raises(ServiceError, match=words) as caught:
        yield
    assert type(caught.value) is kind, caught.value
    assert SEED not in str(caught.value)
    assert "value-" not in str(caught.value)


def row(torrent_id: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": torrent_id,
        "title": f"Book {torrent_id}",
        "lang_code": "ENG",
        "main_cat": 13,
        "size": "10 MiB",
        "seeders": 3,
        "author_info": '{"1": "Ann Lee"}',
    } | changes


def page_of(rows: list[dict[str, Any]], found: int, start: int = 0) -> dict[str, Any]:
    return {"perpage": 100, "start": start, "data": rows, "total": len(rows), "found": found}


# --------------------------------------------------------------------------------------------------------- searching


def test_a_search_is_sent_as_json_with_flags_that_are_never_false(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([row(1)], 1)))
    page = world.client().search("@title hollow crown", languages=["english"], active_only=True)
    assert [one.torrent_id for one in page.releases] == [1]
    assert (page.found, page.is_last) == (1, True)
    (asked,) = world.served.asked
    assert asked.method == "POST"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["user-agent"] == USER_AGENT
    assert asked.query == {}
    body = asked.json
    assert body["perpage"] == 100
    assert body["tor"] == {
        "text": "@title hollow crown",
        "srchIn": ["title", "author", "series"],
        "searchType": "active",
        "searchIn": "torrents",
        "main_cat": [13],
        "browse_lang": [1],
        "sortType": "default",
        "startNumber": 0,
    }
    assert body["description"] is body["isbn"] is body["mediaInfo"] is True
    assert False not in body.values()
    assert "dlLink" not in body  # it is a secret that lets anybody download


def test_lists_that_are_empty_are_left_out(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([], 0)))
    world.client().search("x", main_cat=(), languages=["english", "klingon"], per_page=5000, since=date(2026, 10, 1))
    body = world.served.asked[0].json
    assert not {"browse_lang", "main_cat"} & set(body["tor"])
    assert body["perpage"] == 100
    assert body["tor"]["startDate"] == "2026-10-01"


def test_a_list_of_the_most_snatched_of_one_category(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([row(1)], 1)))
    world.client().search("", languages=["german"], sort="snatchedDesc", since=date(2026, 11, 15), categories=[41])
    (asked,) = world.served.asked
    assert asked.json["tor"] == {
        "text": "",
        "srchIn": ["title", "author", "series"],
        "searchType": "all",
        "searchIn": "torrents",
        "cat": [41],
        "browse_lang": [37],
        "sortType": "snatchedDesc",
        "startNumber": 0,
        "startDate": "2026-11-15",
    }


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Fantasy", "Fantasy"), (" crime/thriller", "Crime/Thriller"), ("Audiobooks - Self-Help", "Self-Help")],
)
def test_a_category_goes_by_its_name(said: str, meant: str) -> None:
    assert audiobook_category(said) == meant
    assert meant in AUDIOBOOK_CATEGORIES


def test_what_is_no_category_of_audiobooks_is_none() -> None:
    assert [audiobook_category(name) for name in ("", "Fantasy novels", "Ebooks - Fantasy", "39")] == [""] * 4


@pytest.mark.parametrize("key", ["error", "message"])
def test_nothing_returned_is_an_answer(world: World, key: str) -> None:
    world.answers(SEARCH, Answer({key: "Nothing returned, out of 0"}))
    page = world.client().search("x")
    assert (page.releases, page.found, page.is_last) == ((), 0, True)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(""), UnexpectedAnswer),
        (Answer("   "), UnexpectedAnswer),
        (Answer(LOGIN_PAGE), AuthError),
        (Answer("<html><body>Maintenance</body></html>"), UnexpectedAnswer),
        (Answer('{"data": [{"id": 1, "ti', 200, {"Content-Type": "application/json"}), UnexpectedAnswer),
        (Answer("[]", 200, {"Content-Type": "application/json"}), UnexpectedAnswer),
        (Answer("Error, you are not signed in", 200, {"Content-Type": "text/plain"}), AuthError),
        (Answer("Error: access limit exceeded", 200, {"Content-Type": "text/plain"}), RateLimited),
        (Answer("Error, invalid search", 200, {"Content-Type": "text/plain"}), Refused),
        (Answer({"error": "Your cookie is missing"}), AuthError),
        (Answer({"error": "Bad query"}), Refused),
        (Answer({"surprise": True}), UnexpectedAnswer),
        (Answer({"data": [row(1)]}), UnexpectedAnswer),  # does not say how many there are
        (Answer({"data": {"1": row(1)}, "found": 1}), UnexpectedAnswer),
        (Answer(page_of([{"titel": "x"}], 1)), UnexpectedAnswer),
        (Answer("bad", 400), Refused),
        (Answer("", 302, {"Location": "/login.php"}), AuthError),
        (Answer("", 302, {"Location": "https://elsewhere.invalid/"}), UnexpectedAnswer),
        (Answer("down", 503), Unavailable),
        (Answer('{"data"' + " " * 900, cut=True), Unreachable),
    ],
)
def test_every_other_answer_is_an_error_and_never_no_results(
    world: World, answer: Answer, kind: type[ServiceError]
) -> None:
    world.answers(SEARCH, answer)
    with trouble(kind):
        world.client().search("x")


def test_one_bad_row_does_not_cost_the_others_and_is_counted(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([row(1), {"title": "no id"}, row(2, author_info="{broken")], 3)))
    page = world.client().search("x")
    assert [one.torrent_id for one in page.releases] == [1, 2]
    assert (page.rows, page.skipped) == (3, 1)
    assert page.releases[1].unreadable == ("author_info",)


def paged(total: int) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        start, count = asked.json["tor"]["startNumber"], asked.json["perpage"]
        return Answer(page_of([row(one) for one in range(start + 1, min(start + count, total) + 1)], total, start))

    return answer


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_all_pages_are_read_and_no_more(world: World, total: int, pages: int) -> None:
    world.mam.pages[SEARCH] = paged(total)
    found = world.client().search_all("x")
    assert [one.torrent_id for one in found.releases] == list(range(1, total + 1))
    assert (found.found, found.is_last) == (total, True)
    assert len(world.served.asked) == pages


def test_a_cap_ends_the_reading_and_shows(world: World) -> None:
    world.mam.pages[SEARCH] = paged(1000)
    found = world.client().search_all("x", cap=200)
    assert (len(found.releases), found.found, found.is_last) == (200, 1000, False)


def test_pages_that_never_end_end(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([row(1)], 5)), Answer(page_of([], 5)))
    assert len(world.client().search_all("x").releases) == 1


def test_a_page_that_comes_again_is_not_asked_for_for_ever(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([row(1)], 500)))
    found = world.client().search_all("x")
    assert (len(found.releases), found.requests) == (1, 2)
    assert len(world.served.asked) == 2


def test_the_last_look_finds_the_release_by_its_id(world: World) -> None:
    world.answers(SEARCH, Answer(page_of([row(7, free=1)], 1)), Answer(NOTHING), Answer(page_of([row(8)], 1)))
    client = world.client()
    assert client.find(7).free
    assert world.served.asked[0].json["tor"]["id"] == 7
    with trouble(NotFound):
        client.find(7)
    with trouble(UnexpectedAnswer):  # the filter was ignored: not the same as "gone"
        client.find(7)


# -------------------------------------------------------------------------------------------------------- downloading

DOWNLOAD = "/tor/download.php"


def test_a_download_names_the_torrent_and_nothing_else(world: World) -> None:
    world.answers(DOWNLOAD, Answer(b"d4:infode", 200, {"Content-Type": "application/x-bittorrent"}))
    assert world.client().download(77) == b"d4:infode"
    (asked,) = world.served.asked
    assert (asked.method, asked.query) == ("GET", {"tid": "77"})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer("Invalid download link: missing tid (torrent id)", 400), Refused),
        (Answer(LOGIN_PAGE), AuthError),
        (Answer("<html>hello</html>"), UnexpectedAnswer),
        (Answer(b"", 200, {"Content-Type": "application/x-bittorrent"}), UnexpectedAnswer),
        (Answer(b"PK\x03\x04", 200, {"Content-Type": "application/x-bittorrent"}), UnexpectedAnswer),
        (Answer({"error": "You have too many unsatisfied torrents"}), RateLimited),
        (Answer('{"data": [{"id": 5, "dl": "value-secret'), UnexpectedAnswer),
        (Answer("Error, not signed in", 200, {"Content-Type": "text/plain"}), AuthError),
        (Answer("gone", 404), NotFound),
        (Answer("gone", 410), NotFound),
        (Answer("down", 502), Unavailable),
        (Answer("", 302, {"Location": "/login.php?returnto=x"}), AuthError),
    ],
)
def test_what_is_no_torrent_file_is_an_error(world: World, answer: Answer, kind: type[ServiceError]) -> None:
    world.answers(DOWNLOAD, answer)
    with trouble(kind):
        world.client().download(77)


# ----------------------------------------------------------------------------------------------------- cookie and pace


def test_each_request_carries_the_newest_cookie_which_is_saved_before_the_next(world: World) -> None:
    saved: list[str] = []
    path = world.folder / "mam-session.json"

    def look(asked: Asked) -> Answer:
        saved.append(json.loads(path.read_text())["cookie"] if path.exists() else "")
        return Answer(NOTHING)

    world.mam.pages[SEARCH] = look
    for _ in range(2):  # a second client stands for the next run
        client = world.client()
        client.search("x")
        client.search("x")
    cookies = [asked.headers["cookie"] for asked in world.served.asked]
    assert cookies == [f"mam_id={value}" for value in (SEED, "value-1", "value-2", "value-3")]
    assert saved == ["", "value-1", "value-2", "value-3"]


def test_a_cookie_is_kept_even_if_its_answer_is_an_error(world: World) -> None:
    world.answers(SEARCH, Answer("down", 503), Answer(LOGIN_PAGE), Answer(""), Answer(NOTHING))
    client = world.client()
    for kind in (Unavailable, AuthError, UnexpectedAnswer):
        with trouble(kind):
            client.search("x")
        client.backoff.end()
    assert client.search("x").found == 0


@pytest.mark.parametrize(
    "answer",
    [
        Answer(page_of([row(1)], 1), cut=True),
        Answer(b"\x1f\x8bno gzip", 200, {"Content-Encoding": "gzip"}),
        Answer({"msg": "Invalid session - IP mismatch"}, 403),
        Answer("your address is not known", 403),
    ],
)
def test_a_new_cookie_counts_before_the_body_is_there_and_even_beside_a_refusal(world: World, answer: Answer) -> None:
    world.answers(SEARCH, answer, Answer(NOTHING))
    client = world.client()
    with pytest.raises(ServiceError):
        client.search("x")
    client.backoff.end()
    assert world.client().search("x").found == 0
    assert [asked.headers["cookie"] for asked in world.served.asked][-1] == "mam_id=value-1"


def test_a_refused_seed_leaves_the_value_that_the_first_refusal_brought(world: World) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    world.client().search("x")
    world.mam.given, world.mam.good = 7, {"value-1", SEED}
    world.answers(SEARCH, Answer("who are you", 403))  # rotates to value-8, at which the seed is dead
    with trouble(AuthError):
        world.client().search("x")
    client = world.client()
    client.backoff.end()
    world.answers(SEARCH, Answer(NOTHING))
    assert client.search("x").found == 0
    assert world.served.asked[-1].headers["cookie"] == "mam_id=value-8"


def test_a_login_page_is_a_refusal_and_the_seed_is_tried(world: World) -> None:
    world.mam.rotates = False
    world.mam.good = {SEED, "value-1"}
    (world.folder / "mam-session.json").write_text("{}")
    world.mam.pages[SEARCH] = lambda asked: Answer(NOTHING if asked.headers["cookie"].endswith(SEED) else LOGIN_PAGE)
    cookie = SessionCookie(SEED, world.folder / "mam-session.json")
    with cookie.held():
        cookie._rotated = "value-1"
        cookie._save()
    assert world.client().search("x").found == 0
    assert len(world.served.asked) == 2


def test_many_threads_and_clients_send_one_request_at_a_time(world: World) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    shared = world.client()
    clients = [shared, shared, world.client(), world.client()]

    def work(client: MamClient) -> int:
        return sum(client.search("x").found == 0 for _ in range(5))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, clients)) == [5, 5, 5, 5]
    assert world.mam.overlaps == 0
    assert world.mam.given == 20


def test_a_refused_rotated_cookie_falls_back_to_the_seed_once(world: World) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    client = world.client()
    client.search("x")
    world.mam.good = {SEED}  # as if another program had used the session
    client.search("x")
    assert [asked.headers["cookie"] for asked in world.served.asked[1:]] == ["mam_id=value-1", f"mam_id={SEED}"]
    client.search("x")
    assert world.served.asked[-1].headers["cookie"] == "mam_id=value-2"


def test_a_dead_session_says_what_to_do_and_is_not_tried_again_and_again(world: World) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    world.client().search("x")
    world.mam.good = set()
    for _ in range(3):
        with trouble(AuthError, r"Preferences → Security.*MAM_ID"):
            world.client().search("x")
    assert len(world.served.asked) == 3  # one good, then one with each value


def test_a_new_seed_is_tried_at_once(world: World) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    world.mam.good = {"other"}
    with trouble(AuthError):
        world.client().search("x")
    assert world.client("other").search("x").found == 0


@pytest.mark.parametrize("what", ["IP", "ASN"])
def test_a_session_locked_to_another_address_is_explained_and_kept(world: World, what: str) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    client = world.client()
    client.search("x")
    world.mam.good, world.mam.refusal = set(), f"Invalid session - {what} mismatch"
    with trouble(AuthError, "another address"):
        client.search("x")
    assert len(world.served.asked) == 2  # the seed belongs to the same session: no second try
    world.mam.good = {"value-1"}
    client.backoff.end()
    client.search("x")


def test_a_cookie_is_never_sent_elsewhere(world: World) -> None:
    with serve(lambda asked: Answer({"stolen": asked.headers})) as thief:
        world.answers(SEARCH, Answer("", 302, {"Location": f"{thief.url}/x"}))
        with trouble(UnexpectedAnswer):
            world.client().search("x")
        assert thief.asked == []


def test_mam_itself_is_spoken_to_over_tls_only() -> None:
    assert _secure("http://www.myanonamouse.net/") == "https://www.myanonamouse.net"
    assert _secure("http://127.0.0.1:8080/") == "http://127.0.0.1:8080"
    assert _secure("http://notmyanonamouse.net") == "http://notmyanonamouse.net"
    wire = Wire(
        "http://myanonamouse.net",
        SessionCookie(SEED),
        open_session("m", per_minute=9, state_dir=None),
        BackoffFile("m", None),
    )
    assert [wire._address(host) for host in ("www", "t")] == [
        "https://www.myanonamouse.net",
        "https://t.myanonamouse.net",
    ]


@pytest.mark.parametrize(
    ("address", "asked", "kept"),
    [("https://www.myanonamouse.net", 0.01, 500), ("https://t.myanonamouse.net", 2.0, 2000)],
)
def test_mam_itself_is_never_hurried(tmp_path: Path, address: str, asked: float, kept: int) -> None:
    client = open_mam(address, SEED, tmp_path, seconds_between=asked)
    session: Any = client._wire._session
    (rate,) = session.limiter.bucket_factory["mam:www.myanonamouse.net"].rates
    assert (rate.limit, rate.interval) == (1, kept)


def test_a_challenge_at_the_page_without_a_session_stops_everything_too(world: World) -> None:
    world.mam.good.add("")
    world.mam.rotates = False
    world.answers("/json/jsonIp.php", Answer("<html><title>Just a moment...</title></html>", 403))
    with trouble(Blocked):
        world.client().seen_address()
    with trouble(Blocked, "paused until"):
        world.client().search("x")
    assert len(world.served.asked) == 1


def test_one_429_is_waited_out_and_the_second_parks(world: World) -> None:
    world.answers(SEARCH, Answer("", 429, {"Retry-After": "40"}), Answer(NOTHING), Answer("", 429))
    client = world.client()
    assert client.search("x").found == 0
    assert world.slept == [40]
    with pytest.raises(RateLimited):
        client.search("x")
    assert world.slept == [40, 30]
    before = len(world.served.asked)
    with pytest.raises(RateLimited, match="paused until") as caught:
        world.client().search("x")
    assert caught.value.retry_after is not None
    assert timedelta(minutes=5) < caught.value.retry_after <= timedelta(minutes=10)
    assert len(world.served.asked) == before


def test_a_429_holds_for_the_next_process_if_this_one_dies_while_it_waits(world: World) -> None:
    world.answers(SEARCH, Answer("", 429, {"Retry-After": "200"}))

    class Killed(BaseException):
        pass

    def die(seconds: float) -> None:
        raise Killed

    client = world.client()
    client._wire._sleep = die
    with pytest.raises(Killed):
        client.search("x")
    with pytest.raises(RateLimited, match="paused until"):
        world.client().search("x")
    assert len(world.served.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(LOGIN_PAGE), AuthError),
        (Answer("", 302, {"Location": "/login.php?returnto=x"}), AuthError),
        (Answer("Error, you are not signed in"), AuthError),
        (Answer({"error": "Invalid cookie"}), AuthError),
        (Answer({"error": "Your account is parked"}), AuthError),
        (Answer("Error: access limit exceeded"), RateLimited),
        (Answer({"error": "Access limit exceeded"}), RateLimited),
        (Answer("<html><title>Just a moment...</title></html>"), Blocked),
        (Answer("", 202), Blocked),
        (Answer("<html>down</html>", 503, {"Retry-After": "600"}), Unavailable),
        (Answer("", 429, {"Retry-After": "9999999999999"}), RateLimited),
    ],
)
@pytest.mark.parametrize("path", [SEARCH, "/jsonLoad.php", "/tor/download.php"])
def test_nothing_is_sent_after_a_stop_in_whatever_form_it_came(
    world: World, answer: Answer, kind: type[ServiceError], path: str
) -> None:
    world.answers(path, answer)
    ask: dict[str, Callable[[MamClient], object]] = {
        SEARCH: lambda client: client.search("x"),
        "/jsonLoad.php": lambda client: client.account(),
        "/tor/download.php": lambda client: client.download(1),
    }
    with trouble(kind):
        ask[path](world.client())
    sent = len(world.served.asked)
    for again in ask.values():
        with trouble(kind, "paused until"):
            again(world.client())
    assert len(world.served.asked) == sent


def test_a_503_without_a_time_parks_nothing(world: World) -> None:
    world.answers(SEARCH, Answer("<html>down</html>", 503), Answer(NOTHING))
    with trouble(Unavailable):
        world.client().search("x")
    assert world.client().search("x").found == 0


def test_a_page_that_has_moved_does_not_say_that_a_torrent_is_gone(world: World) -> None:
    world.answers(SEARCH, Answer("<html>no such page</html>", 404))
    with trouble(UnexpectedAnswer):
        world.client().find(1)


def test_a_long_wait_is_left_to_the_caller(world: World) -> None:
    world.answers(SEARCH, Answer("", 429, {"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as caught:
        world.client().search("x")
    assert caught.value.retry_after == timedelta(hours=1)
    assert world.slept == []


def test_a_challenge_for_browsers_stops_everything(world: World) -> None:
    world.mam.rotates = False
    world.answers(SEARCH, Answer("<html><title>Just a moment...</title></html>", 403))
    for _ in range(2):
        with trouble(Blocked):
            world.client().search("x")
    assert len(world.served.asked) == 1


# ------------------------------------------------------------------------------------------------------------- account


def account_page(**changes: Any) -> dict[str, Any]:
    return {
        "classname": "VIP",
        "country_code": "us",
        "downloaded": "1.00 GiB",
        "downloaded_bytes": 1073741824,
        "uploaded": "2.50 TiB",
        "uploaded_bytes": 2748779069440,
        "ratio": 2560.0,
        "seedbonus": 54321,
        "uid": 123456,
        "username": "example",
        "vip_until": "2026-12-24 10:00:00",
        "wedges": 7,
        "snatch_summary": {"unsat": {"name": "Unsatisfied", "count": 12, "limit": 150, "size": 9876543210}},
    } | changes


def test_the_account_in_the_present_layout(world: World) -> None:
    world.answers("/jsonLoad.php", Answer(account_page()))
    client = world.client()
    account = client.account()
    assert (account.username, account.user_id, account.classname, account.is_vip) == ("example", 123456, "VIP", True)
    assert account.vip_until == datetime(2026, 12, 24, 10, tzinfo=UTC)
    assert (account.uploaded_bytes, account.downloaded_bytes, account.ratio) == (2748779069440, 1073741824, 2560.0)
    assert (account.seedbonus, account.wedges) == (54321, 7)
    assert (account.unsatisfied_count, account.unsatisfied_limit) == (12, 150)
    assert "snatch_summary" in world.served.asked[0].query


def test_the_account_in_the_layout_before_september_2026(world: World) -> None:
    old = account_page(unsat={"name": "Unsatisfied", "count": "3", "limit": "20"})
    del old["snatch_summary"], old["uploaded_bytes"], old["downloaded_bytes"]
    world.answers("/jsonLoad.php", Answer(old))
    account = world.client().account()
    assert (account.unsatisfied_count, account.unsatisfied_limit) == (3, 20)
    assert (account.uploaded_bytes, account.downloaded_bytes) == (2748779069440, 1073741824)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(2.5, 2.5), ("1,234.5", 1234.5), ("∞", None), ("Inf.", None), ("?", 2560.0), (None, 2560.0)],
)
def test_a_ratio_is_a_number_or_infinite_or_computed(world: World, ratio: object, expected: float | None) -> None:
    world.answers("/jsonLoad.php", Answer(account_page(ratio=ratio)))
    assert world.client().account().ratio == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"snatch_summary": {}},
        {"snatch_summary": None, "unsat": None},
        {"snatch_summary": {"unsat": {"limit": 150}}},
        {"snatch_summary": {"unsat": {"count": "many"}}},
        {"snatch_summary": {"unsat": {"count": -1, "limit": 150}}},
        {"uid": None},
        {"uploaded": None, "uploaded_bytes": None},
        {"downloaded_bytes": "much"},
    ],
)
def test_a_figure_that_budgets_lean_on_may_not_vanish(world: World, changes: dict[str, Any]) -> None:
    world.answers("/jsonLoad.php", Answer(account_page(**changes)))
    with trouble(UnexpectedAnswer):
        world.client().account()


@pytest.mark.parametrize(
    ("classname", "vip"), [("VIP", True), ("Elite VIP", True), ("Power User", False), ("Elite", False), (None, False)]
)
def test_two_classes_are_vip(world: World, classname: str | None, vip: bool) -> None:
    world.answers("/jsonLoad.php", Answer(account_page(classname=classname, vip_until=None)))
    account = world.client().account()
    assert (account.is_vip, account.vip_until) == (vip, None)


def test_the_account_is_asked_for_at_most_once_a_minute(world: World) -> None:
    world.answers("/jsonLoad.php", Answer(account_page()))
    now = [1000.0]
    cookie = SessionCookie(SEED)
    session = open_session("mam", per_minute=60000, state_dir=None, retries=0)
    client = MamClient(world.served.url, cookie, session, clock=lambda: now[0])
    client.account()
    now[0] += 59
    assert client.user_id == 123456
    assert len(world.served.asked) == 1
    client.account(fresh=True)
    now[0] += 61
    client.account()
    assert len(world.served.asked) == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer({"Success": True}), None),
        (Answer("Session type - API session", 200, {"Content-Type": "text/plain"}), None),
        (Answer("Session type - API session (id 7)", 200), None),  # PHP calls it text/html
        (Answer("Session type - non-API session", 200, {"Content-Type": "text/plain"}), AuthError),
        (Answer("Session type - browser session", 200, {"Content-Type": "text/plain"}), AuthError),
        (Answer({"Success": False, "msg": "Invalid session"}), AuthError),
        (Answer("", 500), Unavailable),
        (Answer(LOGIN_PAGE), AuthError),
    ],
)
def test_checking_the_cookie(world: World, answer: Answer, kind: type[ServiceError] | None) -> None:
    world.answers("/json/checkCookie.php", answer)
    if kind is None:
        world.client().check_cookie()
        return
    with trouble(kind):
        world.client().check_cookie()


# ------------------------------------------------------------------------------------------ points, seedbox, history

BONUS = "/json/bonusBuy.php/"


def test_purchases_ask_for_what_was_said(world: World) -> None:
    world.mam.pages[BONUS] = lambda asked: Answer(
        {"success": "true", "type": asked.query["spendtype"], "seedbonus": 26512.091}
    )
    client = world.client()
    assert client.buy_vip(8).seedbonus == 26512
    assert client.buy_vip().kind == "VIP"
    client.buy_upload(50)
    sent = [{key: value for key, value in asked.query.items() if key != "_"} for asked in world.served.asked]
    assert sent == [
        {"spendtype": "VIP", "duration": "8"},
        {"spendtype": "VIP", "duration": "max"},
        {"spendtype": "upload", "amount": "50"},
    ]


def test_a_wedge_is_spent_on_one_torrent(world: World) -> None:
    world.answers(BONUS, Answer({"success": True, "type": "personalFL"}))
    world.client().buy_freeleech(77)
    (asked,) = world.served.asked
    assert asked.path.removeprefix(BONUS).isdigit()
    assert (asked.query["spendtype"], asked.query["torrentid"]) == ("personalFL", "77")
    assert asked.query["timestamp"] == asked.path.removeprefix(BONUS)


@pytest.mark.parametrize(
    "words",
    [
        "This Torrent is VIP",
        "Cannot spend FL Wedges on Freeleech Picks",
        "This is already a personal freeleech",
        "Not enough wedges",
        "Min VIP is 1 week purchased for Automated methods",
        "Invalid duration specified",
    ],
)
@pytest.mark.parametrize("no", [False, "false", 0])
def test_a_purchase_that_was_not_made_repeats_the_reason(world: World, words: str, no: object) -> None:
    world.answers(BONUS, Answer({"success": no, "error": words}))
    with trouble(Refused, words):
        world.client().buy_vip(4)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer('{"success": true' + " " * 999, cut=True), Unreachable),
        (Answer("down", 502), Unavailable),
        (Answer(""), UnexpectedAnswer),
    ],
)
def test_a_purchase_without_a_clear_answer_is_said_to_be_open(
    world: World, answer: Answer, kind: type[ServiceError]
) -> None:
    world.answers(BONUS, answer)
    with trouble(kind, "may have been made or not"):
        world.client().buy_vip(4)
    assert len(world.served.asked) == 1


def test_a_purchase_is_not_repeated_after_a_429(world: World) -> None:
    world.answers(BONUS, Answer("", 429, {"Retry-After": "1"}))
    with pytest.raises(RateLimited):
        world.client().buy_vip(4)
    assert len(world.served.asked) == 1
    assert world.slept == []
    with pytest.raises(RateLimited, match="paused until"):
        world.client().search("x")
    assert len(world.served.asked) == 1


@pytest.mark.parametrize("refusal", [Answer(LOGIN_PAGE), Answer({"msg": "Invalid session"}, 403)])
def test_a_purchase_is_sent_once_even_if_the_cookie_is_refused(world: World, refusal: Answer) -> None:
    world.answers(SEARCH, Answer(NOTHING))
    world.answers(BONUS, refusal)
    client = world.client()
    client.search("x")
    with trouble(AuthError):
        client.buy_vip(4)
    assert len(world.served.asked) == 2


def test_purchases_that_mam_would_refuse_are_not_even_sent(world: World) -> None:
    client = world.client()
    with trouble(Refused, "50 GB"):
        client.buy_upload(49)
    with trouble(Refused, "weeks"):
        client.buy_vip(3)
    assert world.served.asked == []


SEEDBOX = "/json/dynamicSeedbox.php"


def test_the_seedbox_address_is_set_or_was_set(world: World) -> None:
    said = {"Success": True, "msg": "Completed", "ip": "203.0.113.7", "ASN": 64500, "AS": "Example"}
    world.answers(SEEDBOX, Answer(said), Answer(said | {"msg": "No change"}))
    client = world.client()
    first, second = client.dynamic_seedbox(), client.dynamic_seedbox()
    assert (first.changed, first.ip, first.asn, first.network) == (True, "203.0.113.7", 64500, "Example")
    assert not second.changed


def test_a_seedbox_change_too_soon_parks_nothing(world: World) -> None:
    world.answers(SEEDBOX, Answer({"Success": False, "msg": "Last change too recent"}, 429))
    world.answers(SEARCH, Answer(NOTHING))
    client = world.client()
    with pytest.raises(RateLimited) as caught:
        client.dynamic_seedbox()
    assert caught.value.retry_after == timedelta(hours=1)
    assert client.search("x").found == 0


def test_a_missing_permission_is_not_a_dead_session(world: World) -> None:
    refusal = {"Success": False, "msg": "Incorrect session type - not allowed this function"}
    world.answers(SEEDBOX, Answer(refusal, 403))
    world.answers(SEARCH, Answer(NOTHING))
    client = world.client()
    with trouble(AuthError, "Allow Session to set Dynamic Seedbox"):
        client.dynamic_seedbox()
    assert client.search("x").found == 0


SNATCHES = "/json/loadUserDetailsTorrents.php"


def test_snatches_are_read_to_their_last_page(world: World) -> None:
    world.answers("/jsonLoad.php", Answer(account_page()))
    first = {
        "id": "5",
        "title": "Tom &amp; Ann",
        "size": "1.5 GiB",
        "seedtime": "7200",
        "STG": "1d 12:10:28",
        "complete_unix": "1790000000",
        "uploaded": "10 MiB",
        "downloaded": "1.5 GiB",
        "seeders": "4",
    }
    pages = [[first, {"id": None}], [{"id": "6", "title": "Two"}], []]
    world.mam.pages[SNATCHES] = lambda asked: Answer({"success": True, "rows": pages[int(asked.query["iteration"])]})
    one, two = world.client().snatches("unsat")
    assert (one.torrent_id, one.title, one.size_bytes) == (5, "Tom & Ann", 1610612736)
    assert (one.seeded_seconds, one.seconds_to_seed) == (7200, 130228)
    assert one.completed_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert (two.torrent_id, two.seconds_to_seed) == (6, None)
    assert [asked.query["uid"] for asked in world.served.asked if asked.path == SNATCHES] == ["123456"] * 3


def test_an_unknown_kind_of_snatches_and_a_list_without_rows(world: World) -> None:
    world.answers("/jsonLoad.php", Answer(account_page()))
    world.answers(SNATCHES, Answer({"success": True}))
    with trouble(Refused):
        world.client().snatches("everything")
    with trouble(UnexpectedAnswer):
        world.client().snatches("sSat")
