"""``python -m benchmarks.killed_at_random``: the whole product, killed with SIGKILL at random moments of its loop.

Starts ``mam-assets demo`` in a folder of its own and kills it, in turn alone (what it started must end by itself) and
with everything that it started (as a power cut does), then lets it close the loop. Afterwards every torrent, download,
folder and item is compared with what should be there, and the books in the library with those that a loop without
kills brings. Exit status 0: nothing was lost, nothing doubled, and nobody outlived the program.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.store.engine import open_engine, reading
from mam_assets.store.ledgers import backoff, failures
from mam_assets.store.ledgers import tasks as task_ledger
from mam_assets.store.reports import download_list
from mam_assets.store.tables import downloads, provider_answers, tasks

# What is reached, and how many seconds later it is killed at the latest.
MOMENTS: dict[str, tuple[Callable[[Counter[str]], bool], float]] = {
    "while it asks the providers": (lambda seen: seen["series_catalogue"] > 0, 1),
    "while it reads and searches": (lambda seen: seen["library_snapshot"] > 0, 4),
    "while torrents are added": (lambda seen: seen["submitted"] + seen["downloading"] > 0, 4),
    "while books are imported": (lambda seen: seen["importing"] + seen["imported"] > 0, 4),
    "while it counts again": (lambda seen: seen["imported"] > 20, 4),
}
LATEST_SECONDS = 150
OUTLIVE_SECONDS = 5


def main() -> None:
    """Kill, start again, compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed_at_random", description=__doc__)
    parser.add_argument("--seed", type=int, default=20, help="of the moments")
    parser.add_argument("--folder", type=Path, help="an empty folder to work in, kept afterwards")
    parser.add_argument("--whole", type=Path, help="the folder of an earlier loop without kills, to compare with")
    given = parser.parse_args()
    dice = random.Random(given.seed)
    with nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory(prefix="mam-assets-") as name:
        folder, whole = Path(name, "killed"), given.whole or Path(name, "whole")
        problems = [] if given.whole else _close(whole, "without kills")
        folder.mkdir(parents=True, exist_ok=True)
        for number, (moment, (reached, most)) in enumerate(MOMENTS.items()):
            waited, outlived = _kill(folder, reached, dice.uniform(0, most), with_children=number % 2 == 1)
            print(f"killed {moment}, after {waited:.1f} s: {dict(_seen(folder))}", flush=True)
            problems += [f"killed {moment}: {outlived} outlived it by {OUTLIVE_SECONDS} s"] if outlived else []
        problems += _close(folder, "started again")
        problems += _problems(folder) + _compared(_imported(folder), _imported(whole))
        if problems:
            _explain(folder)
    for problem in problems:
        print(f"WRONG: {problem}")
    print("nothing lost, nothing doubled" if not problems else f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


def _close(folder: Path, what: str) -> list[str]:
    """Let the product close its loop."""
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    done = subprocess.run(_command(), cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    print(f"{what}: closed in {time.monotonic() - started:.0f} s, exit status {done.returncode}", flush=True)
    return [] if done.returncode == 0 else [f"{what}: {done.stdout[-3000:]}{done.stderr[-3000:]}"]


def _command() -> list[str]:
    return [sys.executable, "-m", "mam_assets.cli", "demo"]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def _kill(
    folder: Path, reached: Callable[[Counter[str]], bool], more: float, *, with_children: bool
) -> tuple[float, int]:
    """Start the product and kill it ``more`` seconds after something is reached in this life of it.

    Gives how long it lived, and how many of its processes live on a while after it.
    """
    started = time.monotonic()
    tasks_before = _seen(folder)["library_snapshot"]
    with (folder / "demo.log").open("ab") as log:
        process = subprocess.Popen(_command(), cwd=folder, env=_environment(), stdout=log, stderr=log)
    while process.poll() is None and time.monotonic() - started < LATEST_SECONDS:
        seen = _seen(folder)
        if seen["library_snapshot"] > tasks_before and reached(seen):
            break
        time.sleep(0.1)
    time.sleep(more)
    family = _family(process.pid)
    for pid in [process.pid, *(family if with_children else [])]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()
    waited, killed = time.monotonic() - started, time.monotonic()
    while (outlived := sum(_lives(pid) for pid in family)) and time.monotonic() - killed < OUTLIVE_SECONDS:
        time.sleep(0.1)
    return waited, outlived


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _family(pid: int) -> list[int]:
    """Every process that came from this one and that its own descendants still own."""
    family = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            family += [int(child), *_family(int(child))]
    return family


def _state(folder: Path) -> Path:
    return folder / ".mam-assets" / "sandbox"


def _seen(folder: Path) -> Counter[str]:
    """Downloads by state and ended tasks by name, as the store has them now."""
    path = _state(folder) / "store.db"
    seen: Counter[str] = Counter()
    if not path.is_file():
        return seen
    engine = open_engine(f"sqlite:///{path}")
    try:
        with reading(engine) as connection:
            for column in (downloads.c.download_status, tasks.c.task_name):
                rows = connection.execute(sa.select(column, sa.func.count()).group_by(column))
                seen.update({str(name): int(count) for name, count in rows})
    except sa.exc.OperationalError:
        return Counter()  # its tables are just being made
    finally:
        engine.dispose()
    return seen


def _imported(folder: Path) -> set[str]:
    """Author and title of every book that was imported."""
    engine = open_engine(f"sqlite:///{_state(folder) / 'store.db'}")
    rows = download_list.download_rows(engine, ("imported",))
    engine.dispose()
    return {f"{row['author']} - {row['title']}" for row in rows}


def _compared(killed: set[str], whole: set[str]) -> list[str]:
    print(f"{len(killed)} books in the library, {len(whole)} without kills")
    return [f"not imported: {book}" for book in sorted(whole - killed)] + [
        f"imported, but not without kills: {book}" for book in sorted(killed - whole)
    ]


def _explain(folder: Path) -> None:
    """What the ledgers hold of trouble."""
    engine = open_engine(f"sqlite:///{_state(folder) / 'store.db'}")
    for failure in reversed(failures.recent(engine, 100)):
        print(f"  {failure.at:%H:%M:%S} {failure.stage}: {failure.subject}: {failure.code}: {failure.message}")
    with reading(engine) as connection:
        table = provider_answers.c
        for row in connection.execute(sa.select(provider_answers).where(table.outcome.notin_(["ok", "not_found"]))):
            print(
                f"  {row.asked_at:%H:%M:%S} {row.provider} {row.question} {row.subject}: {row.outcome}: {row.problem}"
            )
    for standing in backoff.all_current(engine, datetime.now(UTC)):
        print(f"  paused: {standing}")
    engine.dispose()


def _problems(folder: Path) -> list[str]:
    """Everything that is not as it should be."""
    engine = open_engine(f"sqlite:///{_state(folder) / 'store.db'}")
    with open_sandbox(_state(folder) / "world") as box:
        rows = download_list.download_rows(engine)
        problems = _of_torrents(box, rows) + _of_library(
            box, [row for row in rows if row["download_status"] == "imported"]
        )
    books = Counter(row["book_key"] for row in rows if row["download_status"] == "imported")
    problems += [f"{key} was imported {count} times" for key, count in books.items() if count > 1]
    if not books:
        problems.append("nothing was imported")
    problems += [f"queued twice: {key}" for key in download_list.queued_twice(engine)]
    rest = {row["download_status"] for row in rows} - {"imported", "abandoned", "import_blocked"}
    problems += [f"downloads left {state}" for state in rest]
    problems += [
        f"task {task.task_name} says it is running"
        for task in task_ledger.recent(engine, 500)
        if task.status == "running"
    ]
    engine.dispose()
    print(f"{len(rows)} downloads, {sum(books.values())} imported")
    return problems + _open_runs(folder)


def _open_runs(folder: Path) -> list[str]:
    """Runs that the web UI would show as under way though nothing runs any more."""
    with closing(sqlite3.connect(_state(folder) / "dagster" / "history" / "runs.db")) as connection:
        rows = connection.execute("select pipeline_name, status from runs").fetchall()
    return [f"run of {job} is {status}" for job, status in rows if status not in ("SUCCESS", "FAILURE", "CANCELED")]


def _of_torrents(box: Sandbox, rows: list[dict[str, object]]) -> list[str]:
    adds = Counter(add["hash"] for add in box.state.read("qbittorrent_log").get("adds", []) if add["result"] == "added")
    known = {str(row["qbittorrent_hash"]) for row in rows}
    problems = [f"torrent {infohash} was added {count} times" for infohash, count in adds.items() if count > 1]
    problems += [f"torrent {infohash} is in no download" for infohash in adds.keys() - known]
    return problems + ([] if adds else ["no torrent was added"])


def _of_library(box: Sandbox, imported: list[dict[str, object]]) -> list[str]:
    problems = []
    for library in box.audiobookshelf.shelves.libraries:
        problems += [f"left behind: {path}" for path in library.folder.rglob(".*")]
    items = {book.id: book for library in box.audiobookshelf.shelves.libraries for book in library.books.values()}
    for row in imported:
        folder, item = Path(str(row["target_path"])), items.get(str(row["abs_item_id"]))
        audio = [path for path in folder.rglob("*") if path.suffix in (".m4b", ".mp3")]
        if item is None or item.is_missing or not str(folder).endswith(f"/{item.rel_path}"):
            problems.append(f"{row['title']} is not the item that the ledger names")
        if not audio or any(path.stat().st_nlink != 2 for path in audio):
            problems.append(f"{folder} is not made of links")
    paths = Counter(book.rel_path for book in items.values() if book.on_disk)
    return problems + [f"{path} is shown {count} times" for path, count in paths.items() if count > 1]


if __name__ == "__main__":
    main()
