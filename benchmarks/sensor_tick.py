"""``python -m benchmarks.sensor_tick``: what one tick of the acquisition sensor costs with 5,000 torrents.

The whole sensor is timed (settings, store, qBittorrent, reconciler) against a server of prepared answers in a process
of its own. Reference in the same run: the same sensor that reads the full list of torrents at every tick.
The goal: one request while nothing changes, and under 1 s.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import dagster as dg

from mam_assets.domain.model.download import DownloadState, Torrent
from mam_assets.domain.model.release import Release, Wanted
from mam_assets.settings import Settings, load_settings
from mam_assets.store.engine import open_engine, upgrade, writing
from mam_assets.store.ledgers import downloads
from resources.qbittorrent import QbitClient

TORRENTS = 5_000
UNDER_WAY = 300  # downloads that the ledger follows; the other torrents were imported or are a person's own
TICKS = 15
CHANGED = 20  # torrents that change between two ticks of the busy case


def row(number: int) -> dict[str, Any]:
    """A torrent as qBittorrent lists it."""
    done = number >= UNDER_WAY
    name = f"Author {number % 400} - A Title of Some Length, Book {number}"
    return {
        "added_on": 1_760_000_000 + number, "amount_left": 0 if done else 250_000_000, "auto_tmm": False,
        "availability": 1.2, "category": "mam-audiobooks", "completed": 500_000_000,
        "completion_on": 1_760_100_000 + number if done else 0, "content_path": f"/downloads/{name}", "dl_limit": -1,
        "dlspeed": 0, "download_path": "", "downloaded": 500_000_000, "downloaded_session": 0, "eta": 8_640_000,
        "f_l_piece_prio": False, "force_start": False, "hash": f"{number:040x}", "infohash_v1": f"{number:040x}",
        "infohash_v2": "", "last_activity": 1_760_200_000, "magnet_uri": f"magnet:?xt=urn:btih:{number:040x}",
        "max_ratio": -1, "max_seeding_time": 8_640, "name": name, "num_complete": 12, "num_incomplete": 0,
        "num_leechs": 0, "num_seeds": 0, "priority": 0, "progress": 1 if done else 0.5, "ratio": 1.5,
        "ratio_limit": -1, "save_path": "/downloads", "seeding_time": 400_000, "seeding_time_limit": 8_640,
        "seen_complete": 1_760_000_000, "seq_dl": False, "size": 500_000_000,
        "state": "stalledUP" if done else "downloading", "super_seeding": False, "tags": f"mam-assets:{number}",
        "time_active": 500_000, "total_size": 500_000_000, "tracker": "https://tracker.example.org/announce",
        "trackers_count": 1, "up_limit": -1, "uploaded": 750_000_000, "uploaded_session": 0, "upspeed": 0,
    }  # fmt: skip


def serve() -> None:
    """Answer as qBittorrent 4.5 does, from prepared bytes; the port goes to standard output."""
    rows = [row(number) for number in range(TORRENTS)]
    listed = json.dumps(rows).encode()
    whole = {torrent["hash"]: {key: value for key, value in torrent.items() if key != "hash"} for torrent in rows}
    server_state = {"free_space_on_disk": 10**13, "connection_status": "connected"}
    counted = {"requests": 0, "bytes": 0, "changed": 0}

    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = parse_qs(address.query)
            length = int(self.headers.get("content-length") or 0)
            asked |= parse_qs(self.rfile.read(length).decode()) if length else {}
            body = self.body(address.path, asked)
            counted["requests"] += 1
            counted["bytes"] += len(body)
            self.send_response(200)
            self.send_header("set-cookie", "SID=x; path=/")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def body(self, path: str, asked: dict[str, list[str]]) -> bytes:
            if path == "/counted":
                counted["changed"] = int(asked.get("changed", ["0"])[0])
                answer = json.dumps(counted).encode()
                counted.update(requests=-1, bytes=-len(answer))  # this question does not count
                return answer
            if path.endswith("/torrents/info"):
                return listed
            if path.endswith("/sync/maindata"):
                rid = int(asked.get("rid", ["0"])[0])
                if rid == 0:
                    full = {"rid": 1, "full_update": True, "torrents": whole, "server_state": server_state}
                    return json.dumps(full).encode()
                moved = {
                    f"{n:040x}": {"dlspeed": rid, "downloaded": rid, "eta": rid} for n in range(counted["changed"])
                }
                return json.dumps({"rid": rid + 1, **({"torrents": moved} if moved else {})}).encode()
            return {"version": b"v4.5.2", "webapiVersion": b"2.8.19"}.get(path.rsplit("/", 1)[-1], b"Ok.")

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def fill_ledger() -> None:
    """A ledger that follows some of the torrents and has imported the rest."""
    settings = load_settings()
    engine = open_engine(settings.store_url)
    upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as connection:
        for number in range(TORRENTS):
            wanted = Wanted(f"book {number}", f"Title {number}", ("An Author",))
            made = downloads.propose(
                connection, now, book_key=wanted.book_key, wanted=wanted, release=Release(number + 1, wanted.title),
                approved=True, infohash=f"{number:040x}",
            ).download  # fmt: skip
            state = DownloadState.DOWNLOADING if number < UNDER_WAY else DownloadState.IMPORTED
            progress: dict[str, Any] = {"last_progress": 0.5, "last_progress_at": now, "submitted_at": now}
            downloads.step(connection, now, made.id, expected=DownloadState.QUEUED, to=state, **progress)
    engine.dispose()


def ticks(count: int) -> list[float]:
    """Seconds of each tick, all in this one process as in the code server."""
    from resources.definitions import resource_defs
    from sensors.acquisition import acquisition

    made = resource_defs()
    resources = {name: made[name] for name in acquisition.required_resource_keys}
    instance = dg.DagsterInstance.ephemeral()
    taken = []
    for _ in range(count):
        with dg.build_sensor_context(instance=instance, resources=resources) as context:
            started = time.perf_counter()
            acquisition(context)
            taken.append(time.perf_counter() - started)
    return taken


def full_list(client: QbitClient) -> dict[str, Torrent]:
    """The reference: every torrent at every tick."""
    return {torrent.infohash: torrent for torrent in client.torrents()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sensor_tick", description=__doc__)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().serve:
        serve()
        return
    command = [sys.executable, "-m", "benchmarks.sensor_tick", "--serve"]
    with (
        tempfile.TemporaryDirectory(prefix="mam-assets-tick-") as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            _measure(folder, int(server.stdout.readline()))
        finally:
            server.terminate()


def _measure(folder: str, port: int) -> None:
    for name in Settings.names():
        os.environ.pop(name, None)
    os.environ |= {"QB_HOST": "127.0.0.1", "QB_PORT": str(port), "QB_USERNAME": "admin", "QB_PASSWORD": "benchmark"}
    os.environ |= {"MAM_STATE_DIR": folder, "MAM_ASSETS_CONFIG": f"{folder}/mam-assets.toml"}
    fill_ledger()

    def counted(changed: int = 0) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/counted?changed={changed}") as answer:
            counts: dict[str, int] = json.load(answer)
        return counts

    def show(name: str, taken: list[float], spent: dict[str, int]) -> None:
        each = len(taken)
        print(
            f"{name:<34}{statistics.median(taken) * 1000:>10.1f}{max(taken) * 1000:>10.1f}"
            f"{spent['requests'] / each:>10.1f}{spent['bytes'] / each / 1024:>12.1f}",
            flush=True,
        )

    print(f"{TORRENTS} torrents, {UNDER_WAY} of them under way; median and worst of {TICKS} ticks")
    print(f"{'':<34}{'ms':>10}{'worst':>10}{'requests':>10}{'KiB':>12}")
    counted()
    show("first (reads everything)", ticks(1), counted())
    show("nothing changed", ticks(TICKS), counted(CHANGED))
    show(f"{CHANGED} torrents changed", ticks(TICKS), counted())
    with mock.patch.object(QbitClient, "sync", full_list):
        show("reference: the full list each time", ticks(TICKS), counted())


if __name__ == "__main__":
    main()
