"""The product between real parts: qbittorrent-nox, a tracker and a seeder of its own, all of it on loopback.

MAM is the sandbox's, but hands out torrents of the real tracker. So is Audiobookshelf, unless AUDIOBOOKSHELF_DIR names
a checkout of the real one.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from mam_assets import definitions
from mam_assets.domain.acquisition import Download
from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.download import DownloadState
from mam_assets.domain.model.library import SeriesRef
from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.audiobookshelf.app import Audiobookshelf
from mam_assets.sandbox.audiobookshelf.server import ADMIN
from mam_assets.sandbox.myanonamouse import app
from mam_assets.sandbox.myanonamouse.account import SEED
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.facts import LIBRARY, World, stable_uuid
from mam_assets.sandbox.world.release import Release
from mam_assets.sandbox.world.torrents import Torrents
from mam_assets.settings import Settings, load_settings
from mam_assets.store import mappers
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import downloads
from resources.definitions import resource_defs
from sensors.acquisition import acquisition
from tests.support.library_server import WHY_NOT, LibraryServer
from tests.support.real_parts import skip_without
from tests.support.swarm import HOST, PASSWORD, PROGRAM, Made, Nox, Peer, Tracker, make_torrent

PROVIDERS = ("GOODREADS_URL", "AUDIBLE_URL", "AUDNEXUS_URL", "HARDCOVER_URL", "GOOGLE_BOOKS_URL")
HOURS = 8
WORLD = World("real", (), (), {LIBRARY: stable_uuid("library", LIBRARY)})


class RealTorrents(Torrents):
    """A tracker's torrents that were really made, instead of the sandbox's own."""

    def __init__(self) -> None:
        super().__init__({})
        self.made: dict[int, Made] = {}

    def offer(self, release: Release, torrent: Made) -> None:
        self.releases = {**self.releases, release.release_id: release}
        self.made[release.release_id] = torrent
        self._by_infohash = {}

    def torrent(self, release_id: int, base_url: str = "") -> bytes:
        return self.made[release_id].data

    def infohash(self, release_id: int) -> str:
        return self.made[release_id].infohash


class Real:
    """The product, its folders and the parts around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        self.seen_as = folder / "as-qbittorrent-calls-it"  # qBittorrent knows the folder by another path
        self.seen_as.symlink_to(self.downloads)
        self.payloads = folder / "seeder"
        self.tracker, self.seeder = Tracker(), Peer()
        self.nox = Nox(folder / "profile", self.seen_as)
        self.torrents = RealTorrents()
        self.handles: dict[str, Any] = {}
        self.books: list[MissingBook] = []
        self.number = 100
        self.shown: Callable[[], list[str]] = list  # folders of the books that Audiobookshelf lists

    def start(self, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
        stack.callback(self.tracker.stop)
        stack.callback(self.seeder.stop)
        stack.callback(self.nox.stop)
        self.nox.configure()
        self.nox.start()
        environment = {
            **self._start_library(stack),
            "QB_HOST": HOST,
            "QB_PORT": str(self.nox.port),
            "QB_USERNAME": "admin",
            "QB_PASSWORD": PASSWORD,
            "MAM_ID": SEED,
            "DOWNLOAD_PATH_MAP": f"{self.seen_as}={self.downloads}",
            "MAM_STATE_DIR": str(self.folder / "state"),
            "MAM_ASSETS_CONFIG": str(self.folder / "policy.toml"),
            **dict.fromkeys(PROVIDERS, f"http://{HOST}:9"),  # nobody answers there, and nobody asks
        }
        (self.folder / "policy.toml").write_text(SANDBOX_POLICY, "utf-8")
        monkeypatch.chdir(self.folder)
        for name in Settings.names():
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        self.monkeypatch = monkeypatch
        self.stack = stack
        self.engine: sa.Engine = open_engine(load_settings(self.folder).store_url)
        upgrade(self.engine)
        stack.callback(self.engine.dispose)

    def _start_library(self, stack: ExitStack) -> dict[str, str]:
        """Start the server that shows the books; the settings that point at it."""
        if not WHY_NOT:
            server = LibraryServer(self.folder / "audiobookshelf", self.folder / "library")
            server.start()
            stack.callback(server.stop)
            self.library = server.folders[0]
            self.shown = lambda: sorted(server.items())
            return {"ABS_URL": server.url, "ABS_TOKEN": server.token, "LIBRARY_PATH_MAP": ""}
        shelf = Audiobookshelf(WORLD, State(), self.folder / "library", Faults(), 20.0)
        library = shelf.shelves.libraries[0]
        self.library = library.folder
        self.shown = lambda: sorted(book.rel_path for book in library.books.values())
        return {
            "ABS_URL": stack.enter_context(Serving(shelf.app())).url,
            "ABS_TOKEN": ADMIN.token,
            "LIBRARY_PATH_MAP": f"{library.root}={library.folder}",
        }

    # ------------------------------------------------------------------------------------------------- the world

    def open_mam(self) -> None:
        """Serve MAM with what is offered by now: its search sees no later offers."""
        serving = self.stack.enter_context(Serving(app.create_app(WORLD, torrents=self.torrents)))
        self.monkeypatch.setenv("MAM_URL", serving.url)

    def lack(self, title: str, author: str, position: str) -> str:
        """A missing book of a series; returns its key."""
        key = f"{author}|{title}".casefold()
        place = SeriesRef("The Loopback Chronicles", position)
        work = Work(f"made-up:{title}", title, authors=(author,), series=(place,), runtime_seconds=HOURS * 3600)
        self.books.append(
            MissingBook(
                key, "loopback chronicles", place.name, position, (place,), (), work,
                EntryStatus.MISSING, "", Confidence.HIGH, 5,
            )
        )  # fmt: skip
        now = datetime.now(UTC)
        derived.write(self.engine, mappers.MISSING_BOOKS, [replace(book, identified_date=now) for book in self.books])
        return key

    def offer(
        self,
        title: str,
        author: str,
        files: Mapping[str, bytes],
        *,
        name: str = "",
        seeded: bool = True,
        make: Callable[[Path, str, Mapping[str, bytes], str], Made] = make_torrent,
        **more: Any,
    ) -> Made:
        """A release on MAM, with a torrent that really exists and is really seeded (or is not)."""
        self.number += 1
        book = self.books[-1]
        torrent = make(self.payloads / str(self.number), name or next(iter(files)), files, self.tracker.url)
        release = Release(
            release_id=self.number,
            book_id=self.number,
            title=title,
            authors=(author,),
            narrators=("A Reader",),
            series=((book.series_name, book.series_number),),
            runtime_seconds=HOURS * 3600,
            size_bytes=HOURS * 3600 * 8000,
            filetype="m4b" if any(path.endswith(".m4b") for path in files) else "mp3",
            numfiles=len(files),
            seeders=9,
            free=True,
            has_mediainfo=False,
            book_title=title,
        )
        self.torrents.offer(replace(release, **more), torrent)
        if seeded:
            self.handles[torrent.infohash] = self.seeder.seed(torrent)
            self.tracker.peers[torrent.infohash] = [self.seeder.port]
        return torrent

    # ----------------------------------------------------------------------------------------------- the product

    def run(self, *names: str) -> None:
        """Materialize assets with their checks."""
        modules = definitions.MODULES
        wanted = dg.AssetSelection.assets(*names)
        result = dg.materialize(
            [*dg.load_assets_from_modules(modules), *dg.load_asset_checks_from_modules(modules)],
            selection=wanted | dg.AssetSelection.checks_for_assets(*[dg.AssetKey(name) for name in names]),
            resources=resource_defs(),
        )
        assert result.success

    def tick(self) -> list[str]:
        """One look of the acquisition sensor; the jobs that it asks for."""
        made = resource_defs()
        names = acquisition.required_resource_keys
        with dg.build_sensor_context(
            instance=dg.DagsterInstance.ephemeral(), resources={name: made[name] for name in names}
        ) as context:
            asked = acquisition(context)
        return [request.job_name or "" for request in getattr(asked, "run_requests", None) or []]

    def follow(self, done: Callable[[], bool], seconds: float = 60) -> None:
        """Do what the sensor asks for until something holds."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, [(row.title, row.status, row.status_reason) for row in self.rows()]
            for job in self.tick():
                self.run("imported_books" if job == "import_books" else "download_queue")
            self.seeder.reach_out(self.nox.peer_port)
            time.sleep(0.25)

    def rows(self) -> list[Download]:
        return downloads.with_states(self.engine, *DownloadState)

    def of_book(self, key: str) -> Download:
        """The newest download of a book."""
        return [row for row in self.rows() if row.book_key == key][-1]

    def imported(self, *keys: str) -> bool:
        return {row.book_key for row in self.rows() if row.status == "imported"} >= set(keys)


def _need_qbittorrent() -> None:
    if PROGRAM is not None:
        return
    if named := os.environ.get("QBITTORRENT_NOX"):
        pytest.fail(f"QBITTORRENT_NOX names {named}, which is no program", pytrace=False)
    skip_without("qbittorrent-nox")


@contextmanager
def _real(folder: Path) -> Iterator[Real]:
    _need_qbittorrent()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as monkeypatch:
        made = Real(folder)
        made.start(stack, monkeypatch)
        yield made


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """The product and its surroundings, shared by the tests of a module."""
    with _real(tmp_path_factory.mktemp("real")) as made:
        yield made
