"""Acquisition and import with a real qBittorrent, a real tracker and a real seeder: torrents that really download."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from acquisition_world import ACCOUNT, WANTED, FakeAbs, FakeTracker, Fuse, Offer, book, chapter, new_store, offer
from real_torrents import PROGRAM, Client, Swarm, wait_for

from mam_assets.domain.acquisition import AcquisitionPolicy, DownloadRow
from mam_assets.domain.budget import Budget
from mam_assets.domain.model import DownloadState as State
from mam_assets.domain.model import Release
from mam_assets.policy import ImportSection
from mam_assets.stages import importing, reconciling, submitting
from mam_assets.stages.import_target import ImportSettings, LibraryTarget
from mam_assets.stages.running import Tally
from mam_assets.store import blocklist, downloads
from resources.errors import ServiceError
from resources.torrents import read_torrent

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # libtorrent 2.0's way to make a torrent, kept in 2.1
    pytest.mark.qbittorrent,
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="no qbittorrent-nox on the PATH"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    made = Client(tmp_path_factory.mktemp("qbittorrent"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    made = Swarm(tmp_path_factory.mktemp("swarm"))
    yield made
    made.stop()


@dataclass
class Installation:
    """The program's own side: a store, a library folder, and the loop that a scheduler would drive."""

    root: Path
    client: Client
    swarm: Swarm
    engine: sa.Engine
    tracker: FakeTracker
    abs: FakeAbs
    policy: AcquisitionPolicy

    def queue(self, number: int, name: str, files: Mapping[str, bytes], key: str = "", **how: object) -> DownloadRow:
        one = self.offered(number, name, files, **how)
        wanted = replace(WANTED, book_key=key or f"{self.root.name} {number}", expected_runtime_seconds=None)
        now = datetime.now(UTC)
        return downloads.propose(
            self.engine, now, book_key=wanted.book_key, wanted=wanted, release=one.release, approved=True
        ).download

    def offered(self, number: int, name: str, files: Mapping[str, bytes], **how: object) -> Offer:
        data = self.swarm.torrent(f"{self.root.name} {name}", files, **how)  # type: ignore[arg-type]
        one = replace(offer(number, files), torrent=data)
        self.tracker.offers[number] = one
        return one

    def turn(self) -> None:
        """What the sensor and the runs it asks for do."""
        qbit = self.client.open()
        try:
            found = reconciling.tick(self.engine, qbit, self.policy, self.next_release, Tally(), auto=True)
            if found.to_submit:
                how = submitting.SubmitSettings("books", "", 6 * 24 * 60, self.policy)
                submitting.submit(self.engine, self.tracker, qbit, Budget(ACCOUNT), how, Tally())
            if found.to_import:
                target = LibraryTarget("lib", "Books", self.abs.folder)
                settings = ImportSettings(target, ImportSection().folder, retries=self.policy)
                importing.import_downloads(self.engine, qbit, self.abs, settings, Tally())
        except ServiceError:
            return  # it is down; the next turn looks again

    def next_release(self, book_key: str, tried: frozenset[int]) -> Release | None:
        blocked, _ = blocklist.blocked(self.engine, [book_key])
        left = [number for number in sorted(self.tracker.offers) if number not in tried | blocked]
        return self.tracker.offers[left[0]].release if left else None

    def until(self, done: Callable[[], bool], what: str) -> None:
        def turned() -> bool:
            self.turn()
            return done()

        wait_for(turned, what)

    def row(self, number: int = 1) -> DownloadRow:
        return downloads.get(self.engine, number)

    def book(self, row: DownloadRow) -> dict[str, Path]:
        folder = Path(row.target_path)
        return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def installation(tmp_path: Path, client: Client, swarm: Swarm) -> Iterator[Installation]:
    (tmp_path / "library").mkdir()
    fuse = Fuse()
    quick = AcquisitionPolicy(
        stalled_after=timedelta(seconds=15), notice_after=timedelta(seconds=3), gone_after=timedelta(seconds=20),
        retry_pause=timedelta(seconds=1),
    )  # fmt: skip
    made = Installation(
        tmp_path,
        client,
        swarm,
        new_store(tmp_path / "store.db"),
        FakeTracker(fuse),
        FakeAbs(tmp_path / "library", fuse),
        quick,
    )
    yield made
    made.engine.dispose()


