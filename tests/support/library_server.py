"""A real Audiobookshelf on loopback: node runs a checkout of its source whose dependencies are installed."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
CHECKOUT = os.environ.get("AUDIOBOOKSHELF_DIR", "")
WHY_NOT = (
    "AUDIOBOOKSHELF_DIR names no checkout with its dependencies installed: nothing is proved with a real server"
    if not (CHECKOUT and (Path(CHECKOUT) / "node_modules" / "sqlite3").is_dir())
    else "there is no node, ffmpeg or ffprobe on the PATH"
    if not all(map(shutil.which, ("node", "ffmpeg", "ffprobe")))
    else ""
)


class LibraryServer:
    """One server with a root user, a user who may do nothing but read, and a book library on ``folder``."""

    def __init__(self, config: Path, folder: Path, *more_folders: Path) -> None:
        self.config = config
        self.folders = (folder, *more_folders)
        for path in (config, config / "metadata", *self.folders):
            path.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self.root_id = self.token = self.plain_token = self._access = ""

    def start(self) -> None:
        """Start it as it was left; at the first start make its users and its library."""
        own = {
            "PORT": str(self.port),
            "HOST": HOST,
            "CONFIG_PATH": str(self.config),
            "METADATA_PATH": str(self.config / "metadata"),
            "SOURCE": "local",
            "NODE_ENV": "production",
            "SKIP_BINARIES_CHECK": "1",  # it would download what it lacks
            "FFMPEG_PATH": shutil.which("ffmpeg") or "",
            "FFPROBE_PATH": shutil.which("ffprobe") or "",
            "NUSQLITE3_PATH": "",
            # It asks nobody but this machine: covers from elsewhere go to a proxy that is not there.
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), f"http://{HOST}:9"),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), HOST),
            "DISABLE_SSRF_REQUEST_FILTER": "1",
        }
        with (self.config / "server.log").open("ab") as log:
            argv = ["node", "index.js"]
            self.process = subprocess.Popen(argv, cwd=CHECKOUT, env={**os.environ, **own}, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None, (self.config / "server.log").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.1)
        if not self.token:
            self._set_up()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(20)

    def answers(self) -> bool:
        try:
            return self.call("GET", "/ping") == {"success": True}
        except OSError:
            return False

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """One request; the decoded answer. Raises HTTPError, or OSError when the server is gone."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data, method=method)
        asked.add_header("Content-Type", "application/json")
        asked.add_header("x-return-tokens", "true")
        if given := self.token if token is None else token:
            asked.add_header("Authorization", f"Bearer {given}")
        with urllib.request.urlopen(asked, timeout=60) as answer:
            text = answer.read().decode()
        return json.loads(text) if text[:1] in ("{", "[") else text

    def status_of(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> int:
        try:
            self.call(method, path, body, token=token)
        except urllib.error.HTTPError as error:
            return error.code
        return 200

    def new_key(self, name: str, user_id: str = "", **more: Any) -> str:
        """A new API key. The server's tokens of a session end after an hour, keys do not."""
        body = {"name": name, "userId": user_id or self.root_id, "isActive": True, **more}
        return str(self.call("POST", "/api/api-keys", body, token=self._access)["apiKey"]["apiKey"])

    def scan(self, *, force: bool = False) -> None:
        """Scan and wait until it has ended."""
        self.call("POST", f"/api/libraries/{self.library_id}/scan{'?force=1' if force else ''}")
        while any(task["action"] == "library-scan" for task in self.call("GET", "/api/tasks")["tasks"]):
            time.sleep(0.05)

    def items(self) -> dict[str, dict[str, Any]]:
        """Path below the folder → the expanded item, for all that are not missing."""
        rows = self.call("GET", f"/api/libraries/{self.library_id}/items?limit=0")["results"]
        ids = [row["id"] for row in rows]
        items = self.call("POST", "/api/items/batch/get", {"libraryItemIds": ids})["libraryItems"] if ids else []
        there = [item for item in items if not item["isMissing"]]
        assert len({item["path"] for item in there}) == len(there), "a book is listed twice"
        return {item["relPath"]: item for item in there}

    def _set_up(self) -> None:
        root = {"username": "root", "password": "for-this-test-only"}
        self.call("POST", "/init", {"newRoot": root}, token="")
        answer = self.call("POST", "/login", root, token="")["user"]
        self._access, self.root_id = answer["accessToken"], answer["id"]
        plain = {"username": "plain", "password": "for-this-test-only", "type": "user", "isActive": True}
        user = self.call("POST", "/api/users", plain, token=self._access)["user"]
        library = {
            "name": "Audiobooks",
            "mediaType": "book",
            "provider": "audible",
            "icon": "audiobookshelf",
            "folders": [{"fullPath": str(folder)} for folder in self.folders],
        }
        self.library_id = self.call("POST", "/api/libraries", library, token=self._access)["id"]
        self.token = self.new_key("for the tests")
        self.plain_token = self.new_key("a reader's", user["id"])
