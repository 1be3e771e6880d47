"""One run of the import takes along what finishes while it runs, and ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import AcquisitionPolicy, Download
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import Torrent, TorrentPhase
from mam_assets.files.torrents import read_torrent
from mam_assets.policy import ImportSection
from mam_assets.stages.acquisition import reconcile
from mam_assets.stages.importing.batch import import_rounds
from mam_assets.stages.importing.results import Imports
from mam_assets.stages.importing.target import ImportSettings, LibraryTarget
from mam_assets.stages.task_run import Tally, utc_now
from mam_assets.store.ledgers import downloads
from tests.support.acquisition_world import WANTED, Clock, FakeAbs, FakeQbit, Fuse, book, new_store, offer


class World:
    def __init__(self, root: Path) -> None:
        fuse = Fuse()
        for name in ("downloads", "library"):
            (root / name).mkdir()
        self.engine: sa.Engine = new_store(root / "store.db")
        self.qbit = FakeQbit(fuse, root / "downloads", Clock())
        self.abs = FakeAbs(root / "library", fuse)
        target = LibraryTarget("lib", "Books", root / "library")
        self.settings = ImportSettings(target, ImportSection().folder, visible_within=timedelta(seconds=5))
        self.offers = {n: offer(n, {f"Book {n}.m4b": book(f"Book {n}")}, f"Book {n}") for n in (1, 2, 3)}
        self.looks = 0

    def downloading(self, number: int) -> Download:
        one = self.offers[number]
        infohash = read_torrent(one.torrent).infohash
        wanted = replace(WANTED, book_key=f"book {number}", title=f"Book {number}", series=())
        made = downloads.propose(
            self.engine, utc_now(), book_key=wanted.book_key, wanted=wanted, release=one.release, approved=True,
            infohash=infohash,
        ).download  # fmt: skip
        self.qbit.rows[infohash] = Torrent(
            infohash, "x", "downloading", TorrentPhase.DOWNLOADING, save_path=str(self.qbit.save_path)
        )
        how = {"expected": State.QUEUED, "to": State.DOWNLOADING, "submitted_at": utc_now()}
        return downloads.step(self.engine, utc_now(), made.id, **how)  # type: ignore[arg-type]

    def finish(self, number: int) -> None:
        one = self.offers[number]
        self.qbit.complete(read_torrent(one.torrent).infohash, one.files)

    def look(self) -> None:
        """As the sensor; and at every look one more download has just finished."""
        self.looks += 1
        if self.looks in self.offers:
            self.finish(self.looks)
        reconcile.tick(self.engine, self.qbit, AcquisitionPolicy(), lambda *_: None, Tally(), auto=True)

    def run(self, tally: Tally | None = None) -> Imports:
        return import_rounds(self.engine, self.qbit, self.abs, self.settings, self.look, tally or Tally())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.engine.dispose()


def test_what_finishes_meanwhile_is_imported_by_the_same_run(world: World) -> None:
    rows = [world.downloading(number) for number in (1, 2, 3)]
    tally = Tally()
    done = world.run(tally)
    assert [row.id for row in done.imported] == [row.id for row in rows]
    assert (tally.figures["imported"], tally.succeeded) == (3, 3)
    assert world.looks == 4  # the last one found nothing more


def test_a_round_that_brings_nothing_in_is_the_last(world: World) -> None:
    row = world.downloading(1)
    world.abs.down = True
    done = world.run()
    assert (done.imported, [one.id for one in done.waiting]) == ([], [row.id])
    assert world.looks == 1


def test_qbittorrent_in_trouble_ends_the_run_and_is_counted(world: World) -> None:
    world.downloading(1)
    world.qbit.down = True
    tally = Tally()
    assert world.run(tally).imported == []
    assert [failure.service for failure in tally.failures] == ["qbittorrent"]
