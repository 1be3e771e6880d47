"""Buying on the sandbox's MAM over HTTP: only what is allowed, read back, and never the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mam_assets.domain.purchases import Kind, Outcome
from mam_assets.stages.acquisition.purchases import Wedges, figures
from mam_assets.store.ledgers import purchases
from resources.errors import Unavailable
from tests.support.mam_world import Died, Dies, MamWorld, open_mam_world

VIP = {"spending": {"vip": True}}
UPLOAD = {"spending": {"upload": True}}
SOON = timedelta(days=3)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MamWorld]:
    with open_mam_world(tmp_path) as made:
        yield made


def vip_ends_in(world: MamWorld, span: timedelta) -> str:
    moment = (datetime.now(UTC) + span).strftime("%Y-%m-%d %H:%M:%S")
    world.faults.set("vip_until", text=moment)
    return moment


def outcomes(world: MamWorld) -> list[tuple[Kind, int, Outcome]]:
    return [(one.kind, one.amount, one.outcome) for one in reversed(purchases.recent(world.engine))]


@pytest.mark.parametrize("layout", ["", "old_layout"])
def test_nothing_is_bought_unless_the_policy_says_so(world: MamWorld, layout: str) -> None:
    if layout:
        world.faults.set(layout)
    vip_ends_in(world, SOON)
    world.faults.set("low_ratio")
    done = world.buy(world.policy())
    assert [one.code for one in done.decisions] == ["vip_off", "upload_off"]
    assert world.saved("seedbonus") is None
    assert outcomes(world) == []


@pytest.mark.parametrize("layout", ["", "old_layout"])
def test_vip_that_ends_soon_is_prolonged_once(world: MamWorld, layout: str) -> None:
    if layout:
        world.faults.set(layout)
    until = datetime.fromisoformat(vip_ends_in(world, SOON)).replace(tzinfo=UTC)
    done = world.buy(world.policy(**VIP))
    assert outcomes(world) == [(Kind.VIP, 4, Outcome.MADE)]
    assert done.account.vip_until == until + timedelta(weeks=4)
    assert world.saved("seedbonus") == 54_321 - 5_000
    assert "and the account shows it" in figures(done)["buying_vip"]
    assert world.buy(world.policy(**VIP)).decisions[0].code == "vip_lasts"
    assert world.saved("seedbonus") == 54_321 - 5_000


def test_a_price_that_is_not_the_known_one_is_told(world: MamWorld) -> None:
    vip_ends_in(world, SOON)

    class Dearer:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.client, name)

        def buy_vip(self, weeks: int | None = None) -> None:
            world.client.buy_vip(weeks)
            with world.state.editing("mam") as document:
                document["seedbonus"] -= 5_000

    done = world.buy(world.policy(**VIP), Dearer())
    assert "it cost 10000 points and not 5000" in figures(done)["buying_vip"]
    assert "it cost 10000 points" in purchases.recent(world.engine, 1)[0].message


def test_upload_credit_is_bought_when_the_ratio_leaves_little_room(world: MamWorld) -> None:
    assert world.buy(world.policy(**UPLOAD)).decisions[1].code == "ratio_well"
    world.faults.set("low_ratio")
    world.client.account(fresh=True)
    done = world.buy(world.policy(**UPLOAD))
    assert outcomes(world) == [(Kind.UPLOAD, 50, Outcome.MADE)]
    assert world.saved("bought_gigabytes") == 50
    assert (world.budget(world.policy(), done.account).download_left or 0) > 30 * 1024**3
    assert world.buy(world.policy(**UPLOAD)).decisions[1].code == "ratio_well"
    assert world.saved("bought_gigabytes") == 50


def test_points_that_are_kept_are_kept(world: MamWorld) -> None:
    vip_ends_in(world, SOON)
    world.faults.set("low_ratio")
    keep = {"spending": {"vip": True, "upload": True, "keep_points": 50_000}}
    done = world.buy(world.policy(**keep))
    assert [one.code for one in done.decisions] == ["points", "points"]
    assert "54321" in done.decisions[0].reason
    assert outcomes(world) == []


def test_a_refusal_is_kept_and_not_repeated_within_a_day(world: MamWorld) -> None:
    vip_ends_in(world, SOON)
    world.faults.set("points", text="60000")  # the page says more than there is
    with world.state.editing("mam") as document:
        document["seedbonus"] = 100
    assert world.buy(world.policy(**VIP)).decisions[0].code == "failed"
    (one,) = purchases.recent(world.engine)
    assert (one.outcome, one.message) == (Outcome.REFUSED, "VIP not bought: Not enough points")
    assert world.buy(world.policy(**VIP)).decisions[0].code == "refused_lately"
    world.pass_(timedelta(hours=25))
    world.buy(world.policy(**VIP))
    assert [outcome for _, _, outcome in outcomes(world)] == [Outcome.REFUSED] * 2


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["vip", "upload"])
def test_death_around_a_purchase_never_buys_twice(world: MamWorld, kind: str, after: bool) -> None:
    """However the process dies, the end is one purchase, and the ledger tells which try it was."""
    vip_ends_in(world, SOON)
    world.faults.set("low_ratio")
    policy = world.policy(spending={kind: True, "keep_points": 0, "max_upload_gb_per_week": 100})
    with pytest.raises(Died):
        world.buy(policy, Dies(world.client, after=after))
    assert [outcome for _, _, outcome in outcomes(world)] == [Outcome.INTENDED]
    again = world.buy(policy)
    if after:
        assert [outcome for _, _, outcome in outcomes(world)] == [Outcome.MADE]
        assert len(again.settled) == 1
    else:  # not seen yet is not "not made": the page may lag
        assert "unsettled" in [one.code for one in again.decisions]
        world.pass_(timedelta(minutes=31))
        world.buy(policy)
        assert [outcome for _, _, outcome in outcomes(world)] == [Outcome.NOT_MADE, Outcome.MADE]
    world.pass_(timedelta(minutes=31))
    world.buy(policy)
    cost = {"vip": 5_000, "upload": 25_000}[kind]
    assert world.saved("seedbonus") == 54_321 - cost


def test_an_answer_that_never_comes_leaves_the_purchase_open(world: MamWorld) -> None:
    vip_ends_in(world, SOON)
    world.faults.set("no_rotation")
    world.faults.set("lost_answer", match="bonusBuy", times=1)
    done = world.buy(world.policy(**VIP))
    assert done.decisions[0].code == "failed"
    assert [failure.code for failure in world.tally.failures] == ["unavailable"]
    assert [outcome for _, _, outcome in outcomes(world)] == [Outcome.INTENDED]
    assert len(world.buy(world.policy(**VIP)).settled) == 1
    assert outcomes(world) == [(Kind.VIP, 4, Outcome.MADE)]
    assert world.saved("seedbonus") == 54_321 - 5_000


def test_two_processes_do_not_buy_the_same(world: MamWorld) -> None:
    """A second process decides by the same figures while the first is at it."""
    vip_ends_in(world, SOON)
    policy = world.policy(**VIP)

    class Meanwhile:
        def __getattr__(self, name: str) -> object:
            if name == "buy_vip":
                other = world.buy(policy)
                assert other.decisions[0].code == "unsettled"
            return getattr(world.client, name)

    world.buy(policy, Meanwhile())
    assert world.saved("seedbonus") == 54_321 - 5_000
    (one,) = purchases.recent(world.engine)
    decision = world.buy(world.policy()).decisions[0]
    with pytest.raises(purchases.SpentMeanwhile):
        purchases.intend(world.engine, world.now, decision, one.before, last_seen=0)


# --------------------------------------------------------------------------------------------------------- wedges


def wedges(world: MamWorld, shop: object = None, **section: int) -> Wedges:
    policy = world.policy(budget={"spend_wedges": True, "max_wedges_per_run": 2}, spending=section)
    return Wedges(world.engine, shop or world.client, policy.purchase_policy(), clock=world.clock)  # type: ignore[arg-type]


def dear(world: MamWorld) -> int:
    return world.release(lambda one: not one.vip and not one.free).release_id


def test_a_wedge_makes_a_release_free(world: MamWorld) -> None:
    number, budget = dear(world), world.budget(world.policy(budget={"spend_wedges": True}))
    before = world.client.find(number)
    assert wedges(world).allowed(budget, before, free=False)
    found, after = wedges(world).spend(budget, number)
    assert (before.personal_freeleech, found.personal_freeleech) == (False, True)
    assert (after.wedges_this_run, world.saved("wedges")) == (1, 6)
    found, after = wedges(world).spend(after, number)
    assert (after.wedges_this_run, world.saved("wedges")) == (1, 6)


@pytest.mark.parametrize("kind", ["vip", "free"])
@pytest.mark.parametrize("account", ["", "not_vip"])
def test_no_wedge_for_what_is_free_or_vip(world: MamWorld, kind: str, account: str) -> None:
    """Looked at again right before: that it was dear when it was judged does not count."""
    if account:
        world.faults.set(account)
    number = world.release(lambda one: getattr(one, kind)).release_id
    budget = world.budget(world.policy(budget={"spend_wedges": True}))
    spender = wedges(world)
    spender.spend(budget, number)
    assert spender.decisions[0][1].code == "already_free"
    assert world.saved("wedges") is None
    assert outcomes(world) == []


@pytest.mark.parametrize("after", [False, True])
def test_death_around_a_wedge_never_spends_two(world: MamWorld, after: bool) -> None:
    number, budget = dear(world), world.budget(world.policy(budget={"spend_wedges": True}))
    with pytest.raises(Died):
        wedges(world, Dies(world.client, after=after)).spend(budget, number)
    assert wedges(world).is_open(number)
    assert not wedges(world).allowed(budget, world.client.find(number), free=False)
    world.pass_(timedelta(minutes=31))
    world.buy(world.policy())  # any later look at the account settles it
    assert not wedges(world).is_open(number)
    wedges(world).spend(world.budget(world.policy(budget={"spend_wedges": True})), number)
    assert world.saved("wedges") == 6
    assert world.client.find(number).personal_freeleech


def test_a_wedge_without_an_answer_is_an_error_and_stays_open(world: MamWorld) -> None:
    number, budget = dear(world), world.budget(world.policy(budget={"spend_wedges": True}))
    world.faults.set("unavailable", match="bonusBuy", times=1)
    with pytest.raises(Unavailable, match="may have been made or not"):
        wedges(world).spend(budget, number)
    assert wedges(world).is_open(number)
