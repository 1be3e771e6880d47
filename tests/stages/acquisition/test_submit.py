"""Submitting: each queued download reaches qBittorrent once, within the budget, or says why it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import AcquisitionPolicy, Download
from mam_assets.domain.budget import Budget
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import ReasonCode, Torrent, TorrentPhase
from mam_assets.files.torrents import read_torrent
from mam_assets.policy import DownloadSection
from mam_assets.stages.acquisition import reconcile
from mam_assets.stages.acquisition.submit import Submissions, SubmitSettings, submit
from mam_assets.stages.task_run import Tally
from mam_assets.store.ledgers import blocklist, downloads
from resources.errors import AuthError, RateLimited, Refused, ServiceError, Unavailable
from tests.support.acquisition_world import (
    ACCOUNT,
    WANTED,
    Clock,
    FakeQbit,
    FakeTracker,
    Fuse,
    Killed,
    Offer,
    new_store,
    offer,
    watch_commits,
)


@dataclass
class World:
    engine: sa.Engine
    fuse: Fuse
    clock: Clock
    tracker: FakeTracker
    qbit: FakeQbit
    settings: SubmitSettings
    budget: Budget
    tally: Tally

    def queue(self, one: Offer, book_key: str = WANTED.book_key, **more: Any) -> Download:
        self.tracker.offers.setdefault(one.release.torrent_id, one)
        return downloads.propose(
            self.engine,
            self.clock(),
            **{"book_key": book_key, "wanted": WANTED, "release": one.release, "approved": True, **more},
        ).download

    def run(self, **more: Any) -> Submissions:
        self.tally = Tally()
        return submit(
            self.engine, self.tracker, self.qbit, self.budget, self.settings, self.tally, clock=self.clock, **more
        )

    def watch(self, span: timedelta = timedelta(minutes=1)) -> None:
        """The sensor looks for so long, every half minute."""
        until = self.clock() + span
        while True:
            reconcile.tick(
                self.engine, self.qbit, AcquisitionPolicy(), lambda *_: None, Tally(), auto=True, clock=self.clock
            )
            if self.clock() >= until:
                return
            self.clock.pass_(timedelta(seconds=10))

    def row(self, number: int = 1) -> Download:
        return downloads.get(self.engine, number)


def make_world(root: Path) -> World:
    root.mkdir(exist_ok=True)
    fuse, clock = Fuse(), Clock()
    settings = SubmitSettings.of(DownloadSection(), AcquisitionPolicy())
    qbit = FakeQbit(fuse, root / "downloads", clock)
    return World(new_store(root / "store.db"), fuse, clock, FakeTracker(fuse), qbit, settings, Budget(ACCOUNT), Tally())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    yield made
    made.engine.dispose()


def infohash(one: Offer) -> str:
    return read_torrent(one.torrent).infohash


def test_a_torrent_is_added_with_category_tag_and_seeding_time(world: World) -> None:
    one = offer()
    row = world.queue(one)
    done = world.run()
    added = world.qbit.rows[infohash(one)]
    assert (added.category, added.tags) == ("mam-audiobooks", (f"mam-assets:{row.id}",))
    assert (done.bytes_added, len(done.submitted)) == (20_000, 1)
    after = world.row()
    assert (after.status, after.infohash, after.submitted_at) == (State.SUBMITTED, infohash(one), world.clock())
    assert world.tracker.asked == ["find 3", "download 3"]
    assert world.run().submitted == []


def test_the_release_is_looked_at_once_more_before_the_grab(world: World) -> None:
    gone, unseeded, dear = offer(1), offer(2), offer(3)
    for number, one in enumerate((gone, unseeded, dear)):
        world.queue(one, f"book {number}")
    del world.tracker.offers[1]
    world.tracker.offers[2] = replace(unseeded, release=replace(unseeded.release, seeders=0))
    world.settings = replace(world.settings, free_only=True)
    assert world.run().submitted == []
    assert [world.row(n).failure_code for n in (1, 2, 3)] == ["release_gone", "no_seeders", "no_longer_free"]
    assert {world.row(n).status for n in (1, 2, 3)} == {State.FAILED}
    assert blocklist.blocked(world.engine)[0] == {1}  # the other two may be fine another day
    assert world.qbit.rows == {}


def test_a_book_that_the_library_has_by_now_is_not_fetched(world: World) -> None:
    world.queue(offer())
    world.run(owned_books={WANTED.book_key})
    assert (world.row().status, world.row().failure_code) == (State.ABANDONED, "already_owned")
    assert world.tracker.asked == []


def test_the_budget_holds_and_is_asked_again_later(world: World) -> None:
    for number in (1, 2, 3):
        world.queue(offer(number), f"book {number}")
    world.budget = Budget(ACCOUNT, max_grabs_per_run=2)
    done = world.run()
    assert (len(done.submitted), len(done.waiting)) == (2, 1)
    held = world.row(3)
    assert held.status is State.QUEUED
    assert "grabs per run" in held.status_reason
    assert held.reason_code is ReasonCode.GRABS_PER_RUN
    assert world.run().waiting == []
    world.clock.pass_(timedelta(hours=1))
    assert len(world.run().submitted) == 1


def test_a_release_that_is_too_dear_does_not_stop_a_free_one(world: World) -> None:
    world.budget = Budget(replace(ACCOUNT, uploaded_bytes=0, downloaded_bytes=0), min_ratio=1.0)
    world.queue(offer(1), "dear")
    world.queue(offer(2, free=True), "free")
    done = world.run()
    assert [row.book_key for row in done.submitted] == ["free"]
    assert [verdict.code for _, verdict in done.waiting] == ["ratio"]


def test_a_torrent_that_is_there_already_is_adopted(world: World) -> None:
    one = offer()
    world.queue(one)
    world.qbit.rows[infohash(one)] = Torrent(infohash(one), "mine", "stalledUP", TorrentPhase.SEEDING, category="mine")
    done = world.run()
    assert len(done.adopted) == 1
    assert world.qbit.added == []
    assert world.qbit.rows[infohash(one)].category == "mine"


def test_two_books_of_one_torrent_do_not_add_it_twice(world: World) -> None:
    one = offer()
    world.queue(one, "a")
    world.queue(one, "b")
    world.run()
    assert world.qbit.added == [infohash(one)]
    assert (world.row(2).status, world.row(2).failure_code) == (State.ABANDONED, "same_torrent")


@pytest.mark.parametrize("error", [AuthError("mam", "x"), RateLimited("mam", "x"), Unavailable("qbittorrent", "x")])
def test_trouble_with_the_tracker_stops_the_run_and_costs_no_try(world: World, error: ServiceError) -> None:
    world.queue(offer(1), "a")
    world.queue(offer(2), "b")
    world.tracker.down = error
    done = world.run()
    assert done.stopped_by is error
    assert world.tracker.asked == ["find 1"]
    assert [(world.row(n).status, world.row(n).retry_count) for n in (1, 2)] == [(State.QUEUED, 0)] * 2
    assert {world.row(n).status_reason for n in (1, 2)} == {f"waits: {error}"}
    waits_for = ReasonCode.TRACKER_BACKOFF if error.service == "mam" else ReasonCode.SERVICE
    assert {world.row(n).reason_code for n in (1, 2)} == {waits_for}
    world.tracker.down = None
    assert len(world.run().submitted) == 2


def test_trouble_with_one_download_is_tried_again_and_does_not_stop_the_rest(world: World) -> None:
    broken = offer(1)
    world.tracker.offers[1] = replace(broken, torrent=b"<html>log in</html>")
    world.queue(broken, "a")
    world.queue(offer(2), "b")
    assert len(world.run().submitted) == 1
    for _ in range(world.settings.policy.max_retries):
        assert world.row(1).status is State.QUEUED
        assert world.run().given_up == []
        world.clock.pass_(timedelta(days=2))
        world.run()
    assert (world.row(1).status, world.row(1).failure_code) == (State.FAILED, "submit_failed")


@pytest.mark.parametrize("arrived", [True, False])
def test_a_broken_answer_is_looked_after(world: World, arrived: bool) -> None:
    one = offer()
    world.queue(one)
    if arrived:
        world.qbit.lose_answers = True
        assert len(world.run().submitted) == 1
    else:
        world.qbit.add = _refuse  # type: ignore[method-assign]
        world.run()
        assert (world.row().status, world.row().retry_count) == (State.QUEUED, 1)


def _refuse(*_: Any, **__: Any) -> None:
    raise Refused("qbittorrent", "no")


def test_what_a_person_brings_is_added_without_asking_the_tracker(world: World) -> None:
    one = offer()
    world.queue(one, "", release=None, wanted=None, torrent_file=one.torrent, infohash=infohash(one), source="manual")
    assert len(world.run().submitted) == 1
    assert world.tracker.asked == []


def test_only_the_named_downloads_are_submitted_due_or_not(world: World) -> None:
    world.queue(offer(1), "a")
    held = world.queue(offer(2), "b")
    downloads.note(world.engine, world.clock(), held, next_attempt_at=world.clock() + timedelta(days=1))
    assert [row.book_key for row in world.run(only=[held.id]).submitted] == ["b"]


def test_a_torrent_that_was_sent_and_is_listed_late_is_not_sent_again(world: World) -> None:
    one = offer()
    world.queue(one)
    world.fuse.arm(3, after=True)  # the add, after find and download
    with pytest.raises(Killed):
        world.run()
    world.fuse.arm(0, after=False)
    there, world.qbit.rows = world.qbit.rows, {}
    world.run()
    world.watch(timedelta(seconds=50))
    world.run()
    assert (world.row().status, world.qbit.added) == (State.QUEUED, [infohash(one)])
    assert "may have been added before" in world.row().status_reason
    world.qbit.rows = there
    world.watch(timedelta(0))
    assert world.row().status is State.SUBMITTED or world.row().status is State.DOWNLOADING
    assert world.qbit.added == [infohash(one)]


def test_a_torrent_that_never_arrived_is_sent_again_after_a_while(world: World) -> None:
    one = offer()
    world.queue(one)
    world.fuse.arm(3, after=False)
    with pytest.raises(Killed):
        world.run()
    world.fuse.arm(0, after=False)
    world.run()
    assert world.qbit.added == []
    world.watch()
    assert len(world.run().submitted) == 1


def test_another_download_of_a_torrent_that_was_sent_waits_too(world: World) -> None:
    one = offer()
    first = world.queue(one)
    world.run()
    downloads.step(world.engine, world.clock(), first.id, expected=State.SUBMITTED, to=State.ABANDONED)
    there, world.qbit.rows = world.qbit.rows, {}
    second = world.queue(one)
    world.run()
    assert world.row(second.id).status is State.QUEUED
    world.qbit.rows = there
    assert len(world.run().adopted) == 1
    assert world.qbit.added == [infohash(one)]


def test_death_at_any_step_and_a_new_start_add_the_torrent_once(tmp_path: Path) -> None:
    """Every question to MAM, every commit and the add itself is a step; the process dies before and after each."""

    def world_at(name: str) -> World:
        made = make_world(tmp_path / name)
        made.queue(offer(1), "a")
        made.queue(offer(2), "b")
        watch_commits(made.engine, made.fuse)
        return made

    def outcome(world: World) -> Any:
        world.watch(timedelta(0))
        rows = [(row.status, row.infohash, row.tag) for row in downloads.with_states(world.engine, *State)]
        return rows, sorted(world.qbit.added), {key: one.tags for key, one in world.qbit.rows.items()}

    whole = world_at("whole")
    whole.run()
    steps, expected = whole.fuse.burnt, outcome(whole)
    assert len(expected[1]) == 2
    assert steps >= 10
    for step in range(1, steps + 1):
        for after in (False, True):
            world = world_at(f"{step}-{after}")
            world.fuse.arm(step, after=after)
            with pytest.raises(Killed):
                world.run()
            world.fuse.arm(0, after=False)
            world.run()
            world.watch()
            world.run()
            assert outcome(world) == expected, f"died {'after' if after else 'before'} step {step}"
            world.engine.dispose()
    whole.engine.dispose()
