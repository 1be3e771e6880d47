"""SIGKILL at every numbered step of submitting and importing: started again, the end is always the same.

The process that dies is a real one, with the real clients, a store on disk and the sandbox as its world.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import Download
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release as Found
from mam_assets.domain.model.release import Wanted
from mam_assets.domain.paths import mapped
from mam_assets.files.linking import STAGING_PREFIX
from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.sandbox.world.release import Release
from mam_assets.settings import parse_path_map
from mam_assets.stages.manual import actions
from mam_assets.stages.task_run import utc_now
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.ledgers import downloads, import_files
from tests.support.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")]

SUBMITTING, IMPORTING = "mam_assets.stages.acquisition.submit", "mam_assets.stages.importing.run"
PLACING, LEDGER = "mam_assets.stages.importing.placement", "mam_assets.store.ledgers.downloads"
SOURCES, IMPORT_LEDGER = "mam_assets.stages.importing.sources", "mam_assets.stages.importing.ledger"
MAM = "resources.myanonamouse.client:MamClient"
QBITTORRENT = "resources.qbittorrent.client:QbitClient"
AUDIOBOOKSHELF = "resources.audiobookshelf.client:AbsClient"

# Step of the module's own list → the call at which the process dies (owner, name, before or after, which call).
SUBMIT = {
    "1 MAM is to be asked": (MAM, "find", "before", 1),
    "1 MAM was asked": (MAM, "find", "after", 1),
    "2 the budget allows it": (SUBMITTING, "first_look", "after", 1),
    "3 the torrent is to be fetched": (MAM, "download", "before", 1),
    "3 the torrent was fetched": (MAM, "download", "after", 1),
    "4 the intent is to be committed": (LEDGER, "record_intent", "before", 1),
    "4 the intent is committed": (LEDGER, "record_intent", "after", 1),
    "5 qBittorrent was asked": (SUBMITTING, "_is_there", "after", 1),
    "6 the budget allows its own size": (SUBMITTING, "last_look", "after", 1),
    "7 the torrent is to be added": (QBITTORRENT, "add", "before", 1),
    "7 the torrent was added": (QBITTORRENT, "add", "after", 1),
    "8 the step is to be recorded": (LEDGER, "_event", "before", 1),
    "8 the step is recorded": (SUBMITTING, "_submitted", "after", 1),
}
IMPORT = {
    "1 importing is to be written": (LEDGER, "step", "before", 1),
    "1 importing is written": (LEDGER, "step", "after", 1),
    "2 the torrent was asked for": (SOURCES, "ask_torrent", "after", 1),
    "3 the files were found": (SOURCES, "check_sources", "after", 1),
    "4 tags were read": (SOURCES, "read_tags", "after", 1),
    "5 the book is planned": (IMPORTING, "plan_book", "after", 1),
    "5 the target was looked at": (IMPORTING, "check_target", "after", 1),
    "6 what will be staged is written down": ("mam_assets.store.ledgers.import_files", "record", "after", 1),
    "6 files are linked, metadata is not written": (PLACING, "_write_metadata", "before", 1),
    "6 all is staged": (IMPORTING, "stage_files", "after", 1),
    "7 files are recorded, not committed": ("mam_assets.store.ledgers.import_files", "record", "after", 2),
    "7 staged is to be written": (LEDGER, "note", "after", 1),
    "8 to be renamed": (IMPORTING, "move_into_place", "before", 1),
    "8 folders above the target are made": ("mam_assets.files.linking", "make_folders", "after", 2),
    "8 renamed": (IMPORTING, "move_into_place", "after", 1),
    "9 placed is to be written": (LEDGER, "note", "before", 2),
    "9 placed is written": (LEDGER, "note", "after", 2),
    "10 a scan was asked for": (AUDIOBOOKSHELF, "scan", "after", 1),
    "10 the book is shown": (IMPORTING, "await_listing", "after", 1),
    "11 series and authors are to be set": (IMPORTING, "corrections_of", "before", 1),
    "11 series and authors are set": (f"{IMPORTING}:_Orchestrator", "_confirm", "after", 1),
    "11 metadata is taken back": (IMPORTING, "take_back", "after", 1),
    "11 taken back, the ledger does not know": ("mam_assets.store.ledgers.import_files", "mark_removed", "before", 1),
    "12 imported is written, not committed": (IMPORT_LEDGER, "next_mapped", "before", 1),
    "12 imported": ("mam_assets.stages.task_run:Tally", "succeed", "before", 1),
}
ON_POSTGRES = ("4 the intent is committed", "6 the torrent was added", "7 staged is to be written", "8 renamed")


@dataclass
class World:
    """A sandbox, and for each database a store whose downloads come and go."""

    box: Sandbox
    folder: Path
    nursery: subprocess.Popen[str]
    releases: Iterator[Release]
    stores: dict[str, sa.Engine] = field(default_factory=dict)

    def bear(self, store: str, work: str, die: tuple[str, str, str, int] | None = None) -> int:
        """Let a process do the work; its exit status (-9: killed)."""
        order = {
            "work": work,
            "die": die,
            "store": self.stores[store].url.render_as_string(hide_password=False),
            "state_dir": str(self.folder),
            "env": self.box.environment(),
        }
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())

    def queue(self, store: str) -> tuple[Download, Release]:
        """A queued download of a release that nobody has had yet."""
        one = next(self.releases)
        series = tuple(SeriesRef(name, "" if "-" in place else place.lstrip("0")) for name, place in one.series)
        wanted = Wanted(f"{store} {one.release_id}", one.book_title, one.authors, series)
        release = Found(one.release_id, one.title, one.authors, one.narrators, size_bytes=one.size_bytes, seeders=5)
        made = downloads.propose(
            self.stores[store],
            utc_now(),
            book_key=wanted.book_key,
            wanted=wanted,
            release=release,
            approved=True,
        )
        return made.download, one

    def go_on(self, store: str, number: int) -> Download:
        """What a new start does, again and again, until the download rests."""
        deadline = time.monotonic() + 30
        while True:
            row = downloads.get(self.stores[store], number)
            if row.status in (State.IMPORTED, State.ABANDONED, State.IMPORT_BLOCKED):
                return row
            assert time.monotonic() < deadline, row
            work = {State.QUEUED: "submit", State.COMPLETED: "import", State.IMPORTING: "import"}.get(row.status)
            if work:
                assert self.bear(store, work) == 0
            assert self.bear(store, "look") == 0

    def until_completed(self, store: str, number: int) -> None:
        assert self.bear(store, "submit") == 0
        deadline = time.monotonic() + 30
        while downloads.get(self.stores[store], number).status is not State.COMPLETED:
            assert time.monotonic() < deadline
            assert self.bear(store, "look") == 0

    def torrents_files(self, number: int, store: str) -> list[Path]:
        """What lies on the disk of a download's torrent."""
        theirs = downloads.get(self.stores[store], number).content_path
        root = Path(mapped(theirs, parse_path_map(self.box.environment()["DOWNLOAD_PATH_MAP"])))
        return sorted(path for path in [root, *root.rglob("*")] if path.is_file())

    def log(self, service: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.box.urls[service]}/_sandbox/log") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def prove_one_end(self, store: str, row: Download, release: Release) -> None:
        """One torrent, one import, one item, nothing left lying about."""
        engine = self.stores[store]
        infohash = self.box.torrents.infohash(release.release_id)
        adds = [add["result"] for add in self.log("qbittorrent")["adds"] if add["hash"] == infohash]
        assert adds == ["added"]
        assert (row.status, row.abs_import_status, row.infohash) == (State.IMPORTED, "confirmed", infohash)
        assert [one.id for one in downloads.with_states(engine, *State) if one.book_key == row.book_key] == [row.id]
        reached = [event.to_status for event in downloads.events(engine, row.id)]
        assert [reached.count(state) for state in ("queued", "submitted", "imported")] == [1, 1, 1]
        library = self.box.audiobookshelf.shelves.libraries[0]
        assert [path for path in library.folder.rglob("*") if path.name.startswith(".")] == []
        assert not list(library.folder.rglob(f"{STAGING_PREFIX}*"))
        rel_path = str(Path(row.target_path).relative_to(library.folder))
        items = [book.id for book in library.books.values() if book.rel_path == rel_path]
        assert items == [row.abs_item_id]
        recorded = [file for file in import_files.of_download(engine, row.id) if file.method != "folder"]
        there = {str(path) for path in Path(row.target_path).rglob("*") if path.is_file()}
        assert {file.target_path for file in recorded} == there
        assert len(recorded) == len(there)
        for file in recorded:
            assert file.method == "written" or os.path.samefile(file.source_path, file.target_path)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("crash")
    command = [sys.executable, str(Path(__file__).with_name("nursery.py"))]
    with open_sandbox(folder / "world", speed=60) as box:
        nursery = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            found = World(box, folder, nursery, _one_per_book(box))
            yield found
        finally:
            nursery.terminate()
            nursery.communicate(timeout=10)
            for engine in found.stores.values():
                engine.dispose()


