"""The acquisition tick: cheap, and at rest after one look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import AcquisitionPolicy, Download
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import Torrent, TorrentPhase
from mam_assets.domain.model.release import Release
from mam_assets.policy import DownloadSection
from mam_assets.stages.acquisition.reconcile import MESSAGES_PER_TICK, Tick, acquisition_policy, tick
from mam_assets.stages.task_run import Tally
from mam_assets.store.ledgers import blocklist, downloads
from resources.errors import Unavailable
from tests.support.acquisition_world import START, WANTED, Clock, FakeQbit, Fuse, new_store

POLICY = AcquisitionPolicy()


@dataclass
class World:
    engine: sa.Engine
    clock: Clock
    qbit: FakeQbit
    left: dict[str, list[Release]]
    tally: Tally
    auto: bool = True

    def download(self, number: int, status: State = State.DOWNLOADING, **more: Any) -> Download:
        """A download in a state, with its torrent in the client."""
        infohash = f"{number:040x}"
        made = downloads.propose(
            self.engine,
            self.clock(),
            book_key=f"book {number}",
            wanted=WANTED,
            release=Release(number, "T", size_bytes=1),
            approved=True,
        ).download
        self.qbit.rows[infohash] = Torrent(
            infohash, "T", "stalledDL", TorrentPhase.STALLED, save_path="/d", content_path="/d/T"
        )
        values = {"infohash": infohash, "submitted_at": self.clock(), "last_progress_at": self.clock(), **more}
        return downloads.step(self.engine, self.clock(), made.id, expected=State.QUEUED, to=status, **values)

    def done(self, row: Download) -> None:
        self.qbit.rows[row.infohash] = replace(
            self.qbit.rows[row.infohash], progress=1.0, amount_left=0, phase=TorrentPhase.SEEDING
        )

    def tick(self) -> Tick:
        self.tally = Tally()
        self.qbit.requests.clear()
        return tick(
            self.engine, self.qbit, POLICY, self.next_release, self.tally, auto=self.auto, clock=self.clock, jitter=0.5
        )

    def next_release(self, book_key: str, tried: frozenset[int]) -> Release | None:
        return next((one for one in self.left.get(book_key, []) if one.torrent_id not in tried), None)

    def status(self, row: Download) -> State:
        return downloads.get(self.engine, row.id).status


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    made = World(new_store(tmp_path / "store.db"), clock, FakeQbit(Fuse(), tmp_path, clock), {}, Tally())
    yield made
    made.engine.dispose()


def test_with_nothing_to_expect_nothing_is_asked(world: World) -> None:
    world.tick()
    assert world.qbit.requests == []


def test_a_tick_is_one_request_and_writes_nothing_when_nothing_changed(world: World) -> None:
    for number in range(1, 40):
        world.download(number)
    world.tick()
    before = downloads.active(world.engine)
    world.clock.pass_(timedelta(seconds=5))
    found = world.tick()
    assert world.qbit.requests == ["sync"]
    assert (found.changes, downloads.active(world.engine)) == ({}, before)


def test_a_finished_torrent_is_ready_for_import_in_the_same_tick(world: World) -> None:
    row = world.download(1, State.SUBMITTED)
    world.done(row)
    found = world.tick()
    assert [one.id for one in found.to_import] == [row.id]
    assert (found.to_import[0].status, found.to_import[0].content_path) == (State.COMPLETED, "/d/T")
    assert found.to_import[0].completed_at == START


def test_an_outage_changes_nothing(world: World) -> None:
    row = world.download(1)
    world.qbit.down = True
    with pytest.raises(Unavailable):
        world.tick()
    assert world.status(row) is State.DOWNLOADING


def test_a_stalled_download_makes_way_for_the_next_candidate(world: World) -> None:
    row = world.download(1)
    world.left["book 1"] = [Release(1, "the same"), Release(2, "another")]
    world.qbit.messages[row.infohash] = "no peers"
    world.clock.pass_(timedelta(minutes=31))
    world.tick()
    stalled = downloads.get(world.engine, row.id)
    assert (stalled.status, stalled.tracker_message) == (State.STALLED, "no peers")
    world.clock.pass_(timedelta(hours=24))
    found = world.tick()
    assert world.status(row) is State.ABANDONED
    assert [(one.torrent_id, one.status) for one in found.to_submit] == [(2, State.QUEUED)]
    assert blocklist.blocked(world.engine)[0] == {1}
    assert "no peers" in blocklist.everything(world.engine)[0].message
    assert row.infohash in world.qbit.rows  # kept: it counts for the account


def test_in_review_the_next_candidate_waits_for_approval(world: World) -> None:
    world.auto = False
    world.download(1)
    world.left["book 1"] = [Release(2, "another")]
    world.clock.pass_(timedelta(hours=24))
    assert world.tick().to_submit == []
    assert [row.torrent_id for row in downloads.with_states(world.engine, State.PROPOSED)] == [2]


def test_without_another_candidate_the_book_is_free_to_be_searched(world: World) -> None:
    row = world.download(1)
    world.clock.pass_(timedelta(hours=24))
    world.tick()
    assert world.status(row) is State.ABANDONED
    assert downloads.book_keys_on_their_way(world.engine, world.clock()) == frozenset()


def test_trackers_are_asked_for_silent_torrents_alone_and_not_every_tick(world: World) -> None:
    world.download(1)
    moving = world.download(2)
    world.clock.pass_(timedelta(minutes=31))
    world.qbit.progress(moving.infohash, 0.5)
    world.tick()
    assert world.qbit.requests == ["sync", "tracker_message"]
    world.clock.pass_(timedelta(seconds=5))
    world.tick()
    assert world.qbit.requests == ["sync"]
    world.clock.pass_(timedelta(minutes=31))
    world.qbit.progress(moving.infohash, 0.6)
    world.tick()
    assert world.qbit.requests == ["sync", "tracker_message"]


def test_many_silent_torrents_are_asked_about_little_by_little(world: World) -> None:
    for number in range(1, MESSAGES_PER_TICK * 2):
        world.download(number)
    world.clock.pass_(timedelta(minutes=31))
    world.tick()
    assert world.qbit.requests.count("tracker_message") == MESSAGES_PER_TICK


def test_when_the_tracker_refuses_us_no_release_is_blamed(world: World) -> None:
    row = world.download(1)
    world.left["book 1"] = [Release(2, "another")]
    world.qbit.messages[row.infohash] = "unrecognized host/passkey"
    world.clock.pass_(timedelta(hours=24))
    world.tick()
    after = downloads.get(world.engine, row.id)
    assert (after.status, after.retry_count) == (State.DOWNLOADING, 1)  # the same torrent is waited for again
    assert blocklist.everything(world.engine) == []


def test_the_policy_file_sets_the_pace() -> None:
    made = acquisition_policy(DownloadSection(stalled_after_hours=0.005, retry_minutes=0.05, max_retries=1))
    assert made.stalled_after == timedelta(seconds=18)
    assert made.notice_after == timedelta(seconds=9)
    assert (made.retry_pause, made.max_retries) == (timedelta(seconds=3), 1)


def test_the_size_of_a_magnet_link_counts_as_soon_as_it_is_known(world: World) -> None:
    infohash = "ab" * 20
    made = downloads.propose(
        world.engine, world.clock(), book_key="", wanted=None, release=None, title="Emma", approved=True,
        infohash=infohash, magnet=f"magnet:?xt=urn:btih:{infohash}",
    ).download  # fmt: skip
    downloads.step(world.engine, world.clock(), made.id, expected=State.QUEUED, to=State.SUBMITTED)
    world.qbit.rows[infohash] = Torrent(infohash, infohash, "metaDL", TorrentPhase.METADATA)
    world.tick()
    assert downloads.in_flight(world.engine).size_bytes == 0
    world.qbit.rows[infohash] = Torrent(
        infohash, "Emma", "downloading", TorrentPhase.DOWNLOADING, size_bytes=900, amount_left=900
    )
    world.tick()
    assert downloads.in_flight(world.engine).size_bytes == 900
    assert downloads.get(world.engine, made.id).size_bytes == 900


def test_a_release_keeps_the_size_of_its_torrent_file(world: World) -> None:
    row = world.download(5)
    world.qbit.rows[row.infohash] = replace(world.qbit.rows[row.infohash], size_bytes=900)
    world.tick()
    assert downloads.get(world.engine, row.id).size_bytes == 1  # files that a person leaves out there change nothing
