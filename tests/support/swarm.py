"""The parts of a real swarm on loopback: a tracker, a seeder, a qBittorrent, and torrents of files of our own.

DHT, PeX and local peer discovery are off everywhere: what is not told by this tracker is not found.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import libtorrent as lt
import qbittorrentapi

HOST = "127.0.0.1"
PIECE = 16 * 1024
PASSWORD = "for-this-test-only"
PROGRAM = shutil.which(os.environ.get("QBITTORRENT_NOX") or "qbittorrent-nox")  # another version may be named

CONFIG = """\
[LegalNotice]
Accepted=true

[BitTorrent]
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\PeXEnabled=false
Session\\Interface=lo
Session\\InterfaceName=lo
Session\\Port={peer_port}
Session\\DefaultSavePath={save_path}
Session\\QueueingSystemEnabled=false
Session\\BTProtocol=TCP

[Network]
PortForwardingEnabled=false

[Preferences]
Connection\\UPnP=false
WebUI\\Address=127.0.0.1
WebUI\\Port={port}
WebUI\\Username=admin
WebUI\\Password_PBKDF2="{password}"
WebUI\\LocalHostAuth=true
"""


def until(reached: Callable[[], object], seconds: float = 30, pause: float = 0.1) -> None:
    """Wait until something holds; AssertionError if it does not within the time."""
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            raise AssertionError(f"not seen within {seconds} s")
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


# --------------------------------------------------------------------------------------------------------- tracker


class Tracker:
    """A tracker: announces are written down, and answered with the peers that ``peers`` names for an infohash.

    An infohash of ``refused`` gets the given failure reason.
    """

    def __init__(self) -> None:
        self.peers: dict[str, list[int]] = {}
        self.refused: dict[str, str] = {}
        self.announces: list[tuple[str, str]] = []  # infohash, event
        outer = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = outer.answer(self.path.partition("?")[2])
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = http.server.ThreadingHTTPServer((HOST, 0), Answer)
        self.url = f"http://{HOST}:{self._server.server_address[1]}/announce"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, query: str) -> bytes:
        asked = dict(pair.partition("=")[::2] for pair in query.split("&"))
        infohash = unquote_to_bytes(asked.get("info_hash", "")).hex()
        self.announces.append((infohash, asked.get("event", "")))
        if infohash in self.refused:
            return bytes(lt.bencode({b"failure reason": self.refused[infohash].encode()}))
        ports = self.peers.get(infohash, [])
        peers = b"".join(socket.inet_aton(HOST) + port.to_bytes(2, "big") for port in ports)
        reply = {b"interval": 60, b"min interval": 1, b"complete": len(ports), b"incomplete": 0, b"peers": peers}
        return bytes(lt.bencode(reply))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


# -------------------------------------------------------------------------------------------------------- torrents


@dataclass(frozen=True, slots=True)
class Made:
    """A private torrent. ``files``: path as the torrent has it, with its root folder → content."""

    data: bytes
    infohash: str
    name: str
    files: Mapping[str, bytes]
    folder: Path


def make_torrent(folder: Path, name: str, files: Mapping[str, bytes], announce: str) -> Made:
    """Write the files below ``folder`` and make their torrent. A single file of the torrent's own name has no root."""
    single = list(files) == [name]
    paths = {path if single else f"{name}/{path}": content for path, content in files.items()}
    for path, content in paths.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    whole = b"".join(paths.values())
    info: dict[bytes, Any] = {
        b"name": name.encode(),
        b"piece length": PIECE,
        b"pieces": b"".join(hashlib.sha1(whole[at : at + PIECE]).digest() for at in range(0, len(whole), PIECE)),
        b"private": 1,
    }
    if single:
        info[b"length"] = len(whole)
    else:
        info[b"files"] = [{b"length": len(data), b"path": path.encode().split(b"/")} for path, data in files.items()]
    data = bytes(lt.bencode({b"announce": announce.encode(), b"info": info}))
    return Made(data, hashlib.sha1(lt.bencode(info)).hexdigest(), name, paths, folder)


class Peer:
    """A libtorrent session of loopback alone: a seeder of what it is given, or somebody who wants a copy."""

    def __init__(self) -> None:
        self.session = lt.session(
            {
                "listen_interfaces": f"{HOST}:0",
                "enable_dht": False,
                "enable_lsd": False,
                "enable_upnp": False,
                "enable_natpmp": False,
                "allow_multiple_connections_per_ip": True,
                "enable_incoming_utp": False,
                "enable_outgoing_utp": False,
                "min_reconnect_time": 1,
                "max_failcount": 1_000,
                "unchoke_slots_limit": -1,
                "alert_mask": 0,
            }
        )

    @property
    def port(self) -> int:
        return int(self.session.listen_port())

    def seed(self, torrent: Made) -> Any:
        """Seed it from where it was made."""
        handle = self._add(torrent, torrent.folder)
        until(lambda: handle.status().is_seeding)
        return handle

    def reach_out(self, port: int) -> None:
        """Offer everything to the peer on ``port``: one that failed to reach us tries again after a minute only."""
        for handle in self.session.get_torrents():
            if handle.status().num_peers == 0:
                handle.connect_peer((HOST, port))

    def fetch(self, torrent: Made, folder: Path, port: int) -> None:
        """Download it from the peer on ``port`` alone; AssertionError if that peer does not give it."""
        handle = self._add(torrent, folder)
        deadline = time.monotonic() + 30
        while not handle.status().is_seeding:
            assert time.monotonic() < deadline, "this peer does not seed it"
            handle.connect_peer((HOST, port))
            time.sleep(0.3)

    def _add(self, torrent: Made, folder: Path) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parameters = lt.add_torrent_params()
            parameters.ti = lt.torrent_info(torrent.data)
            parameters.save_path = str(folder)
            parameters.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)  # else five seed at a time
            handle = self.session.add_torrent(parameters)
        handle.replace_trackers([])
        return handle

    def stop(self) -> None:
        self.session.pause()
        del self.session


# ----------------------------------------------------------------------------------------------------- qBittorrent


@dataclass
class Nox:
    """A qbittorrent-nox with a profile of its own; it survives ``kill`` and ``start`` as on anybody's machine."""

    folder: Path
    save_path: Path
    port: int = field(default_factory=free_port)
    peer_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _api: qbittorrentapi.Client | None = None

    def configure(self) -> None:
        salt = os.urandom(16)
        key = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 100_000)
        password = f"@ByteArray({base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()})"
        config = self.folder / "qBittorrent" / "config" / "qBittorrent.conf"
        config.parent.mkdir(parents=True)
        values = {"save_path": self.save_path, "port": self.port, "peer_port": self.peer_port}
        config.write_text(CONFIG.format(**values, password=password), "utf-8")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [str(PROGRAM), f"--profile={self.folder}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._answers, 60)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "qbittorrent-nox ended by itself"
        try:
            return bool(self.api().app_version())
        except qbittorrentapi.APIConnectionError:
            return False

    def api(self) -> qbittorrentapi.Client:
        """The plain library, so that what the product says is compared with what others see."""
        if self._api is None:
            login = {"host": f"http://{HOST}", "port": self.port, "username": "admin", "password": PASSWORD}
            self._api = qbittorrentapi.Client(**login, SIMPLE_RESPONSES=True, FORCE_SCHEME_FROM_HOST=True)
        return self._api

    def row(self, infohash: str) -> dict[str, Any]:
        rows = self.api().torrents_info(torrent_hashes=infohash)
        return dict(rows[0]) if rows else {}

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
