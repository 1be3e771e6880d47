"""Real parts on loopback: a qbittorrent-nox of its own, a small tracker and a seeder. No DHT, no LSD, no PeX, no other
address than 127.0.0.1; whoever starts a part stops it by its own handle."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_to_bytes

import libtorrent as lt
import pytest

from resources.errors import Unavailable
from resources.qbittorrent import QbitClient

PROGRAM = shutil.which("qbittorrent-nox")
PASSWORD = "for-this-test-only"
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
Session\\MultiConnectionsPerIp=true
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
"""


def wait_for(seen: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > deadline:
            pytest.fail(f"not seen within {seconds} s: {what}")
        time.sleep(0.2)


class Client:
    """A qbittorrent-nox that can be killed and started again with all it knew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.downloads = folder / "downloads"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        salt = os.urandom(16)
        key = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 100_000)
        password = f"@ByteArray({base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()})"
        config = folder / "qBittorrent" / "config" / "qBittorrent.conf"
        config.parent.mkdir(parents=True)
        self.downloads.mkdir()
        config.write_text(CONFIG.format(folder=folder, port=self.port, password=password))
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(PROGRAM), f"--profile={self.folder}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self._answers, "qbittorrent-nox answers")

    def open(self) -> QbitClient:
        return QbitClient("127.0.0.1", self.port, "admin", PASSWORD)

    def _answers(self) -> bool:
        try:
            return bool(self.open().versions().app)
        except Unavailable:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


class Swarm:
    """A tracker that knows one peer, and that peer. A torrent that is not seeded gets no peers, or a refusal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refusals: dict[str, str] = {}
        self.seeded: set[str] = set()
        swarm = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = dict(pair.split("=", 1) for pair in self.path.partition("?")[2].split("&") if "=" in pair)
                infohash = unquote_to_bytes(asked["info_hash"]).hex()
                answer: dict[bytes, object] = {b"interval": 5, b"min interval": 5}
                if infohash in swarm.refusals:
                    answer = {b"failure reason": swarm.refusals[infohash].encode()}
                elif infohash in swarm.seeded and int(asked["port"]) != swarm.session.listen_port():
                    answer[b"peers"] = socket.inet_aton("127.0.0.1") + swarm.session.listen_port().to_bytes(2, "big")
                else:
                    answer[b"peers"] = b""
                body = bytes(lt.bencode(answer))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.announce = f"http://127.0.0.1:{self.server.server_port}/announce"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.session = lt.session(
            {
                "listen_interfaces": "127.0.0.1:0",
                "enable_dht": False,
                "enable_lsd": False,
                "enable_upnp": False,
                "enable_natpmp": False,
                # TCP alone: qBittorrent then tries twice, and its very first try comes too early at times.
                "enable_incoming_utp": False,
                "enable_outgoing_utp": False,
                "allow_multiple_connections_per_ip": True,
            }
        )

    def torrent(
        self, name: str, files: Mapping[str, bytes], *, seeded: bool = True, bytes_per_second: int = 0
    ) -> bytes:
        """A private torrent of files below ``name`` ("" for the file itself), and its seeder."""
        storage = lt.file_storage()
        for path, content in files.items():
            full = f"{name}/{path}" if path else name
            target = self.folder / "seeds" / full
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            storage.add_file(full, len(content))
        made = lt.create_torrent(storage, 16384, lt.create_torrent.v1_only)
        made.set_priv(True)
        made.add_tracker(self.announce)
        lt.set_piece_hashes(made, str(self.folder / "seeds"))
        data = bytes(lt.bencode(made.generate()))
        info = lt.torrent_info(data)
        if seeded:
            parameters = lt.add_torrent_params()
            parameters.ti = info
            parameters.save_path = str(self.folder / "seeds")
            parameters.flags |= lt.torrent_flags.seed_mode
            handle = self.session.add_torrent(parameters)
            wait_for(lambda: bool(handle.status().is_seeding), "the seeder seeds")
            self.seeded.add(str(info.info_hashes().v1))
        return data

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.session.pause()
        del self.session
