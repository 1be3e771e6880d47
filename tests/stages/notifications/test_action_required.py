"""What waits for a person is told once: blocked imports together, a full disk when it lasts and when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import TorrentPhase
from mam_assets.files import linking
from mam_assets.policy import BudgetSection, DownloadSection, MessagesSection
from mam_assets.stages.acquisition import propose
from mam_assets.stages.acquisition import reconcile as reconciling
from mam_assets.stages.acquisition import submit as submitting
from mam_assets.stages.manual import actions
from mam_assets.stages.notifications import action_required
from mam_assets.stages.task_run import Tally
from mam_assets.store.ledgers import downloads, notifications
from resources.errors import SendFailed
from tests.stages.importing.test_run import World, make_world, no_links
from tests.support.acquisition_world import ACCOUNT, FakeTracker, Fuse, book, offer
from tests.support.mam_world import Mailbox

SECTION = MessagesSection()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    yield made
    made.engine.dispose()


def look(world: World, box: Mailbox, *, minutes: int = 1, section: MessagesSection = SECTION) -> None:
    for _ in range(minutes):
        action_required.tell(world.engine, box, section, world.clock())
        world.clock.pass_(MINUTE)


def titles(box: Mailbox) -> list[str]:
    return [title.removeprefix("mam-assets: ") for title, _ in box.sent]


def test_a_blocked_import_is_told_once_with_what_to_do(world: World) -> None:
    box = Mailbox()
    row = world.completed(offer(files={"The Dragon Reborn.m4b": book(hours=3)}))
    world.run()
    assert world.row(row.id).status is State.IMPORT_BLOCKED
    look(world, box, minutes=60)
    world.clock.pass_(timedelta(days=3))
    look(world, box)
    assert titles(box) == ["an import needs a decision"]
    body = box.sent[0][1]
    assert body.startswith(f"{row.id}: Robert Jordan - The Dragon Reborn: ")
    assert world.row(row.id).status_reason in body
    assert all(f"{word} N" in body for word in ("retry", "accept", "reject"))


def test_one_that_is_blocked_again_after_a_try_is_told_again_and_a_rejected_one_is_forgotten(world: World) -> None:
    box = Mailbox()
    row = world.completed(offer(files={"The Dragon Reborn.m4b": book(hours=3)}))
    world.run()
    look(world, box)
    actions.retry(world.engine, row.id, world.clock())
    world.run()
    look(world, box, minutes=5)
    assert len(box.sent) == 2
    actions.reject(world.engine, row.id, world.clock())
    look(world, box)
    assert len(box.sent) == 2
    assert notifications.standing(world.engine) == []


def test_many_are_one_message(world: World) -> None:
    box = Mailbox()
    for number in range(14):
        row = downloads.propose(
            world.engine, world.clock(), book_key=f"b{number}", wanted=None, release=None, title=f"T{number}"
        ).download
        for to in (State.QUEUED, State.COMPLETED, State.IMPORT_BLOCKED):
            row = downloads.step(world.engine, world.clock(), row.id, expected=row.status, to=to, reason="odd")
    look(world, box)
    assert titles(box) == ["14 imports need a decision"]
    assert "and 4 more" in box.sent[0][1]


def test_a_message_that_fails_is_sent_later(world: World) -> None:
    box = Mailbox(broken=True)
    world.completed(offer(files={"The Dragon Reborn.m4b": book(hours=3)}))
    world.run()
    with pytest.raises(SendFailed):
        look(world, box)
    look(world, box, minutes=10)
    box.broken = False
    look(world, box, minutes=30)
    assert (titles(box), box.tries) == (["an import needs a decision"], 2)


@pytest.mark.parametrize("over", [True, False])
def test_a_full_library_is_told_when_it_lasts_and_when_there_is_room_again(
    world: World, monkeypatch: pytest.MonkeyPatch, over: bool
) -> None:
    box, section = Mailbox(), MessagesSection(tell_when_over=over)
    world.completed(offer())

    def full(*_: Any, **__: Any) -> str:
        raise linking.DiskFull("no space left")

    with monkeypatch.context() as patch:
        no_links(patch)
        patch.setattr(linking, "link_or_copy", full)
        world.run()
        look(world, box, minutes=9, section=section)
        assert box.sent == []
        for _ in range(4):
            world.clock.pass_(HOUR)
            world.run()
            look(world, box, minutes=5, section=section)
    assert titles(box) == ["the library's disk is full"]
    assert "no space left" in box.sent[0][1]
    world.clock.pass_(HOUR)
    assert len(world.run().imported) == 1
    look(world, box, minutes=30, section=section)
    assert titles(box)[1:] == (["the library's disk has space again"] if over else [])


def test_the_guard_of_the_disk_is_told(world: World) -> None:
    box, one = Mailbox(), offer()
    row = downloads.propose(
        world.engine, world.clock(), book_key="b", wanted=None, release=one.release, approved=True
    ).download
    policy = AcquisitionPolicy()

    def submit(free: int) -> None:
        budget = propose.budget_of(world.engine, ACCOUNT, BudgetSection(), free, now=world.clock())
        settings = submitting.SubmitSettings.of(DownloadSection(), policy)
        tracker = FakeTracker(Fuse(), [one])
        submitting.submit(world.engine, tracker, world.qbit, budget, settings, Tally(), clock=world.clock)

    submit(0)
    look(world, box, minutes=15)
    assert titles(box) == ["no disk space for downloads"]
    world.clock.pass_(HOUR)
    submit(10**13)
    assert downloads.get(world.engine, row.id).status is State.SUBMITTED
    look(world, box)
    assert titles(box)[1:] == ["there is disk space for downloads again"]


def test_a_qbittorrent_that_cannot_write_is_told(world: World) -> None:
    box, one = Mailbox(), offer()
    row = world.completed(one)
    downloads.step(world.engine, world.clock(), row.id, expected=State.COMPLETED, to=State.DOWNLOADING)
    infohash = downloads.get(world.engine, row.id).infohash
    world.qbit.progress(infohash, 0.5)

    def reconcile() -> None:
        reconciling.tick(
            world.engine, world.qbit, AcquisitionPolicy(), propose.next_release(world.engine), Tally(), auto=True,
            clock=world.clock,
        )  # fmt: skip

    world.qbit.set_phase(infohash, TorrentPhase.ERROR)
    reconcile()
    look(world, box, minutes=15)
    assert titles(box) == ["qBittorrent reports file errors"]
    world.qbit.progress(infohash, 0.6)
    reconcile()
    look(world, box, minutes=15)
    assert titles(box)[1:] == ["qBittorrent reports no file errors any more"]