def _one_per_book(box: Sandbox) -> Iterator[Release]:
    books = set()
    for release in box.torrents.releases.values():
        if release.decoy or not release.seeders or release.layout == "hostile" or release.book_title in books:
            continue
        books.add(release.book_title)
        yield release


@pytest.fixture
def opened(world: World, request: pytest.FixtureRequest) -> Callable[[str], World]:
    """The world with a store in the named database."""

    def open_(name: str) -> World:
        if name not in world.stores:
            ours = f"sqlite:///{world.folder / 'store.db'}"
            world.stores[name] = open_engine(ours if name == "sqlite" else request.getfixturevalue("module_pg_url"))
            upgrade(world.stores[name])
        return world

    return open_


def cases(points: dict[str, tuple[str, str, str, int]]) -> list[Any]:
    everywhere = [pytest.param("sqlite", step, id=step) for step in points]
    chosen = [step for step in points if step in ON_POSTGRES]
    marked = pytest.mark.postgres
    return everywhere + [pytest.param("postgres", step, id=f"{step}, PostgreSQL", marks=marked) for step in chosen]


@pytest.mark.parametrize(("store", "step"), cases(SUBMIT))
def test_killed_while_submitting(opened: Callable[[str], World], store: str, step: str) -> None:
    world = opened(store)
    row, release = world.queue(store)
    assert world.bear(store, "submit", SUBMIT[step]) == -9
    world.prove_one_end(store, world.go_on(store, row.id), release)


