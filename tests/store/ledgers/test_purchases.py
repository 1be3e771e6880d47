"""The ledger of purchases: one at a time of each thing, settled once, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from mam_assets.domain.purchases import Decision, DecisionCode, Kind, Outcome
from mam_assets.domain.purchases.model import Before
from mam_assets.store.ledgers import purchases

VIP = Decision(Kind.VIP, DecisionCode.BUY, "VIP ends", 4, 5_000)
WEDGE = Decision(Kind.WEDGE, DecisionCode.BUY, "it costs ratio", 1)


def intend(engine: sa.Engine, now: datetime, decision: Decision = VIP, torrent_id: int = 0, seen: int = -1) -> int:
    last_seen = purchases.newest(engine) if seen < 0 else seen
    before = Before(50_000, 7, 10**13, now)
    return purchases.intend(engine, now, decision, before, last_seen=last_seen, torrent_id=torrent_id, run_id="r")


def test_a_purchase_is_noted_with_the_figures_before_it(engine: sa.Engine, now: datetime) -> None:
    number = intend(engine, now)
    (one,) = purchases.unsettled(engine)
    assert (one.id, one.kind, one.amount, one.points, one.outcome) == (number, Kind.VIP, 4, 5_000, Outcome.INTENDED)
    assert one.before == Before(50_000, 7, 10**13, now)
    purchases.settle(engine, now, number, Outcome.MADE, "yes")
    purchases.settle(engine, now + timedelta(hours=1), number, Outcome.NOT_MADE, "no")  # too late
    (one,) = purchases.recent(engine)
    assert (one.outcome, one.message, one.settled_at) == (Outcome.MADE, "yes", now)
    assert purchases.unsettled(engine) == []


def test_nothing_is_noted_on_an_older_view_of_the_ledger(engine: sa.Engine, now: datetime) -> None:
    purchases.settle(engine, now, intend(engine, now), Outcome.MADE)
    with pytest.raises(purchases.SpentMeanwhile):
        intend(engine, now, seen=0)
    assert len(purchases.recent(engine)) == 1


def test_of_one_thing_only_one_purchase_is_open(engine: sa.Engine, now: datetime) -> None:
    intend(engine, now)
    with pytest.raises(purchases.SpentMeanwhile):
        intend(engine, now)
    intend(engine, now, WEDGE, 7)
    intend(engine, now, WEDGE, 8)
    with pytest.raises(purchases.SpentMeanwhile):
        intend(engine, now, WEDGE, 7)
    assert [(one.kind, one.torrent_id) for one in purchases.unsettled(engine)] == [
        (Kind.VIP, 0),
        (Kind.WEDGE, 7),
        (Kind.WEDGE, 8),
    ]
    assert [one.torrent_id for one in purchases.of_torrent(engine, 8)] == [8]


def test_an_open_purchase_is_never_out_of_sight(engine: sa.Engine, now: datetime) -> None:
    intend(engine, now - timedelta(days=90))
    purchases.settle(engine, now, intend(engine, now - timedelta(days=80), WEDGE, 7), Outcome.MADE)
    assert [one.kind for one in purchases.since(engine, now - timedelta(days=30))] == [Kind.VIP]
