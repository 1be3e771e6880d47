"""Acquisition as a whole, driven at random: events, outages, restarts, deaths at any step, a person's hand.

Whatever happens: one active download a book, no torrent added twice, no book imported that is not whole, nothing that
is complete is lost, and once the world is well again everything comes to an end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.domain.budget import Budget
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import TorrentPhase
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release
from mam_assets.files.torrents import read_torrent
from mam_assets.policy import ImportSection
from mam_assets.stages.acquisition import reconcile
from mam_assets.stages.acquisition import submit as submitting
from mam_assets.stages.importing import run as importing
from mam_assets.stages.importing.target import ImportSettings, LibraryTarget
from mam_assets.stages.manual import actions
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import reading
from mam_assets.store.errors import StoreError
from mam_assets.store.ledgers import blocklist, downloads
from mam_assets.store.tables import download_books
from resources.errors import ServiceError, Unavailable
from tests.support.acquisition_world import (
    ACCOUNT,
    WANTED,
    Clock,
    FakeAbs,
    FakeQbit,
    FakeTracker,
    Fuse,
    Killed,
    Offer,
    book,
    new_store,
    offer,
    watch_commits,
)

# Fewer looks for the same watch; and this client may list late for longer than any real one does.
POLICY = AcquisitionPolicy(watch_gap=timedelta(minutes=5), settled_after=timedelta(minutes=10))
TITLES = ("The Great Hunt", "The Dragon Reborn")
BOOKS = {
    title: replace(WANTED, book_key=title, title=title, series=(SeriesRef("The Wheel of Time", str(n)),))
    for n, title in enumerate(TITLES, start=2)
}
OFFERS: dict[int, Offer] = {
    n: offer(
        n, {f"{TITLES[n % 2]}/{n}.m4b": book(TITLES[n % 2], seed=str(n)), f"{TITLES[n % 2]}/c.jpg": b"j"}, TITLES[n % 2]
    )
    for n in range(10, 16)
}
CONTENT = {read_torrent(one.torrent).infohash: one.files for one in OFFERS.values()}
GIVEN_UP_FOR_GOOD = {"rejected_by_hand", "wrong_book", "same_torrent", "already_owned"}

UNFINISHED = [phase for phase in TorrentPhase if phase is not TorrentPhase.SEEDING]

deaths = st.none() | st.tuples(st.integers(1, 12), st.booleans())
some = st.integers(0, 5)  # which of the torrents that are there


class Acquisition(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="acquisition-"))
        (self.root / "library").mkdir()
        self.fuse, self.clock = Fuse(), Clock()
        self.engine = new_store(self.root / "store.db")
        watch_commits(self.engine, self.fuse)
        self.tracker = FakeTracker(self.fuse, list(OFFERS.values()))
        self.qbit = FakeQbit(self.fuse, self.root / "downloads", self.clock)
        self.abs = FakeAbs(self.root / "library", self.fuse)
        self.removals: Counter[str] = Counter()
        self.import_settings = ImportSettings(
            LibraryTarget("lib", "Books", self.root / "library"),
            ImportSection().folder,
            visible_within=timedelta(seconds=5),
            retries=POLICY,
        )

        for title in TITLES:
            self.propose(title)

    # ------------------------------------------------------------------------------------------ the program's own

    @rule(title=st.sampled_from(TITLES))
    def wants(self, title: str) -> None:
        self.propose(title)

    @rule()
    def all_goes_well_for_a_while(self) -> None:
        self.submit(None)
        self.tick(None)
        self.import_(None)

    def propose(self, title: str) -> None:
        wanted = BOOKS[title]
        if any(row.book_key == title and row.status is State.IMPORTED for row in self.rows()):
            return
        release = self.next_release(title, frozenset())
        if release is not None:
            downloads.propose(self.engine, self.clock(), book_key=title, wanted=wanted, release=release, approved=True)

    @rule(death=deaths)
    def ticks(self, death: tuple[int, bool] | None) -> None:
        self.tick(death)

    def tick(self, death: tuple[int, bool] | None) -> None:
        self.run(
            death,
            lambda tally: reconcile.tick(
                self.engine, self.qbit, POLICY, self.next_release, tally, auto=True, clock=self.clock, jitter=0.3
            ),
        )

    @rule(death=deaths)
    def submits(self, death: tuple[int, bool] | None) -> None:
        self.submit(death)

    def submit(self, death: tuple[int, bool] | None) -> None:
        how = submitting.SubmitSettings("books", "", 6 * 24 * 60, POLICY)
        self.run(
            death,
            lambda tally: submitting.submit(
                self.engine, self.tracker, self.qbit, Budget(ACCOUNT), how, tally, clock=self.clock
            ),
        )

    @rule(death=deaths)
    def imports(self, death: tuple[int, bool] | None) -> None:
        self.import_(death)

    def import_(self, death: tuple[int, bool] | None) -> None:
        self.run(
            death,
            lambda tally: importing.import_downloads(
                self.engine, self.qbit, self.abs, self.import_settings, tally, clock=self.clock, sleep=self.clock.sleep
            ),
        )

    def run(self, death: tuple[int, bool] | None, work: Callable[[Tally], Any]) -> None:
        if death:
            self.fuse.arm(death[0], after=death[1])
        with suppress(Killed, ServiceError):
            work(Tally())
        self.fuse.arm(0, after=False)

    def next_release(self, book_key: str, tried: frozenset[int]) -> Release | None:
        ids, _ = blocklist.blocked(self.engine, [book_key])
        taken = tried | ids | downloads.active_torrent_ids(self.engine)
        left = [one.release for n, one in sorted(OFFERS.items()) if one.release.title == book_key and n not in taken]
        return left[0] if left else None

    # ---------------------------------------------------------------------------------------------- the world's

    def pick(self, which: int) -> str:
        there = sorted(self.qbit.rows)
        return there[which % len(there)] if there else ""

    @precondition(lambda self: self.qbit.rows)
    @rule(which=some, progress=st.floats(0.01, 0.99))
    def progresses(self, which: int, progress: float) -> None:
        infohash = self.pick(which)
        if not self.qbit.rows[infohash].is_done:
            self.qbit.progress(infohash, progress)

    @precondition(lambda self: self.qbit.rows)
    @rule(which=some)
    def finishes(self, which: int) -> None:
        infohash = self.pick(which)
        self.qbit.complete(infohash, CONTENT[infohash])

    @precondition(lambda self: self.qbit.rows)
    @rule(which=some, phase=st.sampled_from(UNFINISHED))
    def changes_phase(self, which: int, phase: TorrentPhase) -> None:
        self.qbit.set_phase(self.pick(which), phase)

    @precondition(lambda self: self.qbit.rows)
    @rule(which=some, message=st.sampled_from(["", "Unregistered torrent", "Unrecognized host/passkey"]))
    def tracker_says(self, which: int, message: str) -> None:
        self.qbit.messages[self.pick(which)] = message

    @precondition(lambda self: self.qbit.rows)
    @rule(which=some)
    def is_removed_by_hand(self, which: int) -> None:
        infohash = self.pick(which)
        del self.qbit.rows[infohash]
        self.removals[infohash] += 1

    @precondition(lambda self: self.qbit.rows)
    @rule(minutes=st.integers(1, 9))
    def client_starts_anew_and_lists_its_torrents_late(self, minutes: int) -> None:
        there, self.qbit.rows = self.qbit.rows, {}
        self.all_goes_well_for_a_while()
        self.clock.pass_(timedelta(minutes=minutes))
        self.all_goes_well_for_a_while()
        self.qbit.rows = there | self.qbit.rows
        self.tick(None)

    @rule()
    def nothing_comes_for_a_day(self) -> None:
        self.clock.pass_(timedelta(hours=25))
        self.tick(None)

    @rule(which=st.sampled_from(["qbit", "tracker", "abs", "blind", "answers"]), down=st.booleans())
    def outage(self, which: str, down: bool) -> None:
        if which == "qbit":
            self.qbit.down = down
        elif which == "tracker":
            self.tracker.down = Unavailable("myanonamouse", "down") if down else None
        elif which == "abs":
            self.abs.down = down
        elif which == "blind":
            self.abs.blind = down
        else:
            self.qbit.lose_answers = down

    @rule(number=st.sampled_from(sorted(OFFERS)), seeders=st.sampled_from([0, 5]), gone=st.booleans())
    def tracker_changes(self, number: int, seeders: int, gone: bool) -> None:
        one = OFFERS[number]
        self.tracker.offers[number] = replace(one, release=replace(one.release, seeders=seeders))
        if gone:
            del self.tracker.offers[number]

    @rule(
        span=st.sampled_from([timedelta(seconds=5), timedelta(minutes=11), timedelta(minutes=40), timedelta(hours=25)])
    )
    def time_passes(self, span: timedelta) -> None:
        self.clock.pass_(span)

    @rule(act=st.sampled_from([actions.retry, actions.accept, actions.reject]), number=st.integers(1, 6))
    def a_person_acts(self, act: Callable[..., Any], number: int) -> None:
        if any(row.id == number for row in self.rows()):
            with suppress(StoreError):
                act(self.engine, number, self.clock())

    # ------------------------------------------------------------------------------------------------- always true

    def rows(self) -> list[Any]:
        return downloads.with_states(self.engine, *State)

    @invariant()
    def one_active_download_a_book_and_a_torrent(self) -> None:
        active = [row for row in self.rows() if row.status.is_active]
        assert max(Counter(key for row in active for key in row.book_keys).values(), default=0) <= 1
        assert max(Counter(row.infohash for row in active if row.infohash).values(), default=0) <= 1

    @invariant()
    def the_books_of_a_download_are_active_as_it_is(self) -> None:
        with reading(self.engine) as connection:
            books = connection.execute(sa.select(download_books.c.download_id, download_books.c.active)).all()
        assert sorted(map(tuple, books)) == [(row.id, row.status.is_active) for row in self.rows()]

    @invariant()
    def no_torrent_was_added_twice(self) -> None:
        for infohash, times in Counter(self.qbit.added).items():
            assert times <= 1 + self.removals[infohash]

    @invariant()
    def only_whole_books_are_in_the_library(self) -> None:
        for path in (self.root / "library").glob("[!.]*/**/*.m4b"):
            number = path.stem
            title = TITLES[int(number) % 2]
            assert path.read_bytes() == OFFERS[int(number)].files[f"{title}/{number}.m4b"]
            names = {one.name for one in path.parent.iterdir()} - {"metadata.json"}  # taken back once it was read
            assert names == {path.name, "c.jpg"}

    @invariant()
    def what_is_imported_is_shown(self) -> None:
        for row in self.rows():
            if row.status is State.IMPORTED:
                assert Path(row.target_path).is_dir()
                assert row.abs_item_id in {item.abs_id for item in self.abs.items.values()}

    @invariant()
    def every_step_is_on_record(self) -> None:
        for row in self.rows():
            steps = downloads.events(self.engine, row.id)
            assert steps[-1].to_status == row.status
            assert all(one.to_status == two.from_status for one, two in pairwise(steps))

    # ------------------------------------------------------------------------------------------------- in the end

    def teardown(self) -> None:
        if not hasattr(self, "root"):
            return
        try:
            self.world_gets_well()
            self.comes_to_an_end()
            for infohash in self.qbit.rows:  # what was given up may still come
                self.qbit.complete(infohash, CONTENT[infohash])
            self.comes_to_an_end()
        finally:
            self.engine.dispose()
            shutil.rmtree(self.root)

    def comes_to_an_end(self) -> None:
        for _ in range(80):
            self.clock.pass_(timedelta(hours=9))
            for _ in range(4):
                self.tick(None)
                self.clock.pass_(timedelta(minutes=4))
            self.tick(None)
            self.submit(None)
            self.import_(None)
            if all(row.status in OVER for row in self.rows()):
                break
        self.everything_has_ended()

    def world_gets_well(self) -> None:
        self.qbit.down = self.qbit.lose_answers = self.abs.down = self.abs.blind = False
        self.tracker.down = None
        for infohash, one in self.qbit.rows.items():
            if infohash in self.qbit.contents:
                self.qbit.complete(infohash, CONTENT[infohash])
            elif one.phase is not TorrentPhase.SEEDING:
                self.qbit.set_phase(infohash, TorrentPhase.STALLED)

    def everything_has_ended(self) -> None:
        rows = self.rows()
        for row in rows:
            event(f"ended {row.status} {row.failure_code}")
        assert {row.status for row in rows} <= OVER
        served = {row.book_key for row in rows if row.status in (State.IMPORTED, State.IMPORT_BLOCKED)}
        for row in rows:
            seen = self.qbit.rows.get(row.infohash)
            if seen is not None and seen.is_done and row.status is State.ABANDONED:
                by_hand = row.failure_code in GIVEN_UP_FOR_GOOD or self.removals[row.infohash]
                assert row.book_key in served or by_hand, row
            assert row.failure_code != "removed_in_qbittorrent" or self.removals[row.infohash]


OVER = {State.IMPORTED, State.ABANDONED, State.IMPORT_BLOCKED}

TestAcquisition = Acquisition.TestCase
TestAcquisition.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