@pytest.mark.parametrize(("store", "step"), cases(IMPORT))
def test_killed_while_importing(opened: Callable[[str], World], store: str, step: str) -> None:
    world = opened(store)
    row, release = world.queue(store)
    world.until_completed(store, row.id)
    assert world.bear(store, "import", IMPORT[step]) == -9
    world.prove_one_end(store, world.go_on(store, row.id), release)


@pytest.mark.parametrize("step", [step for step in IMPORT if step[0] in "678" and step != "8 renamed"])
def test_killed_while_importing_and_then_given_up(opened: Callable[[str], World], step: str) -> None:
    """Nobody goes on with the staging folder of a rejected download: the next import clears it. The torrent stays."""
    world = opened("sqlite")
    engine, library = world.stores["sqlite"], world.box.audiobookshelf.shelves.libraries[0].folder
    before = {path for path in library.rglob("*") if not path.name.startswith(STAGING_PREFIX)}
    row, _ = world.queue("sqlite")
    world.until_completed("sqlite", row.id)
    assert world.bear("sqlite", "import", IMPORT[step]) == -9
    torrent = [(path, path.stat().st_size) for path in world.torrents_files(row.id, "sqlite")]
    downloads.step(engine, utc_now(), row.id, expected=State.IMPORTING, to=State.IMPORT_BLOCKED, reason="looked odd")
    actions.reject(engine, row.id, utc_now())
    assert world.bear("sqlite", "import") == 0
    assert set(library.rglob("*")) == before
    recorded = [file for file in import_files.of_download(engine, row.id) if file.method != "folder"]
    assert not any(Path(file.target_path).exists() for file in recorded)
    assert torrent == [(path, path.stat().st_size) for path in world.torrents_files(row.id, "sqlite")]
    assert torrent


def test_the_steps_are_those_that_the_modules_list() -> None:
    """A step that is added to a module's list must be killed here too."""
    from mam_assets.stages.acquisition import submit
    from mam_assets.stages.importing import run

    for module, points in ((submit, SUBMIT), (run, IMPORT)):
        listed = [line.split(".")[0] for line in (module.__doc__ or "").splitlines() if line[:1].isdigit()]
        assert sorted({step.split()[0] for step in points}, key=int) == listed
