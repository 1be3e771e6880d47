"""The qBittorrent stand-in, driven by the client library and compared with recorded answers of real servers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest
import qbittorrentapi
import requests

from mam_assets.sandbox.qbittorrent.app import API_KEY, PASSWORD, USERNAME, create_app
from mam_assets.sandbox.qbittorrent.torrent_client import TorrentClient
from mam_assets.sandbox.qbittorrent.torrent_file import parse_torrent
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from tests.support.paths import SANDBOX_SAMPLES
from tests.support.shapes import differences

SAMPLES = SANDBOX_SAMPLES / "qbittorrent"
VERSIONS = ["4.5.2", "4.6.7", "5.1.0", "5.2.3", "5.3.0"]
BEFORE_5, SINCE_5_2 = VERSIONS[:2], VERSIONS[3:]
BOTH = {"01.mp3": b"a" * 40_000, "cover.jpg": b"b" * 500}


def make_torrent(name: str = "A Book", files: dict[str, bytes] | None = None, single: bool = False) -> bytes:
    files = files if files is not None else BOTH
    info: dict[bytes, Any] = {b"name": name.encode(), b"piece length": 16384, b"private": 1}
    if single:
        info[b"length"] = sum(map(len, files.values()))
    else:
        info[b"files"] = [{b"length": len(c), b"path": [x.encode() for x in p.split("/")]} for p, c in files.items()]
    size = sum(map(len, files.values()))
    info[b"pieces"] = b"\0" * 20 * -(-size // 16384)
    return lt.bencode({b"announce": b"http://tracker.test/a", b"comment": b"MID=7", b"info": info})


class Box:
    """A running stand-in and a client of it."""

    def __init__(self, version: str, folder: Path, **options: Any) -> None:
        self.version = version
        self.folder = folder
        self.faults = Faults()
        self.downloads = folder / "downloads"
        app = create_app(
            version,
            state=State(folder / "state"),
            download_dir=self.downloads,
            faults=self.faults,
            **{"payload": lambda file: list(BOTH.values()), "speed": 40.0, **options},
        )
        self.serving = Serving(app)
        self.client = self.connect()

    def connect(self, password: str = PASSWORD) -> qbittorrentapi.Client:
        return qbittorrentapi.Client(host=self.serving.url, username=USERNAME, password=password)

    def info(self, **wanted: Any) -> dict[str, Any]:
        return dict(self.client.torrents_info(**wanted)[0])

    def log(self) -> dict[str, Any]:
        return requests.get(f"{self.serving.url}/_sandbox/log").json()

    def until(self, reached: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        seen = []
        for _ in range(2000):
            seen.append(self.info())
            if reached(seen[-1]):
                return seen
            time.sleep(0.005)
        raise AssertionError(f"never reached, last was {seen[-1]}")


@pytest.fixture(params=VERSIONS)
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Box]:
    found = Box(request.param, tmp_path)
    yield found
    found.serving.stop(wait=False)


def is_done(row: dict[str, Any]) -> bool:
    return row["state"] == "stalledUP"


# ------------------------------------------------------------------------------------------------------ logging in


def test_versions(box: Box) -> None:
    assert box.client.app_version() == f"v{box.version}"
    expected = {"4.5.2": "2.8.19", "4.6.7": "2.9.3", "5.1.0": "2.11.4", "5.2.3": "2.15.1", "5.3.0": "2.16.2"}
    assert box.client.app_web_api_version() == expected[box.version]
    assert box.client.app_default_save_path() == "/downloads"
    assert box.client.app_preferences()["save_path"] == "/downloads"


def test_login_manners(box: Box) -> None:
    login = f"{box.serving.url}/api/v2/auth/login"
    wrong = requests.post(login, data={"username": USERNAME, "password": "no"})
    right = requests.post(login, data={"username": USERNAME, "password": PASSWORD})
    if box.version in SINCE_5_2:
        assert (wrong.status_code, wrong.text) == (401, "Unauthorized")
        assert (right.status_code, right.text) == (204, "")
        assert list(right.cookies.keys()) == [f"QBT_SID_{box.serving.port}"]
    else:
        assert (wrong.status_code, wrong.text) == (200, "Fails.")
        assert (right.status_code, right.text) == (200, "Ok.")
        assert list(right.cookies.keys()) == ["SID"]


def test_without_session(box: Box) -> None:
    answer = requests.get(f"{box.serving.url}/api/v2/app/version")
    assert (answer.status_code, answer.text) == (403, "Forbidden")


def test_request_from_a_foreign_page(box: Box) -> None:
    for header in ("Referer", "Origin"):
        answer = requests.get(f"{box.serving.url}/api/v2/app/version", headers={header: "http://evil.test/x"})
        assert (answer.status_code, answer.text) == (401, "Unauthorized")
    port = requests.get(f"{box.serving.url}/api/v2/app/version", headers={"Host": "127.0.0.1:1"})
    assert port.status_code == 401
    told = requests.get(f"{box.serving.url}/api/v2/app/version", headers={"Sec-Fetch-Site": "cross-site"})
    assert told.status_code == (401 if box.version == "5.3.0" else 403)


def test_five_wrong_passwords_ban(box: Box) -> None:
    box.client.app_version()
    for _ in range(5):
        with pytest.raises(qbittorrentapi.LoginFailed):
            box.connect("wrong").auth_log_in()
    with pytest.raises(qbittorrentapi.Forbidden403Error, match="banned"):
        box.connect().auth_log_in()
    box.client.app_version()  # who was in stays in


def test_session_expires(box: Box) -> None:
    session = requests.Session()
    url = f"{box.serving.url}/api/v2"
    session.post(f"{url}/auth/login", data={"username": USERNAME, "password": PASSWORD})
    assert session.get(f"{url}/app/version").status_code == 200
    box.faults.set("expired_session", times=1)
    assert session.get(f"{url}/app/version").status_code == 403
    assert session.get(f"{url}/app/version").status_code == 403
    box.client.app_version()
    box.faults.set("expired_session", times=1)
    box.client.app_version()  # the client library logs in again by itself


def test_api_key(box: Box) -> None:
    header = {"Authorization": f"Bearer {API_KEY}"}
    status = requests.get(f"{box.serving.url}/api/v2/app/version", headers=header).status_code
    login = requests.post(f"{box.serving.url}/api/v2/auth/login", headers=header).status_code
    assert (status, login) == ((200, 403) if box.version in SINCE_5_2 else (403, 200))


# ---------------------------------------------------------------------------------------------------------- adding


def test_add_is_idempotent_and_logged(box: Box) -> None:
    torrent = make_torrent()
    first = box.client.torrents_add(torrent_files=torrent, category="books", tags=["mam", "dl-1"])
    infohash = parse_torrent(torrent).infohash
    if box.version in SINCE_5_2:
        assert list(first["added_torrent_ids"]) == [infohash]
        assert (first["success_count"], first["failure_count"], first["pending_count"]) == (1, 0, 0)
        with pytest.raises(qbittorrentapi.Conflict409Error):
            box.client.torrents_add(torrent_files=torrent)
    else:
        assert first == "Ok."
        assert box.client.torrents_add(torrent_files=torrent) == "Fails."
    assert [t.hash for t in box.client.torrents_info(torrent_hashes=infohash)] == [infohash]
    assert box.info()["tags"] == "mam, dl-1"
    assert dict(box.client.torrents_categories())["books"]["name"] == "books"
    assert box.client.torrents_tags() == ["mam", "dl-1"]
    log = box.log()
    assert [(entry["result"], entry["hash"]) for entry in log["adds"]] == [("added", infohash), ("duplicate", infohash)]
    assert (log["added"], log["duplicate"]) == (1, 1)


def test_add_rubbish(box: Box) -> None:
    with pytest.raises(qbittorrentapi.UnsupportedMediaType415Error):
        box.client.torrents_add(torrent_files=b"<html>not a torrent</html>")
    assert box.client.torrents_info() == []
    assert box.log()["invalid"] == 1


def test_a_magnet_link_waits_for_metadata(box: Box) -> None:
    infohash, magnet = "ab" * 20, f"magnet:?xt=urn:btih:{'AB' * 20}&dn=Some+Book"
    first = box.client.torrents_add(urls=magnet, category="books", tags="x")
    if box.version in SINCE_5_2:
        assert list(first["added_torrent_ids"]) == [infohash]
        for again in (magnet, "magnet:?xt=urn:btih:zz"):
            with pytest.raises(qbittorrentapi.Conflict409Error):
                box.client.torrents_add(urls=again)
    else:
        assert first == "Ok."
        assert (
            box.client.torrents_add(urls=magnet) == box.client.torrents_add(urls="magnet:?xt=urn:btih:zz") == "Fails."
        )
    row = box.info()
    assert (row["hash"], row["state"], row["name"], row["category"]) == (infohash, "metaDL", "Some Book", "books")
    assert (row["size"], row["total_size"], row["amount_left"], row["progress"]) == (0, -1, 0, 0)
    assert (row["content_path"], row["magnet_uri"]) == ("", magnet)
    assert box.client.torrents_files(infohash) == []
    assert box.client.torrents_properties(infohash)["total_size"] == -1
    assert infohash in box.client.sync_maindata(rid=0)["torrents"]
    assert [entry["result"] for entry in box.log()["adds"]] == ["added", "duplicate", "invalid"]


def test_add_stopped_and_start(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent(), is_stopped=True)
    stopped = "pausedDL" if box.version in BEFORE_5 else "stoppedDL"
    assert box.until(lambda row: row["state"] == stopped)[-1]["progress"] == 0
    box.client.torrents_start(torrent_hashes="all")
    box.until(is_done)
    box.client.torrents_stop(torrent_hashes="all")
    assert box.info()["state"] == stopped.replace("DL", "UP")


def test_stop_is_called_pause_before_version_5(box: Box) -> None:
    box.client.torrents_info()
    session = box.client._session  # the library's own session is logged in
    method = "pause" if box.version in BEFORE_5 else "stop"
    other = "stop" if box.version in BEFORE_5 else "pause"
    url = f"{box.serving.url}/api/v2/torrents"
    assert session.post(f"{url}/{method}", data={"hashes": "all"}).status_code in (200, 204)
    assert session.post(f"{url}/{other}", data={"hashes": "all"}).status_code == 404
    assert session.get(f"{url}/{method}?hashes=all").status_code == 405


def test_options_of_add(box: Box) -> None:
    box.client.torrents_create_category("audio", save_path="/downloads/audio")
    box.client.torrents_add(
        torrent_files=make_torrent(),
        category="audio",
        save_path="sub/dir",
        seeding_time_limit=5000,
        rename="Other name",
    )
    row = box.info()
    assert (row["save_path"], row["seeding_time_limit"], row["name"]) == ("/downloads/sub/dir", 5000, "Other name")
    box.client.torrents_add(torrent_files=make_torrent("B"), category="audio", use_auto_torrent_management=True)
    box.client.torrents_add(torrent_files=make_torrent("C"), category="bad//name")
    rows = {row["name"]: row for row in box.client.torrents_info()}
    assert rows["B"]["save_path"] == "/downloads/audio"
    assert (rows["C"]["category"], rows["C"]["save_path"]) == ("", "/downloads")


def test_categories(box: Box) -> None:
    box.client.torrents_create_category("a")
    for name, error in (("", qbittorrentapi.HTTP400Error), ("a", qbittorrentapi.HTTP409Error)):
        with pytest.raises(error):
            box.client.torrents_create_category(name)
    box.client.torrents_add(torrent_files=make_torrent())
    with pytest.raises(qbittorrentapi.HTTP409Error):
        box.client.torrents_set_category(category="unknown", torrent_hashes="all")
    box.client.torrents_set_category(category="a", torrent_hashes="all")
    assert box.info(category="a")["category"] == "a"
    assert box.client.torrents_info(category="") == []


def test_a_category_below_another(box: Box) -> None:
    box.client.torrents_create_category("a/b/c", save_path="/downloads/x")
    box.client.torrents_add(torrent_files=make_torrent(), category="d/e")
    found = {name: row["savePath"] for name, row in box.client.torrents_categories().items()}
    above = {"a": "", "a/b": "", "d": ""} if box.version in SINCE_5_2 else {}
    assert found == {"a/b/c": "/downloads/x", "d/e": "", **above}


def test_filters(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent("A"), tags="one")
    box.client.torrents_add(torrent_files=make_torrent("B"), is_stopped=True)
    names = lambda **wanted: sorted(row["name"] for row in box.client.torrents_info(**wanted))  # noqa: E731
    assert names() == ["A", "B"]
    assert names(tag="one") == ["A"]
    assert names(tag="") == ["B"]
    assert names(torrent_hashes="f" * 40) == []
    word = "paused" if box.version in BEFORE_5 else "stopped"
    box.until(lambda _: names(status_filter=word) == ["B"])
    assert names(sort="name", reverse=True, limit=1) == ["B"]


# ---------------------------------------------------------------------------------------------- the life of one


def test_life_of_a_torrent(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent())
    rows = box.until(is_done)
    # "downloading" is shown before and after the move, and each of them may go by between two looks.
    states = [state for state in dict.fromkeys(row["state"] for row in rows) if state != "downloading"]
    assert states == [s for s in ("checkingResumeData", "stalledDL", "moving", "stalledUP") if s in states]
    progress = [row["progress"] for row in rows]
    assert progress == sorted(progress)
    after = rows[-1]
    assert after["completion_on"] >= after["added_on"]
    assert (after["amount_left"], after["progress"], after["size"]) == (0, 1, 40_500)
    assert after["content_path"] == "/downloads/A Book"
    assert (box.downloads / "A Book" / "01.mp3").read_bytes() == BOTH["01.mp3"]
    assert not (box.downloads / "incomplete" / "A Book").exists()


@pytest.mark.parametrize("version", VERSIONS)
def test_beginning_of_a_torrent(version: str, tmp_path: Path) -> None:
    box = Box(version, tmp_path, speed=0.0001)
    box.client.torrents_add(torrent_files=make_torrent())
    row = box.info()
    assert (row["state"], row["progress"], row["amount_left"]) == ("checkingResumeData", 0, 40_500)
    assert row["completion_on"] == (0 if version in BEFORE_5 else -1)
    assert row["content_path"] == ("A Book" if version == "4.5.2" else "/downloads/incomplete/A Book")
    assert not (box.downloads / "A Book").exists()
    box.serving.stop(wait=False)


def test_full_progress_comes_before_the_files(tmp_path: Path) -> None:
    now = [1000.0]
    client = TorrentClient(State(), tmp_path, Faults(), clock=lambda: now[0])
    torrent = client.add(make_torrent())
    seen = []
    for _ in range(80):
        client.advance()
        progress = client.progress(torrent)
        row = progress.state, progress.done == 1.0, (tmp_path / "A Book" / "01.mp3").exists()
        if row not in seen:
            seen.append(row)
        now[0] += 0.1
    assert seen == [
        ("checkingResumeData", False, False),
        ("stalledDL", False, False),
        ("downloading", False, False),
        ("moving", True, False),
        ("downloading", True, True),
        ("stalledUP", True, True),
    ]


def test_layouts_of_content(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent("One.m4b", {"x": b"z" * 9}, single=True))
    box.client.torrents_add(torrent_files=make_torrent("Loose"), content_layout="NoSubfolder")
    box.until(lambda _: all(is_done(row) for row in box.client.torrents_info()))
    rows = {row["name"]: row for row in box.client.torrents_info()}
    assert rows["One.m4b"]["content_path"] == "/downloads/One.m4b"
    assert rows["Loose"]["content_path"] == "/downloads"
    names = [file["name"] for file in box.client.torrents_files(rows["Loose"]["hash"])]
    assert names == ["01.mp3", "cover.jpg"]
    assert (box.downloads / "01.mp3").exists()


def test_hostile_names_stay_inside(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent("../../evil", {"../../x.mp3": b"1", "a" * 300: b"2"}))
    box.until(lambda row: row["state"] in ("stalledUP", "error"))
    assert {path.name for path in box.folder.iterdir()} == {"downloads", "state"}


def test_nobody_seeds(tmp_path: Path) -> None:
    box = Box("5.1.0", tmp_path, seeders=lambda file: 0, speed=1000.0)
    box.client.torrents_add(torrent_files=make_torrent())
    row = box.until(lambda row: row["state"] == "stalledDL")[-1]
    time.sleep(0.05)
    row = box.info()
    assert (row["state"], row["progress"], row["num_complete"]) == ("stalledDL", 0, 0)
    box.serving.stop(wait=False)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("stalled", "stalledDL"),
        ("tracker_refuses", "stalledDL"),
        ("queued", "queuedDL"),
        ("disk_full", "error"),
        ("missing_files", "missingFiles"),
    ],
)
def test_faults_of_one_torrent(tmp_path: Path, fault: str, state: str) -> None:
    box = Box("5.1.0", tmp_path)
    box.faults.set(fault, match="A Book")
    box.client.torrents_add(torrent_files=make_torrent("A Book"))
    box.client.torrents_add(torrent_files=make_torrent("Another"))
    box.until(lambda _: is_done(box.info(torrent_hashes=parse_torrent(make_torrent("Another")).infohash)))
    infohash = parse_torrent(make_torrent("A Book")).infohash
    row = box.info(torrent_hashes=infohash)
    assert (row["state"], row["progress"]) == (state, 0)
    message = box.client.torrents_trackers(infohash)[-1]["msg"]
    assert message == ("Torrent not registered with this tracker." if fault == "tracker_refuses" else "")
    box.faults.clear(fault)
    box.until(lambda _: is_done(box.info(torrent_hashes=infohash)))
    box.serving.stop(wait=False)


def test_removed_by_a_person(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent())
    box.faults.set("removed", match="A Book", times=1)
    assert box.client.torrents_info() == []
    with pytest.raises(qbittorrentapi.NotFound404Error):
        box.client.torrents_properties("f" * 40)


def test_folder_that_cannot_be_written(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent(), save_path="/elsewhere/x")
    row = box.until(lambda row: row["state"] == "error")[-1]
    assert (row["progress"], row["content_path"]) == (0, "/downloads/incomplete/A Book")


def test_delete_keeps_or_removes_the_files(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent())
    box.until(is_done)
    box.client.torrents_delete(delete_files=False, torrent_hashes="all")
    assert box.client.torrents_info() == []
    assert (box.downloads / "A Book" / "01.mp3").exists()
    box.client.torrents_add(torrent_files=make_torrent())
    box.until(is_done)
    box.client.torrents_delete(delete_files=True, torrent_hashes="all")
    assert not (box.downloads / "A Book").exists()


def test_recheck_after_the_files_went(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent())
    box.until(is_done)
    (box.downloads / "A Book" / "01.mp3").unlink()
    box.faults.set("stalled")
    box.client.torrents_recheck(torrent_hashes="all")
    row = box.until(lambda row: row["state"] == "stalledDL")[-1]
    assert row["progress"] == 0
    box.faults.clear()
    box.until(is_done)
    assert (box.downloads / "A Book" / "01.mp3").exists()


def test_share_limits(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent(), share_limit_action="Stop", inactive_seeding_time_limit=7)
    if box.version in SINCE_5_2:
        assert box.info()["share_limit_action"] == "Stop"
    assert box.info().get("inactive_seeding_time_limit") == (None if box.version == "4.5.2" else 7)
    wanted = {
        "ratio_limit": -1,
        "seeding_time_limit": 4320,
        "inactive_seeding_time_limit": -1,
        "share_limit_action": "Remove",
        "share_limits_mode": "MatchAll",
    }
    box.client.torrents_set_share_limits(**wanted, torrent_hashes="all")
    row = box.info()
    assert {name: row[name] for name in wanted if name in row} == {k: v for k, v in wanted.items() if k in row}
    needed = {"4.5.2": 2, "4.6.7": 3, "5.1.0": 3, "5.2.3": 4, "5.3.0": 5}[box.version]
    enough = dict(list(wanted.items())[:needed])
    box.client.torrents_set_share_limits(**enough, torrent_hashes="all")
    for name in enough:
        with pytest.raises(qbittorrentapi.HTTP400Error):
            box.client.torrents_set_share_limits(**(enough | {name: None}), torrent_hashes="all")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # libtorrent 2.0's way to make a torrent, kept in 2.1
def test_a_hybrid_is_listed_by_its_second_infohash(box: Box, tmp_path: Path) -> None:
    files = {"1.mp3": b"a" * 40_000, "2.mp3": b"b" * 500}
    storage = lt.file_storage()
    for name, content in files.items():
        (tmp_path / "Hybrid").mkdir(exist_ok=True)
        (tmp_path / "Hybrid" / name).write_bytes(content)
        storage.add_file(f"Hybrid/{name}", len(content))
    made = lt.create_torrent(storage, 16384)
    lt.set_piece_hashes(made, str(tmp_path))
    box.client.torrents_add(torrent_files=bytes(lt.bencode(made.generate())))
    row = box.info()
    assert row["hash"] == row["infohash_v2"][:40] != row["infohash_v1"]
    assert len(row["infohash_v1"]) == 40
    assert box.client.torrents_info(torrent_hashes=row["infohash_v1"]) == []
    assert [file["name"] for file in box.client.torrents_files(row["hash"])] == ["Hybrid/1.mp3", "Hybrid/2.mp3"]


def test_move(box: Box) -> None:
    box.client.torrents_add(torrent_files=make_torrent())
    box.until(is_done)
    box.client.torrents_set_location(location="/downloads/kept", torrent_hashes="all")
    assert box.info()["content_path"] == "/downloads/kept/A Book"
    assert (box.downloads / "kept" / "A Book" / "01.mp3").exists()
    with pytest.raises(qbittorrentapi.HTTP409Error):
        box.client.torrents_set_location(location="/root", torrent_hashes="all")


def test_killed_and_started_again(tmp_path: Path) -> None:
    box = Box("5.1.0", tmp_path, speed=0.001)
    box.client.torrents_add(torrent_files=make_torrent(), category="books", tags="x")
    before = box.info()
    box.serving.stop(wait=False)
    box = Box("5.1.0", tmp_path)
    after = box.until(is_done)[-1]
    for key in ("hash", "category", "tags", "added_on", "save_path"):
        assert after[key] == before[key]
    box.serving.stop(wait=False)
    (box.downloads / "A Book" / "01.mp3").unlink()
    box = Box("5.1.0", tmp_path)
    assert box.info()["state"] == "missingFiles"
    assert box.log()["added"] == 1
    box.serving.stop(wait=False)


# ------------------------------------------------------------------------------------------- shapes and sync


NULLABLE = frozenset({"download_path"})


def sample(version: str, name: str) -> Any:
    return json.loads((SAMPLES / version / f"{name}.json").read_text("utf-8"))


def test_shapes_are_those_of_the_real_server(box: Box) -> None:
    box.client.torrents_create_category("audiobooks", save_path="/downloads/audiobooks")
    box.client.torrents_add(torrent_files=make_torrent(), category="audiobooks", tags="lab")
    new = box.info()
    assert differences(sample(box.version, "torrent_info_checkingResumeData"), new) == []
    done = box.until(is_done)[-1]
    assert differences(sample(box.version, "torrent_info_stalledUP"), done) == []
    infohash = done["hash"]
    # The samples were recorded through the client library, which renames one key of a row and adds one to a file.
    plain = lambda answer: json.loads(json.dumps(answer))  # noqa: E731
    files = plain([dict(file) for file in box.client.torrents_files(infohash)])
    assert differences(sample(box.version, "torrent_files"), files) == []
    assert files[1].keys() == sample(box.version, "torrent_files")[1].keys()
    assert differences(sample(box.version, "torrent_properties"), plain(box.client.torrents_properties(infohash))) == []
    trackers = plain([dict(row) for row in box.client.torrents_trackers(infohash)])
    real = sample(box.version, "torrent_trackers")
    assert len(trackers) == len(real)
    assert differences(real[0], trackers[0]) == differences(real[-1], trackers[-1]) == []
    assert differences(sample(box.version, "transfer_info"), plain(box.client.transfer_info())) == []


def test_maindata_tells_everything_once_and_then_changes(box: Box) -> None:
    box.client.torrents_create_category("audiobooks")
    box.client.torrents_add(torrent_files=make_torrent(), category="audiobooks", tags="lab")
    box.until(is_done)
    first = json.loads(json.dumps(box.client.sync_maindata(rid=0)))
    real = sample(box.version, "sync_maindata")
    (real_row,), (our_row,) = real["torrents"].values(), first["torrents"].values()
    assert differences(real_row, our_row) == []
    assert differences(real["server_state"], first["server_state"]) == []
    assert differences(real["categories"]["audiobooks"], first["categories"]["audiobooks"]) == []
    assert first.keys() == real.keys()
    infohash = next(iter(first["torrents"]))
    box.client.torrents_add_tags(tags="new", torrent_hashes="all")
    second = json.loads(json.dumps(box.client.sync_maindata(rid=first["rid"])))
    assert second["rid"] == first["rid"] + 1
    assert "full_update" not in second
    assert second["torrents"][infohash]["tags"] == "lab, new"
    assert "name" not in second["torrents"][infohash]
    assert second["tags"] == ["new"]
    box.client.torrents_delete(delete_files=True, torrent_hashes="all")
    third = json.loads(json.dumps(box.client.sync_maindata(rid=second["rid"])))
    assert third["torrents_removed"] == [infohash]
    assert box.client.sync_maindata(rid=999)["full_update"] is True


def test_unknown_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"3\.1"):
        create_app("3.1", state=State(), download_dir=tmp_path)
