"""``python -m benchmarks.completion_to_visible``: from a torrent's completion to the book in Audiobookshelf's list.

Starts the product as a person does (``mam-assets run``, mode review, default intervals) against stand-ins, lets it
search, then approves one book at a time, and holds each torrent back for another while. Both ends are seen from
outside: qBittorrent's answer says when the torrent is whole and at rest, Audiobookshelf's shelf when the book is there.
The stand-in's torrents tend to be whole one or two seconds before a look of the sensor; the mean in life is 2.5 s.
Reference in the same run: a process that only imports dagster, pandas and SQLAlchemy, which every run begins with.
The goal: a median of at most 12 s.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download
from mam_assets.domain.model.download import DownloadState
from mam_assets.runner.processes import free_port
from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import downloads
from resources.qbittorrent import QbitClient

# Only the pace of the questions that come before; nothing of acquisition or import.
POLICY = """\
mode = "review"
[search]
seconds_between_requests = 0.02
[catalogue]
goodreads_per_minute = 6000
audible_per_minute = 6000
discover_per_run = 0
authors = false
[enrichment]
requests_per_minute = 6000
"""
Found = TypeVar("Found")
PATIENCE = 240.0
SENSOR_SECONDS = 5.0
GOLDEN = 0.618034  # its multiples spread, however many there are
LOOK_EVERY = 0.1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.completion_to_visible", description=__doc__)
    parser.add_argument("--books", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="an empty folder to work in, kept afterwards")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mam-assets-") as name:
        folder = given.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        with open_sandbox(folder / "world") as box, _product(folder, box) as engine:
            proposed = _until(lambda: downloads.with_states(engine, DownloadState.PROPOSED), "books are proposed")
            qbittorrent = QbitClient(
                box.urls["qbittorrent"], None, box.environment()["QB_USERNAME"], box.environment()["QB_PASSWORD"]
            )
            spans = []
            for number, row in enumerate(proposed[: given.books]):
                held = SENSOR_SECONDS * (number * GOLDEN % 1.0)
                spans.append(_one_book(box, engine, qbittorrent, row, held))
                parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in spans[-1].items())
                print(f"{row.title}: {parts} s", flush=True)
    print(f"{'reference: imports alone':24} {_imports_alone():5.1f} s")
    for part in spans[0]:
        durations = sorted(span[part] for span in spans)
        p90 = durations[int(len(durations) * 0.9)] if len(durations) > 1 else durations[0]
        print(f"{part:24} p50 {statistics.median(durations):5.1f}  p90 {p90:5.1f}  max {durations[-1]:5.1f} s")
    print("goal: whole p50 at most 12 s")


@contextmanager
def _product(folder: Path, box: Sandbox) -> Iterator[sa.Engine]:
    """The product at work on the stand-ins, and its store. Its log is run.log in the folder."""
    values = box.environment() | {"MAM_ASSETS_PORT": str(free_port()), "MAM_ASSETS_MODE": "review"}
    (folder / ".env").write_text("".join(f"{key}={value}\n" for key, value in values.items()), "utf-8")
    (folder / "mam-assets.toml").write_text(POLICY, "utf-8")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with (folder / "run.log").open("wb") as log:
        argv = [sys.executable, "-m", "mam_assets.cli", "run"]
        process = subprocess.Popen(argv, cwd=folder, env=env, stdout=log, stderr=log)
    engine = None
    try:
        path = folder / ".mam-assets" / "store.db"
        _until(lambda: "Schedules and sensors are on" in (folder / "run.log").read_text("utf-8"), "the loop has closed")
        engine = open_engine(f"sqlite:///{path}")
        yield engine
    finally:
        if engine is not None:
            engine.dispose()
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _one_book(box: Sandbox, engine: sa.Engine, qbittorrent: QbitClient, row: Download, held: float) -> dict[str, float]:
    """Approve one download, hold its torrent for a while, and follow it. Seconds of the whole way and of its parts."""
    shown_before = _shown(box)
    box.faults["qbittorrent"].set("stalled")
    downloads.approve(engine, datetime.now(UTC), row.id)
    _until(lambda: downloads.get(engine, row.id).status is DownloadState.DOWNLOADING, f"{row.title} is followed")
    time.sleep(held)
    box.faults["qbittorrent"].clear("stalled")
    whole_at = _until(lambda: _whole(engine, qbittorrent, row.id), f"{row.title} is downloaded")
    _until(lambda: _shown(box) - shown_before, f"{row.title} is shown")
    shown_at = datetime.now(UTC)
    _until(lambda: downloads.get(engine, row.id).status is DownloadState.IMPORTED, f"{row.title} is imported")
    at = {step.to_status: step.at for step in downloads.events(engine, row.id)}
    return {
        "whole": (shown_at - whole_at).total_seconds(),
        "seen by the sensor": (at["completed"] - whole_at).total_seconds(),
        "run started": (at["importing"] - at["completed"]).total_seconds(),
        "placed and shown": (shown_at - at["importing"]).total_seconds(),
        "ledger after shown": (at["imported"] - shown_at).total_seconds(),
    }


def _imports_alone() -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", "import dagster, pandas, sqlalchemy"], check=True)
    return time.monotonic() - started


def _whole(engine: sa.Engine, qbittorrent: QbitClient, download_id: int) -> datetime | None:
    row = downloads.get(engine, download_id)
    torrents = qbittorrent.torrents(hashes=[row.infohash]) if row.infohash else []
    return datetime.now(UTC) if any(torrent.is_done for torrent in torrents) else None


def _shown(box: Sandbox) -> frozenset[str]:
    return frozenset(
        book.id for library in box.audiobookshelf.shelves.libraries for book in list(library.books.values())
    )


def _until(look: Callable[[], Found | None], what: str) -> Found:
    """Look until there is something. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(LOOK_EVERY)
    raise TimeoutError(f"{what}: not within {PATIENCE:.0f} s")


if __name__ == "__main__":
    main()