def big(seed: str, size: int = 400_000) -> bytes:
    return book(seed=seed) + os.urandom(size)


def test_one_file_many_files_and_discs_are_downloaded_and_linked(installation: Installation) -> None:
    discs = {f"CD {disc}/{track}.mp3": chapter(disc * 10 + track) for disc in (1, 2) for track in (1, 2)}
    one = installation.queue(1, "single.m4b", {"": big("1")})
    two = installation.queue(2, "folder", {**discs, "cover.jpg": b"jpg"}, "other")
    # The second goes where the first is: both are the same title, so one of them must give way.
    installation.until(lambda: installation.row(one.id).status is State.IMPORTED, "the single file is imported")
    linked = installation.book(installation.row(one.id))
    assert set(linked) == {f"{installation.root.name} single.m4b", "metadata.json"}
    source = installation.client.downloads / f"{installation.root.name} single.m4b"
    assert os.path.samefile(source, linked[source.name])
    installation.until(lambda: installation.row(two.id).status is State.IMPORT_BLOCKED, "the other is blocked")
    assert installation.row(two.id).failure_code == "target_exists"
    infohashes = [installation.row(number).infohash for number in (one.id, two.id)]
    there = installation.client.open().torrents(hashes=infohashes)
    assert {torrent.tags for torrent in there} == {("mam-assets:1",), ("mam-assets:2",)}
    assert all(torrent.category == "books" for torrent in there)


def test_a_torrent_added_by_hand_without_a_root_folder_is_adopted(installation: Installation) -> None:
    files = {f"{installation.root.name} {n}.mp3": chapter(n) for n in (1, 2)}
    row = installation.queue(1, "rootless", files)
    data = installation.tracker.offers[1].torrent
    by_hand = installation.client.open()._client
    by_hand.torrents_add(torrent_files={"torrents": data}, content_layout="NoSubfolder", category="mine")
    installation.until(lambda: installation.row(row.id).status is State.IMPORTED, "it is imported")
    found = installation.client.open().torrents(hashes=[read_torrent(data).infohash])[0]
    assert (found.category, found.content_path) == ("mine", str(installation.client.downloads))
    assert set(installation.book(installation.row(row.id))) == {*files, "metadata.json"}


def test_a_torrent_that_nobody_has_makes_way_and_the_tracker_says_why(installation: Installation) -> None:
    row = installation.queue(1, "dead.m4b", {"": big("dead")}, seeded=False)
    infohash = read_torrent(installation.tracker.offers[1].torrent).infohash
    installation.swarm.refusals[infohash] = "Unregistered torrent"
    installation.offered(2, "alive.m4b", {"": big("alive")})
    installation.until(
        lambda: any(one.status is State.IMPORTED for one in downloads.with_states(installation.engine, *State)),
        "the next candidate is imported",
    )
    given_up = installation.row(row.id)
    assert (given_up.status, given_up.failure_code) == (State.ABANDONED, "removed_from_tracker")
    assert "Unregistered torrent" in given_up.status_reason
    assert installation.client.open().torrents(hashes=[infohash])  # kept


def test_a_client_killed_in_mid_download_loses_nothing(installation: Installation) -> None:
    installation.client.open()._client.transfer_set_download_limit(limit=200_000)
    row = installation.queue(1, "slow.m4b", {"": big("slow", 1_500_000)})
    installation.until(lambda: 0.1 < installation.row(row.id).last_progress < 0.9, "it has begun")
    installation.client.kill()
    for _ in range(3):
        installation.turn()
    assert installation.row(row.id).status in (State.DOWNLOADING, State.STALLED)
    installation.client.start()
    installation.client.open()._client.transfer_set_download_limit(limit=0)
    installation.until(lambda: installation.row(row.id).status is State.IMPORTED, "it is imported")
    assert len(downloads.with_states(installation.engine, *State)) == 1
    name = f"{installation.root.name} slow.m4b"
    content = installation.tracker.offers[1].files[""]
    assert installation.book(installation.row(row.id))[name].read_bytes() == content
