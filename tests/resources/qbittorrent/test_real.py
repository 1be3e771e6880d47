"""Against a real qbittorrent-nox on loopback, in a profile of its own, without DHT, LSD and PeX."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest
import qbittorrentapi

from mam_assets.domain.model.download import Torrent, TorrentPhase
from mam_assets.files.torrents import magnet_infohash, read_torrent
from resources.errors import AuthError, NotFound, Refused, Unavailable
from resources.qbittorrent import AddResult, QbitClient

PROGRAM = shutil.which(os.environ.get("QBITTORRENT_NOX") or "qbittorrent-nox")
PASSWORD = "for-this-test-only"

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # libtorrent 2.0's way to make a torrent, kept in 2.1
    pytest.mark.qbittorrent,
    pytest.mark.skipif(PROGRAM is None, reason="no qbittorrent-nox on the PATH"),
]

CONFIG = """\
[LegalNotice]
Accepted=true

[BitTorrent]
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\PeXEnabled=false
Session\\Interface=lo
Session\\InterfaceName=lo
Session\\DefaultSavePath={folder}/downloads
Session\\QueueingSystemEnabled=false

[Network]
PortForwardingEnabled=false

[Preferences]
Connection\\UPnP=false
General\\UseRandomPort=true
WebUI\\Address=127.0.0.1
WebUI\\Port={port}
WebUI\\Username=admin
WebUI\\Password_PBKDF2="{password}"
WebUI\\LocalHostAuth=true
"""


@dataclass
class Running:
    folder: Path
    port: int
    process: subprocess.Popen[bytes] = field(init=False)

    def client(self, password: str = PASSWORD) -> QbitClient:
        return QbitClient("127.0.0.1", self.port, "admin", password)

    def plain(self) -> qbittorrentapi.Client:
        """The plain library: what a person sets, and what others see."""
        login = {"host": "http://127.0.0.1", "port": self.port, "username": "admin", "password": PASSWORD}
        return qbittorrentapi.Client(**login, SIMPLE_RESPONSES=True, FORCE_SCHEME_FROM_HOST=True)

    def row(self, infohash: str) -> dict[str, Any]:
        return next(dict(row) for row in self.plain().torrents_info() if infohash in (row["hash"], row["infohash_v1"]))

    @property
    def web_api(self) -> tuple[int, ...]:
        return tuple(map(int, self.client().versions().web_api.split(".")))

    @contextmanager
    def settings(self, **wanted: Any) -> Iterator[None]:
        """Its settings for a while; those that this version does not have are left out."""
        api = self.plain()
        before = {name: value for name, value in api.app_preferences().items() if name in wanted}
        api.app_set_preferences({name: wanted[name] for name in before})
        try:
            yield
        finally:
            api.app_set_preferences(before)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(PROGRAM), f"--profile={self.folder}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(lambda: answers(self.client()))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("qbittorrent")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 100_000)
    password = f"@ByteArray({base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()})"
    config = folder / "qBittorrent" / "config" / "qBittorrent.conf"
    config.parent.mkdir(parents=True)
    (folder / "downloads").mkdir()
    config.write_text(CONFIG.format(folder=folder, port=port, password=password))
    found = Running(folder, port)
    found.start()
    yield found
    found.stop()


def wait_for(seen: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > deadline:
            pytest.fail(f"not seen within {seconds} s")
        time.sleep(0.2)


def answers(client: QbitClient) -> bool:
    try:
        return bool(client.versions().app)
    except Unavailable:
        return False


@dataclass
class Made:
    data: bytes
    infohash: str


def made(folder: Path, name: str, files: dict[str, bytes], kind: int = lt.create_torrent.v1_only) -> Made:
    """A private torrent over files that lie below ``folder / name``. ``kind``: 0 makes a hybrid."""
    storage = lt.file_storage()
    for path, content in files.items():
        target = folder / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        storage.add_file(f"{name}/{path}", len(content))
    torrent = lt.create_torrent(storage, 16384, kind)
    torrent.set_priv(True)
    lt.set_piece_hashes(torrent, str(folder))
    data = bytes(lt.bencode(torrent.generate()))
    return Made(data, read_torrent(data).infohash)


def seen(client: QbitClient, infohash: str) -> Torrent:
    return client.sync()[infohash]


def add(client: QbitClient, torrent: Made, **options: Any) -> AddResult:
    usual: dict[str, Any] = {"category": "audiobooks", "tags": ["mam-assets", "mam-77"], "seeding_minutes": 4320}
    return client.add(torrent.data, infohash=torrent.infohash, **(usual | options))


def test_from_added_to_there_before_to_files(running: Running, tmp_path: Path) -> None:
    client = running.client()
    torrent = made(tmp_path, "Nobody's Book", {"CD 1/01.mp3": b"a" * 40_000, "cover.jpg": b"b" * 5})
    assert client.torrents(hashes=[torrent.infohash]) == []
    assert add(client, torrent) is AddResult.ADDED
    wait_for(lambda: bool(client.torrents(hashes=[torrent.infohash])))
    assert add(client, torrent) is AddResult.ALREADY_THERE
    wait_for(lambda: seen(client, torrent.infohash).phase is TorrentPhase.STALLED)
    found = seen(client, torrent.infohash)
    assert (found.name, found.category, set(found.tags)) == ("Nobody's Book", "audiobooks", {"mam-assets", "mam-77"})
    assert found.save_path == client.default_save_path() == str(running.folder / "downloads")
    assert (found.size_bytes, found.amount_left, found.is_done) == (40_005, 40_005, False)
    assert {(one.name, one.size_bytes) for one in client.files(torrent.infohash)} == {
        ("Nobody's Book/CD 1/01.mp3", 40_000),
        ("Nobody's Book/cover.jpg", 5),
    }
    assert client.tracker_message(torrent.infohash) == ""
    assert [one.infohash for one in client.torrents(category="audiobooks")] == [torrent.infohash]


def test_finished_data_is_seen_as_done_and_its_loss_too(running: Running, tmp_path: Path) -> None:
    client = running.client()
    torrent = made(tmp_path, "Whole Book", {"01.mp3": b"a" * 40_000, "02.mp3": b"c" * 70_000})
    assert add(client, torrent, save_path=str(tmp_path), stopped=True) is AddResult.ADDED
    wait_for(lambda: torrent.infohash in client.sync())
    wait_for(lambda: seen(client, torrent.infohash).phase in (TorrentPhase.STOPPED, TorrentPhase.SEEDING))
    running.plain().torrents_recheck(torrent_hashes=torrent.infohash)
    running.plain().torrents_start(torrent_hashes=torrent.infohash)
    wait_for(lambda: seen(client, torrent.infohash).is_done)
    done = seen(client, torrent.infohash)
    assert done.content_path == str(tmp_path / "Whole Book")
    assert done.completed_at is not None
    (tmp_path / "Whole Book" / "02.mp3").unlink()
    running.plain().torrents_recheck(torrent_hashes=torrent.infohash)
    wait_for(lambda: seen(client, torrent.infohash).amount_left > 0)
    assert not seen(client, torrent.infohash).is_done


def test_what_it_refuses_and_what_it_does_not_know(running: Running) -> None:
    client = running.client()
    with pytest.raises(Refused):
        client.add(b"<html>", infohash="1" * 40, category="x", tags=[], seeding_minutes=4320)
    for ask in (client.files, client.tracker_message):
        with pytest.raises(NotFound):
            ask("0" * 40)
    wait_for(lambda: (client.free_space() or 0) > 0)


@pytest.mark.parametrize("kind", [0, lt.create_torrent.v2_only], ids=["hybrid", "v2"])
def test_torrents_of_version_2_are_found_again(running: Running, tmp_path: Path, kind: int) -> None:
    client = running.client()
    torrent = made(tmp_path, f"Book of kind {kind}", {"1.mp3": b"a" * 50_001, "2.mp3": b"b" * 30_000}, kind)
    assert add(client, torrent, save_path=str(tmp_path)) is AddResult.ADDED
    wait_for(lambda: bool(client.torrents(hashes=[torrent.infohash])))
    assert add(client, torrent) is AddResult.ALREADY_THERE
    wait_for(lambda: seen(client, torrent.infohash).is_done)
    for other in (client, running.client()):
        names = [file.name for file in other.files(torrent.infohash)]
        assert names == [f"Book of kind {kind}/1.mp3", f"Book of kind {kind}/2.mp3"]  # nothing that only pads
        assert other.tracker_message(torrent.infohash) == ""
        assert [one.infohash for one in other.torrents(hashes=[torrent.infohash])] == [torrent.infohash]


@pytest.mark.parametrize(
    "link",
    ["urn:btih:" + "1a" * 20 + "&xt=urn:btmh:1220" + "2b" * 32, "urn:btmh:1220" + "3c" * 32, "urn:btih:" + "4d" * 20],
    ids=["hybrid", "v2", "v1"],
)
def test_a_magnet_link_is_added_once(running: Running, link: str) -> None:
    client, magnet = running.client(), f"magnet:?xt={link}&dn=A+Link"
    infohash = magnet_infohash(magnet)
    more: dict[str, Any] = {"infohash": infohash, "category": "audiobooks", "tags": ["x"], "seeding_minutes": 4320}
    assert client.add_magnet(magnet, **more) is AddResult.ADDED
    wait_for(lambda: bool(client.torrents(hashes=[infohash])))
    assert client.add_magnet(magnet, **more) is AddResult.ALREADY_THERE
    wait_for(lambda: seen(client, infohash).phase is TorrentPhase.METADATA)
    assert not seen(client, infohash).is_done
    assert client.files(infohash) == []


# What people set for the torrents that they add themselves must not bend ours.
SETTINGS: list[dict[str, Any]] = [
    {"torrent_stop_condition": "FilesChecked"},
    {"torrent_stop_condition": "MetadataReceived"},
    {"start_paused_enabled": True, "add_stopped_enabled": True},
    {"torrent_content_layout": "NoSubfolder"},
    {"torrent_content_layout": "Subfolder"},
    {"auto_tmm_enabled": True, "use_category_paths_in_manual_mode": True},
    {"max_ratio_enabled": True, "max_ratio": 0, "max_seeding_time_enabled": True, "max_seeding_time": 0},
]


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_settings_for_new_torrents_do_not_bend_ours(running: Running, tmp_path: Path, number: int) -> None:
    client = running.client()
    torrent = made(tmp_path, f"Set {number}", {"CD 1/1.mp3": bytes([number]) * 40_000, "2.mp3": b"2" * 40_000})
    with running.settings(**SETTINGS[number]):
        assert add(client, torrent, save_path=str(tmp_path)) is AddResult.ADDED
        wait_for(lambda: torrent.infohash in client.sync())
        wait_for(lambda: seen(client, torrent.infohash).is_done)
        assert seen(client, torrent.infohash).state != "stoppedUP"
    found = seen(client, torrent.infohash)
    assert (found.save_path, found.content_path) == (str(tmp_path), str(tmp_path / f"Set {number}"))
    assert [file.name for file in client.files(torrent.infohash)] == [
        f"Set {number}/CD 1/1.mp3",
        f"Set {number}/2.mp3",
    ]


@pytest.mark.parametrize("action", range(4))
def test_the_end_of_the_seeding_time_removes_nothing(running: Running, tmp_path: Path, action: int) -> None:
    client = running.client()
    torrent = made(tmp_path, f"Limited {action}", {"1.mp3": bytes([action]) * 30_000})
    with running.settings(max_ratio_act=action):
        add(client, torrent)
        wait_for(lambda: torrent.infohash in client.sync())
        row = running.row(torrent.infohash)
    assert row["ratio_limit"] == -1
    assert row.get("inactive_seeding_time_limit", -1) == -1
    assert row.get("share_limit_action", "Stop") == "Stop"
    removes = action in (1, 3)
    assert row["seeding_time_limit"] == (-1 if removes and running.web_api < (2, 11) else 4320)


def test_a_category_with_a_place_of_its_own_decides_only_where_nobody_else_does(
    running: Running, tmp_path: Path
) -> None:
    client = running.client()
    running.plain().torrents_create_category(name="elsewhere", save_path=str(tmp_path / "elsewhere"))
    first, second = (made(tmp_path, f"Placed {n}", {"1.mp3": bytes([n]) * 30_000}) for n in (1, 2))
    with running.settings(auto_tmm_enabled=True):
        add(client, first, category="elsewhere")
        add(client, second, category="elsewhere", save_path=str(tmp_path / "mine"))
    third = made(tmp_path, "Placed 3", {"1.mp3": b"3" * 30_000})
    add(client, third, category="never/seen")
    wait_for(lambda: {first.infohash, second.infohash, third.infohash} <= set(client.sync()))
    places = [seen(client, one.infohash).save_path for one in (first, second, third)]
    assert places == [str(tmp_path / "elsewhere"), str(tmp_path / "mine"), str(running.folder / "downloads")]
    assert seen(client, third.infohash).category == "never/seen"


def test_a_new_session_goes_on_where_the_old_one_ended(running: Running, tmp_path: Path) -> None:
    client = running.client()
    torrent = made(tmp_path, "Outlives", {"1.mp3": b"o" * 30_000})
    add(client, torrent)
    wait_for(lambda: torrent.infohash in client.sync())
    kept = running.folder / "qBittorrent" / "data" / "BT_backup" / f"{torrent.infohash}.fastresume"
    wait_for(kept.exists)  # what it lists it may forget for some hundredths of a second
    running.stop()
    with pytest.raises(Unavailable):
        client.sync()
    running.start()
    wait_for(lambda: torrent.infohash in client.sync())
    listed = {row["hash"] for row in running.plain().torrents_info()}
    wait_for(lambda: listed <= set(client.sync()))
    running.plain().torrents_delete(torrent_hashes=torrent.infohash, delete_files=False)
    wait_for(lambda: torrent.infohash not in client.sync())
    assert client.torrents(hashes=[torrent.infohash]) == []


def test_a_session_that_ran_out_is_opened_again(running: Running, tmp_path: Path) -> None:
    client = running.client()
    first, second = (made(tmp_path, f"Late {n}", {"1.mp3": bytes([n]) * 30_000}) for n in (1, 2))
    add(client, first)
    wait_for(lambda: first.infohash in client.sync())
    with running.settings(web_ui_session_timeout=1):
        time.sleep(2.5)
        assert first.infohash in client.sync()
        time.sleep(2.5)
        assert add(client, second) is AddResult.ADDED
        time.sleep(2.5)
        assert client.files(first.infohash)
    wait_for(lambda: {first.infohash, second.infohash} <= set(client.sync()))


def test_an_api_key_instead_of_a_password(running: Running, tmp_path: Path) -> None:
    if running.web_api < (2, 14, 1):
        with pytest.raises(AuthError, match=r"5\.2"):
            QbitClient("127.0.0.1", running.port, api_key="qbt_" + "x" * 28).torrents()
        return
    session = running.plain()
    session.auth_log_in()
    key = session._post("app", "rotateAPIKey").json()["apiKey"]  # a person does this in the options
    client = QbitClient("127.0.0.1", running.port, api_key=key)
    torrent = made(tmp_path, "Keyed", {"1.mp3": b"k" * 30_000})
    assert add(client, torrent) is AddResult.ADDED
    wait_for(lambda: torrent.infohash in client.sync())
    assert add(client, torrent) is AddResult.ALREADY_THERE
    for _ in range(6):
        with pytest.raises(AuthError):
            QbitClient("127.0.0.1", running.port, api_key="qbt_" + "y" * 28).torrents()
    assert torrent.infohash in client.sync()


def test_a_wrong_password_does_not_get_us_banned(running: Running) -> None:
    for _ in range(10):  # five refusals would ban this address
        with pytest.raises(AuthError):
            running.client("wrong").torrents()
    assert running.client().versions().web_api
