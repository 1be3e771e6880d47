"""Wedges in a submission run, with the sandbox's MAM over HTTP: spent at the last moment, for what is added, and only
as many as allowed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.policy import DownloadSection
from mam_assets.stages.acquisition.purchases import Wedges
from mam_assets.stages.acquisition.submit import Submissions, SubmitSettings, submit
from mam_assets.stages.task_run import Tally
from mam_assets.store.ledgers import downloads, purchases
from tests.support.acquisition_world import Clock, FakeQbit, Fuse
from tests.support.mam_world import MamWorld, open_mam_world

ON = {"spend_wedges": True, "max_wedges_per_run": 1}
SETTINGS = SubmitSettings.of(DownloadSection(), AcquisitionPolicy())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MamWorld]:
    with open_mam_world(tmp_path) as made:
        yield made


@pytest.fixture
def qbit(tmp_path: Path) -> FakeQbit:
    return FakeQbit(Fuse(), tmp_path / "downloads", Clock())


def queue(world: MamWorld, *tests: Any) -> list[int]:
    numbers = []
    for number, test in enumerate(tests):
        found = world.release(lambda one, test=test: one.seeders and one.release_id not in numbers and test(one))
        release = world.client.find(found.release_id)
        downloads.propose(world.engine, world.now, book_key=f"b{number}", wanted=None, release=release, approved=True)
        numbers.append(found.release_id)
    return numbers


def run(world: MamWorld, qbit: FakeQbit, budget: dict[str, Any], **spending: Any) -> Submissions:
    policy = world.policy(budget=budget, spending=spending)
    wedges = Wedges(world.engine, world.client, policy.purchase_policy(), clock=world.clock)
    return submit(
        world.engine,
        world.client,
        qbit,
        world.budget(policy),
        SETTINGS,
        Tally(),
        clock=world.clock,
        wedges=wedges,
    )


def is_dear(one: Any) -> bool:
    return not one.vip and not one.free


def test_a_dear_release_gets_a_wedge_and_a_free_one_none(world: MamWorld, qbit: FakeQbit) -> None:
    free, vip, dear, other = queue(world, lambda one: one.free, lambda one: one.vip, is_dear, is_dear)
    assert len(run(world, qbit, ON).submitted) == 4
    assert world.saved("personal") == [dear]
    assert world.saved("wedges") == 6
    assert {free, vip, other}.isdisjoint(world.saved("personal"))


def test_without_leave_no_wedge_is_spent(world: MamWorld, qbit: FakeQbit) -> None:
    queue(world, is_dear, is_dear)
    assert len(run(world, qbit, {}).submitted) == 2
    assert world.saved("personal") is None


def test_a_wedge_lets_pass_what_the_ratio_would_not(world: MamWorld, qbit: FakeQbit) -> None:
    world.faults.set("low_ratio")
    dear, _ = queue(world, is_dear, is_dear)
    done = run(world, qbit, ON)
    assert [row.torrent_id for row in done.submitted] == [dear]
    assert [verdict.code for _, verdict in done.waiting] == ["ratio"]


def test_no_wedge_for_what_another_guard_holds_or_qbittorrent_has(world: MamWorld, qbit: FakeQbit) -> None:
    queue(world, is_dear)
    world.faults.set("unsat_at_limit")
    assert [verdict.code for _, verdict in run(world, qbit, ON).waiting] == ["unsatisfied_slots"]
    world.faults.clear("unsat_at_limit")
    world.pass_(timedelta(hours=2))
    assert len(run(world, qbit, {}).submitted) == 1  # added without a wedge
    row = downloads.get(world.engine, 1)
    downloads.step(world.engine, world.now, 1, expected=row.status, to=row.status.QUEUED)
    assert len(run(world, qbit, ON).adopted) == 1
    assert world.saved("personal") is None


def test_a_wedge_that_was_spent_without_an_answer_is_seen_by_the_price(world: MamWorld, qbit: FakeQbit) -> None:
    (dear,) = queue(world, is_dear)
    world.faults.set("no_rotation")
    world.faults.set("lost_answer", match="bonusBuy", times=1)
    assert run(world, qbit, ON).stopped_by is not None
    assert qbit.added == []
    assert len(run(world, qbit, ON).submitted) == 1  # free by now
    assert (world.saved("personal"), world.saved("wedges")) == ([dear], 6)


def test_a_wedge_in_doubt_holds_the_download_until_it_is_settled(world: MamWorld, qbit: FakeQbit) -> None:
    (dear,) = queue(world, is_dear)
    world.faults.set("unavailable", match="bonusBuy", times=1)
    assert run(world, qbit, ON).stopped_by is not None
    assert [verdict.code for _, verdict in run(world, qbit, ON).waiting] == ["wedge_unsettled"]
    world.pass_(timedelta(hours=2))
    world.buy(world.policy())  # the next look at the account: no wedge is gone
    assert len(run(world, qbit, ON).submitted) == 1
    assert (world.saved("personal"), world.saved("wedges")) == ([dear], 6)
    assert [one.outcome.value for one in purchases.recent(world.engine)] == ["made", "not_made"]
