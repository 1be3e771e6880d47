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
from dataclasses import dataclass
from pathlib import Path

import libtorrent as lt
import pytest

from mam_assets.domain.model import Torrent, TorrentPhase
from resources.errors import AuthError, NotFound, Refused, Unavailable
from resources.qbittorrent import AddResult, QbitClient
from resources.torrents import read_torrent

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
    process: subprocess.Popen[bytes]

    def client(self, password: str = PASSWORD) -> QbitClient:
        return QbitClient("127.0.0.1", self.port, "admin", password)


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
    process = subprocess.Popen(
        [str(PROGRAM), f"--profile={folder}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        found = Running(folder, port, process)
        wait_for(lambda: answers(found.client()))
        yield found
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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


def made(folder: Path, name: str, files: dict[str, bytes]) -> Made:
    """A private torrent over files that lie below ``folder / name``."""
    storage = lt.file_storage()
    for path, content in files.items():
        target = folder / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        storage.add_file(f"{name}/{path}", len(content))
    torrent = lt.create_torrent(storage, 16384, lt.create_torrent.v1_only)
    torrent.set_priv(True)
    lt.set_piece_hashes(torrent, str(folder))
    data = bytes(lt.bencode(torrent.generate()))
    return Made(data, read_torrent(data).infohash)


def seen(client: QbitClient, infohash: str) -> Torrent:
    return client.sync()[infohash]


def add(client: QbitClient, torrent: Made, **options: object) -> AddResult:
    return client.add(
        torrent.data,
        infohash=torrent.infohash,
        category="audiobooks",
        tags=["mam-assets", "mam-77"],
        seeding_minutes=4320,
        **options,  # type: ignore[arg-type]
    )


def test_from_added_to_there_before_to_files(running: Running, tmp_path: Path) -> None:
    client = running.client()
    client.ensure_category("audiobooks")
    client.ensure_category("audiobooks")
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
    client.recheck(torrent.infohash)
    client.resume(torrent.infohash)
    wait_for(lambda: seen(client, torrent.infohash).is_done)
    done = seen(client, torrent.infohash)
    assert done.content_path == str(tmp_path / "Whole Book")
    assert done.completed_at is not None
    client.set_seeding_limit(torrent.infohash, 5000)
    (tmp_path / "Whole Book" / "02.mp3").unlink()
    client.recheck(torrent.infohash)
    wait_for(lambda: seen(client, torrent.infohash).amount_left > 0)
    assert not seen(client, torrent.infohash).is_done


def test_what_it_refuses_and_what_it_does_not_know(running: Running) -> None:
    client = running.client()
    with pytest.raises(Refused):
        client.ensure_category("a//b")
    with pytest.raises(Refused):
        client.add(b"<html>", infohash="1" * 40, category="x", tags=[], seeding_minutes=4320)
    for ask in (client.files, client.tracker_message):
        with pytest.raises(NotFound):
            ask("0" * 40)
    wait_for(lambda: (client.free_space() or 0) > 0)


def test_a_wrong_password_does_not_get_us_banned(running: Running) -> None:
    for _ in range(10):  # five refusals would ban this address
        with pytest.raises(AuthError):
            running.client("wrong").torrents()
    assert running.client().versions().web_api
