"""The guards through the stages, as a submission run asks them: figures of the account, the ledger's downloads on their
way, and what the torrents really weigh. The ratio after a grab is never below the minimum, whatever is free."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import Torrent, TorrentPhase
from mam_assets.domain.model.release import Account, Release
from mam_assets.files.torrents import read_torrent
from mam_assets.policy import BudgetSection, DownloadSection
from mam_assets.stages.acquisition import propose
from mam_assets.stages.acquisition.submit import Submissions, SubmitSettings, submit
from mam_assets.stages.task_run import Tally
from mam_assets.store.ledgers import downloads
from tests.support.acquisition_world import WANTED, Clock, FakeQbit, FakeTracker, Fuse, Offer, new_store, torrent_bytes

GIB = 1024**3
SETTINGS = SubmitSettings.of(DownloadSection(), AcquisitionPolicy())
WELL = Account(uploaded_bytes=100 * GIB, downloaded_bytes=10 * GIB, unsatisfied_limit=150)


class World:
    """A store, a tracker and a torrent client that forget nothing."""

    def __init__(self, folder: Path) -> None:
        self.engine: sa.Engine = new_store(folder / "store.db")
        fuse, self.clock = Fuse(), Clock()
        self.tracker = FakeTracker(fuse)
        self.qbit = FakeQbit(fuse, folder / "downloads", self.clock)

    def queue(self, number: int, size: int, listed: int | None = None, *, free: bool = False) -> int:
        """A queued download of a torrent of ``size`` bytes that MAM lists with ``listed``."""
        release = Release(number, f"Book {number}", size_bytes=size if listed is None else listed, seeders=3, free=free)
        data = torrent_bytes(f"book {number}", {"book.m4b": size})
        self.tracker.offers[number] = Offer(release, data, {})
        return downloads.propose(
            self.engine, self.clock(), book_key=f"b{number}", wanted=WANTED, release=release, approved=True
        ).download.id

    def step(self, number: int, to: State, **values: Any) -> None:
        row = downloads.get(self.engine, number)
        downloads.step(self.engine, self.clock(), number, expected=row.status, to=to, **values)

    def submit(self, account: Account, **section: Any) -> Submissions:
        rules = BudgetSection.model_validate({"max_grabs_per_run": 99, "unsatisfied_buffer": 0, **section})
        budget = propose.budget_of(self.engine, account, rules, None, now=self.clock())
        return submit(self.engine, self.tracker, self.qbit, budget, SETTINGS, Tally(), clock=self.clock)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.engine.dispose()


# A torrent's bytes hold 20 for each 16 KiB piece, so what is drawn here is small; the figures of the account fit.
SIZE = st.integers(200_000, 2_000_000)
JOB = st.tuples(SIZE, st.floats(0.5, 1.2), st.booleans())
MOVING = st.tuples(SIZE, st.sampled_from([State.SUBMITTED, State.DOWNLOADING, State.STALLED]), st.floats(0, 0.99))


@settings(max_examples=100)
@given(
    uploaded=st.integers(500_000, 6_000_000),
    downloaded=st.integers(0, 1_000_000),
    min_ratio=st.sampled_from([1.0, 1.1, 1.5]),
    unsatisfied=st.integers(0, 5),
    limit=st.integers(3, 20),
    jobs=st.lists(JOB, min_size=1, max_size=6),
    moving=st.lists(MOVING, max_size=2),
)
def test_the_ratio_and_the_slots_hold_through_the_stages(
    uploaded: int,
    downloaded: int,
    min_ratio: float,
    unsatisfied: int,
    limit: int,
    jobs: list[tuple[int, float, bool]],
    moving: list[tuple[int, State, float]],
) -> None:
    """Counted from outside: by what each torrent in qBittorrent really weighs, not by what any budget says."""
    account = Account(
        uploaded_bytes=uploaded,
        downloaded_bytes=downloaded,
        unsatisfied_count=unsatisfied,
        unsatisfied_limit=limit,
    )
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for number, (size, state, progress) in enumerate(moving, 1):
            identity = world.queue(number, size)
            world.step(identity, state, last_progress=progress, infohash=f"{number:040x}", submitted_at=world.clock())
        for number, (size, listed, free) in enumerate(jobs, 100):
            world.queue(number, size, round(size * listed), free=free)
        world.submit(account, min_ratio=min_ratio)
        world.submit(account, min_ratio=min_ratio)  # again, with figures that have not moved
        world.engine.dispose()
        added = {number: read_torrent(offer.torrent) for number, offer in world.tracker.offers.items()}
        paid = sum(
            info.total_size
            for number, info in added.items()
            if info.infohash in world.qbit.added and not world.tracker.offers[number].release.free
        )
        on_their_way = sum(size for size, _, _ in moving)
        if paid:
            assert Decimal(uploaded) >= Decimal(str(min_ratio)) * (downloaded + on_their_way + paid)
        if world.qbit.added:
            assert unsatisfied + len(moving) + len(world.qbit.added) <= limit


def test_a_torrent_that_is_larger_than_mam_says_is_not_added(world: World) -> None:
    world.queue(1, 900_000, listed=400_000)
    done = world.submit(Account(uploaded_bytes=500_000, unsatisfied_limit=20), min_ratio=1.0)
    assert world.qbit.added == []
    assert [verdict.code for _, verdict in done.waiting] == ["ratio"]
    assert downloads.get(world.engine, 1).status is State.QUEUED


def test_what_has_just_finished_still_counts(world: World) -> None:
    """The tracker's figures are older than the torrent's end: it is in neither of them."""
    world.queue(1, 600_000)
    world.step(1, State.SUBMITTED, infohash="1" * 40, submitted_at=world.clock())
    world.step(1, State.COMPLETED, completed_at=world.clock())
    world.queue(2, 500_000)
    before = Account(uploaded_bytes=1_000_000, unsatisfied_limit=1, counted_at=world.clock() - timedelta(minutes=30))
    assert [verdict.code for _, verdict in world.submit(before, min_ratio=1.0).waiting] == ["unsatisfied_slots"]
    before = replace(before, unsatisfied_limit=9)
    world.clock.pass_(timedelta(hours=2))
    before = replace(before, counted_at=world.clock() - timedelta(hours=5))  # an old summary reaches back an hour only
    assert len(world.submit(before, min_ratio=1.0).submitted) == 1


def test_what_was_given_up_may_still_be_fetched(world: World) -> None:
    """Its torrent lies unfinished in qBittorrent: when somebody seeds it again, it costs ratio after all."""
    world.queue(1, 600_000)
    world.step(1, State.SUBMITTED, infohash="1" * 40, submitted_at=world.clock())
    world.step(1, State.FAILED, failure_code="stalled")
    world.queue(2, 500_000)
    account = Account(uploaded_bytes=1_000_000, unsatisfied_limit=20)
    assert [verdict.code for _, verdict in world.submit(account, min_ratio=1.0).waiting] == ["ratio"]
    world.step(1, State.ABANDONED, failure_code="removed_in_qbittorrent")
    world.clock.pass_(timedelta(hours=2))
    assert len(world.submit(account, min_ratio=1.0).submitted) == 1


def test_a_torrent_that_an_earlier_run_added_is_counted_before_another_is_afforded(world: World) -> None:
    """The earlier run died after the add; its download is younger than the one that waits."""
    world.queue(1, 500_000)
    world.queue(2, 600_000)
    data = world.tracker.offers[2].torrent
    infohash = read_torrent(data).infohash
    downloads.record_intent(world.engine, world.clock(), 2, infohash=infohash, torrent_file=data, size_bytes=600_000)
    world.qbit.rows[infohash] = Torrent(infohash, "book 2", "downloading", TorrentPhase.DOWNLOADING)
    done = world.submit(Account(uploaded_bytes=1_000_000, unsatisfied_limit=20), min_ratio=1.0)
    assert [row.id for row in done.adopted] == [2]
    assert [(row.id, verdict.code) for row, verdict in done.waiting] == [(1, "ratio")]
    assert world.qbit.added == []
