"""The tracker's stand-in over real HTTP, held against what is known of the tracker's answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from mam_assets.sandbox.myanonamouse.account import SEED
from mam_assets.sandbox.myanonamouse.app import create_app
from mam_assets.sandbox.qbittorrent.torrent_file import parse_torrent
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.release import Release
from mam_assets.sandbox.world.releases import releases_of_world
from mam_assets.sandbox.world.torrents import Torrents

WORLD = load_catalogue()
RELEASES = releases_of_world(WORLD)
TORRENTS = Torrents(RELEASES)
SEARCH = "/tor/js/loadSearchJSONbasic.php"


class Browser:
    """Keeps the newest cookie, as a client of the tracker must."""

    def __init__(self, url: str, cookie: str = SEED) -> None:
        self.url = url
        self.cookie = cookie

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Cookie": f"mam_id={self.cookie}"} if self.cookie else {}
        answer = requests.request(method, self.url + path, headers=headers, timeout=10, **options)
        fresh = answer.headers.get("set-cookie", "").partition("mam_id=")[2].partition(";")[0]
        if fresh and fresh != "deleted":
            self.cookie = fresh
        return answer

    def search(self, text: str = "", perpage: int = 100, **tor: Any) -> dict[str, Any]:
        question = {"perpage": perpage, "isbn": True, "dlLink": True, "tor": {"text": text, **tor}}
        answer = self.ask("POST", SEARCH, json=question)
        assert answer.status_code == 200
        return answer.json()

    def ids(self, text: str = "", **tor: Any) -> list[int]:
        return [row["id"] for row in self.search(text, **tor).get("data", [])]

    def log(self) -> dict[str, Any]:
        return requests.get(self.url + "/_sandbox/log", timeout=10).json()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def browser(tmp_path: Path, faults: Faults) -> Iterator[Browser]:
    with Serving(create_app(WORLD, state=State(tmp_path), faults=faults, torrents=TORRENTS)) as serving:
        yield Browser(serving.url)


def one(test: Any) -> Release:
    return next(release for release in RELEASES.values() if test(release))


# ------------------------------------------------------------------------------------------------------- the session


def test_every_answer_changes_the_cookie_and_kills_the_one_before(browser: Browser) -> None:
    first = browser.cookie
    assert browser.get("/json/checkCookie.php").status_code == 200
    assert browser.cookie != first
    stale = Browser(browser.url, first)
    answer = stale.get("/json/checkCookie.php")
    assert answer.status_code == 403
    assert "mam_id=deleted" in answer.headers["set-cookie"]
    assert browser.get("/json/checkCookie.php").status_code == 200


def test_a_cookie_is_good_with_and_without_percent_encoding(browser: Browser) -> None:
    browser.cookie = SEED.replace("%3D", "=")
    assert browser.get("/json/checkCookie.php").status_code == 200


def test_without_a_cookie_nothing_is_answered(browser: Browser) -> None:
    nobody = Browser(browser.url, "")
    for path in (SEARCH, "/jsonLoad.php", "/tor/download.php?tid=1"):
        assert nobody.get(path).status_code == 403
    answer = nobody.get("/json/dynamicSeedbox.php")
    assert (answer.status_code, answer.json()["msg"]) == (403, "No Session Cookie")


def test_pages_for_people_show_the_login_with_200(browser: Browser) -> None:
    answer = browser.get("/t/123456")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Not logged in!" in answer.text


def test_the_newest_cookie_survives_a_stop_and_the_first_one_is_made_anew(tmp_path: Path) -> None:
    with Serving(create_app(WORLD, state=State(tmp_path), torrents=TORRENTS)) as serving:
        browser = Browser(serving.url)
        browser.get("/jsonLoad.php")
        stale = browser.cookie
        browser.get("/jsonLoad.php")
    for cookie, status in ((stale, 403), (browser.cookie, 200), (SEED, 403)):
        with Serving(create_app(WORLD, state=State(tmp_path), torrents=TORRENTS)) as serving:
            if cookie == SEED:  # good until the session is used
                Browser(serving.url, browser.cookie).get("/jsonLoad.php")
            after = Browser(serving.url, cookie)
            assert after.get("/jsonLoad.php").status_code == status
            if status == 200:
                browser.cookie = after.cookie
    with Serving(create_app(WORLD, state=State(tmp_path), torrents=TORRENTS)) as serving:
        assert Browser(serving.url).get("/jsonLoad.php").status_code == 200


# ------------------------------------------------------------------------------------------------------------ search


def test_a_row_has_the_shape_of_the_tracker_s(browser: Browser) -> None:
    answer = browser.search("red rising", main_cat=[13])
    assert answer["total"] == len(answer["data"])
    assert answer["found"] >= answer["total"]
    row = answer["data"][0]
    for name in (
        "id",
        "language",
        "main_cat",
        "category",
        "numfiles",
        "vip",
        "free",
        "fl_vip",
        "seeders",
        "browseflags",
    ):
        assert type(row[name]) is int, name
    for name in (
        "author_info",
        "narrator_info",
        "series_info",
        "categories",
        "ownership",
        "size",
        "lang_code",
        "added",
    ):
        assert type(row[name]) is str, name
    assert json.loads(row["ownership"])
    assert "dl" in row
    assert "description" not in row


def test_the_rows_hold_the_known_traps(browser: Browser) -> None:
    rows: list[dict[str, Any]] = []
    while True:
        page = browser.search(startNumber=len(rows), sortType="dateAsc")
        rows += page["data"]
        if len(rows) >= page["found"]:
            break
    assert len({row["id"] for row in rows}) == len(RELEASES)
    assert any(type(row["isbn"]) is int for row in rows)
    assert any(str(row["isbn"]).startswith("ASIN:") for row in rows)
    assert any("," in row["size"] for row in rows)
    assert any(row["mediainfo"] == "" for row in rows)
    assert any(row["browseflags"] & 32 for row in rows)
    malformed = []
    for row in rows:
        try:
            json.loads(row["author_info"])
        except ValueError:
            malformed.append(row)
    assert 0 < len(malformed) < len(rows) / 10
    shapes = {len(entry) for row in rows if row["series_info"] for entry in json.loads(row["series_info"]).values()}
    assert shapes == {2, 3}


def test_claimed_size_and_runtime_fit_each_other() -> None:
    for release in RELEASES.values():
        if not release.decoy:
            assert 40 <= release.size_bytes / release.runtime_seconds / 125 <= 320, release


def test_nothing_found_is_a_sentence_with_200(browser: Browser) -> None:
    assert browser.search("no such words anywhere") == {"error": "Nothing returned, out of 0"}
    assert browser.search("red rising", browse_lang=[]) == {"error": "Nothing returned, out of 0"}


def test_a_form_and_broken_json_get_an_empty_body(browser: Browser) -> None:
    form = browser.ask("POST", SEARCH, data={"tor[text]": "red rising"})
    assert (form.status_code, form.content) == (200, b"")
    broken = browser.ask("POST", SEARCH, data=b"{")
    assert (broken.status_code, broken.content) == (200, b"")


def test_pages_are_asked_for_at_the_top_level_only(browser: Browser) -> None:
    inside = browser.search("", perpage=5, tor_perpage=100)
    assert inside["total"] == 5
    answer = browser.ask("POST", SEARCH, params={"perpage": 5}, json={"tor": {"text": ""}})
    assert answer.json()["perpage"] != 5
    first, second = browser.ids(perpage=5, startNumber=0), browser.ids(perpage=5, startNumber="5")
    assert len(first) == len(second) == 5
    assert not set(first) & set(second)


def test_the_bracket_form_of_get(browser: Browser) -> None:
    params = {"tor[text]": "red rising", "tor[srchIn][title]": "true", "tor[main_cat][]": "13", "tor[perpage]": "5"}
    answer = browser.get(SEARCH, params=params).json()
    assert answer["perpage"] == 5
    assert all("red rising" in row["title"].lower() for row in answer["data"])


def test_filters(browser: Browser) -> None:
    audio = browser.search("", main_cat=[13], browse_lang=[1], searchType="active")["data"]
    assert audio
    assert all(r["main_cat"] == 13 and r["language"] == 1 and r["seeders"] > 0 for r in audio)
    assert all(r["main_cat"] == 14 for r in browser.search("", main_cat=["14"])["data"])
    assert all(r["free"] or r["vip"] for r in browser.search("", searchType="fl-VIP")["data"])
    assert all(r["seeders"] == 0 for r in browser.search("", searchType="inactive")["data"])
    some = next(iter(RELEASES))
    assert browser.ids(id=some) == [some]
    assert browser.ids(hash=TORRENTS.infohash(some)) == [some]
    seeders = [row["seeders"] for row in browser.search(sortType="seedersDesc")["data"]]
    assert seeders == sorted(seeders, reverse=True)


def test_what_was_snatched_most_of_the_last_days(browser: Browser) -> None:
    since = datetime.now(UTC) - timedelta(days=7)
    asked = {"main_cat": [13], "sortType": "snatchedDesc", "startDate": f"{since:%Y-%m-%d}"}
    rows = browser.search("", **asked)["data"]
    assert len(rows) >= 10
    assert all(row["added"] >= asked["startDate"] for row in rows)
    snatches = [row["times_completed"] for row in rows]
    assert snatches == sorted(snatches, reverse=True)
    midnight = since.replace(hour=0, minute=0, second=0)
    assert browser.search("", **{**asked, "startDate": int(midnight.timestamp())})["data"] == rows
    fantasy = browser.search("", **{**asked, "cat": [41]})["data"]
    assert fantasy == [row for row in rows if row["category"] == 41] != []
    assert "error" in browser.search("", **{**asked, "startDate": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"})
    some = rows[0]["id"]
    for by in ({"id": some}, {"hash": TORRENTS.infohash(some)}):
        assert browser.search("", **by)["data"][0]["added"] == rows[0]["added"]


def test_the_query_language(browser: Browser) -> None:
    everything = set(browser.ids("red rising"))
    titled = set(browser.ids('@title "red rising"'))
    assert titled
    assert titled < everything
    assert set(browser.ids("@author pierce brown")) >= titled - {
        number for number in titled if RELEASES[number].decoy in ("other_author", "study_guide")
    }
    assert set(browser.ids("golden | morning")) == set(browser.ids("golden")) | set(browser.ids("morning"))
    assert set(browser.ids("brown (golden | morning)")) <= set(browser.ids("golden | morning"))
    assert set(browser.ids("@(title,series) gold*")) >= set(browser.ids("@title golden"))
    assert browser.ids('"son golden"') == []
    assert not set(browser.ids("brown -golden")) & set(browser.ids("@title golden"))
    assert "error" in browser.search("@nosuchfield x")
    assert "error" in browser.search("(red")


def test_numbers_apostrophes_and_initials_are_compared_as_written() -> None:
    from mam_assets.sandbox.myanonamouse.query import FIELDS, parse, words

    def found(query: str, title: str) -> bool:
        document = {name: words(title) if name == "title" else () for name in FIELDS}
        return parse(query, ("title",))(document)

    assert found("old man's war", "Old Man's War")
    assert not found("old man’s war", "Old Man's War")
    assert not found("old mans war", "Old Man's War")
    assert not found("fall 2", "Fall 02")
    assert not found("jj cross", "J. J. Cross")
    assert found("j j cross", "J.J. Cross")
    assert found("elantris (and|&) warbreaker", "Elantris & Warbreaker")


# --------------------------------------------------------------------------------------------------------- downloads


def test_a_download_needs_the_torrent_s_number(browser: Browser) -> None:
    some = one(lambda release: release.seeders and not release.decoy)
    row = browser.search(id=some.release_id)["data"][0]
    pathless = requests.get(f"{browser.url}/tor/download.php/{row['dl']}", timeout=10)
    assert pathless.status_code == 400
    assert "missing tid" in pathless.text
    assert browser.get("/tor/download.php").status_code == 400
    keyed = requests.get(f"{browser.url}/tor/download.php/{row['dl']}?tid={some.release_id}", timeout=10)
    plain = browser.get("/tor/download.php", params={"tid": some.release_id})
    assert keyed.content == plain.content
    assert parse_torrent(plain.content).infohash == TORRENTS.infohash(some.release_id)
    assert browser.get("/tor/download.php", params={"tid": 1}).status_code == 404
    assert browser.log()["downloads"] == {str(some.release_id): 2}


def test_a_wedge_is_never_spent_by_a_download(browser: Browser) -> None:
    some = next(iter(RELEASES))
    assert browser.get("/tor/download.php", params={"tid": some, "fl": ""}).status_code == 403
    log = browser.log()
    assert log["fl_requests"] == 1
    assert log["downloads"] == {}


def test_a_web_seed_serves_the_files_in_parts(browser: Browser) -> None:
    some = one(lambda release: release.seeders and release.layout == "folder" and not release.decoy)
    content = browser.get("/tor/download.php", params={"tid": some.release_id}).content
    file = parse_torrent(content)
    payload = TORRENTS.payload(file) or []
    seed = f"{browser.url}/seed/{some.release_id}/"
    for (path, size), expected in zip(file.files, payload, strict=True):
        assert len(expected) == size
        assert requests.get(seed + path, timeout=10).content == expected
        part = requests.get(seed + path, headers={"Range": "bytes=5-9"}, timeout=10)
        assert (part.status_code, part.content) == (206, expected[5:10])


def test_a_finished_announce_counts_as_snatched(browser: Browser) -> None:
    some = next(iter(RELEASES))
    raw = bytes.fromhex(TORRENTS.infohash(some))
    assert browser.search(id=some)["data"][0]["my_snatched"] == 0
    answer = requests.get(f"{browser.url}/announce", params={"info_hash": raw, "event": "completed"}, timeout=10)
    assert answer.content.startswith(b"d8:complete")
    assert browser.search(id=some)["data"][0]["my_snatched"] == 1
    unknown = requests.get(f"{browser.url}/announce", params={"info_hash": b"\0" * 20}, timeout=10)
    assert b"failure reason" in unknown.content


# ----------------------------------------------------------------------------------------------------------- account


def test_the_counters_stand_where_each_layout_has_them(browser: Browser, faults: Faults) -> None:
    new = browser.get("/jsonLoad.php", params={"snatch_summary": ""}).json()
    assert "unsat" not in new
    assert new["snatch_summary"]["unsat"]["limit"] == 150
    assert "snatch_summary" not in browser.get("/jsonLoad.php").json()
    faults.set("old_layout")
    old = browser.get("/jsonLoad.php", params={"snatch_summary": ""}).json()
    assert "snatch_summary" not in old
    assert old["unsat"]["count"] == new["snatch_summary"]["unsat"]["count"]


def test_a_download_counts_as_unsatisfied_once(browser: Browser, faults: Faults) -> None:
    def count() -> int:
        return browser.get("/jsonLoad.php?snatch_summary").json()["snatch_summary"]["unsat"]["count"]

    before, some = count(), next(iter(RELEASES))
    for _ in range(2):
        browser.get("/tor/download.php", params={"tid": some})
    assert count() == before + 1
    rows = browser.get("/json/loadUserDetailsTorrents.php?uid=123456&iteration=0&type=unsat").json()["rows"]
    assert [row["id"] for row in rows] == [str(some)]
    faults.set("unsat_at_limit")
    assert count() == 150


def test_a_wedge_is_bought_once_and_not_for_what_is_free(browser: Browser) -> None:
    def buy(release: Release) -> dict[str, Any]:
        params = {"spendtype": "personalFL", "torrentid": release.release_id, "timestamp": 1}
        return browser.get("/json/bonusBuy.php/1790000000000", params=params).json()

    paid = one(lambda release: not release.vip and not release.free)
    assert buy(paid)["success"] is True
    assert browser.search(id=paid.release_id)["data"][0]["personal_freeleech"] == 1
    assert buy(paid)["error"] == "This is already a personal freeleech"
    assert buy(one(lambda release: release.vip))["error"] == "This Torrent is VIP"
    assert buy(one(lambda r: r.free and not r.vip))["error"] == "Cannot spend FL Wedges on Freeleech Picks"
    assert browser.get("/jsonLoad.php").json()["wedges"] == 6


def test_the_seedbox_address_is_set_once(browser: Browser, faults: Faults) -> None:
    assert browser.get("/json/dynamicSeedbox.php").json()["msg"] == "Completed"
    assert browser.get("/json/dynamicSeedbox.php").json()["msg"] == "No change"
    faults.set("seedbox", text="Last change too recent")
    assert browser.get("/json/dynamicSeedbox.php").status_code == 429
    faults.set("seedbox", text="Invalid session - ASN mismatch")
    assert browser.get("/json/dynamicSeedbox.php").status_code == 403


def test_faults_of_the_session(browser: Browser, faults: Faults) -> None:
    faults.set("no_rotation")
    before = browser.cookie
    browser.get("/jsonLoad.php")
    assert browser.cookie == before
    faults.set("dead_cookie")
    assert browser.get("/jsonLoad.php").status_code == 403


def test_the_log_tells_of_two_requests_at_once(browser: Browser, faults: Faults) -> None:
    faults.set("no_rotation")
    browser.get("/jsonLoad.php")
    assert browser.log()["max_concurrent"] == 1
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        Browser(browser.url, browser.cookie).get("/jsonLoad.php")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = browser.log()
    assert log["max_concurrent"] > 1
    assert len(log["requests"]) == 9
    requests.delete(browser.url + "/_sandbox/log", timeout=10)
    assert browser.log()["requests"] == []
