"""What a person decided and what was bought outlives the migrations, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.domain.model.backoff import Backoff
from mam_assets.domain.purchases import Decision, DecisionCode, Kind, Outcome
from mam_assets.domain.purchases.model import Before
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import backoff, overrides, purchases
from mam_assets.store.ledgers.overrides import OverrideKind
from mam_assets.store.upgrade import downgrade, upgrade


def test_overrides_and_purchases_keep_their_rows(empty_url: str, now: datetime) -> None:
    engine = open_engine(empty_url)
    upgrade(engine)
    downgrade(engine, "0008")
    with engine.begin() as connection:
        add_override = sa.text(
            "insert into preferences (kind, subject, value, note, set_at) values (:kind, :subject, :value, :note, :at)"
        ).bindparams(sa.bindparam("value", type_=sa.JSON), sa.bindparam("at", type_=sa.DateTime(timezone=True)))
        connection.execute(
            add_override,
            [
                {"kind": "manual_match", "subject": "li_1", "value": ["a", "b"], "note": "both", "at": now},
                {"kind": "ignored_book", "subject": "c", "value": None, "note": "", "at": now},
            ],
        )
        add_purchase = sa.text(
            "insert into spendings (at, kind, amount, points, outcome, before) "
            "values (:at, :kind, :amount, :points, :outcome, :before)"
        ).bindparams(sa.bindparam("before", type_=sa.JSON), sa.bindparam("at", type_=sa.DateTime(timezone=True)))
        row = {"at": now, "kind": "vip", "amount": 4, "points": 5000, "before": {"seedbonus": 9000}}
        connection.execute(add_purchase, [{**row, "outcome": "made"}, {**row, "outcome": "intended"}])
    upgrade(engine)

    kept = overrides.load(engine)
    assert kept.manual_matches == {("li_1", "a"), ("li_1", "b")}
    assert kept.ignored_books == {"c"}
    assert [override.note for override in overrides.everything(engine, OverrideKind.MANUAL_MATCH)] == ["both"]
    assert [(row.id, row.kind, row.points, row.outcome, row.before.seedbonus) for row in purchases.recent(engine)] == [
        (2, Kind.VIP, 5000, Outcome.INTENDED, 9000),
        (1, Kind.VIP, 5000, Outcome.MADE, 9000),
    ]
    purchases.settle(engine, now, 2, Outcome.MADE)
    decision = Decision(Kind.VIP, DecisionCode.BUY, "", 4, 5000)
    assert purchases.intend(engine, now, decision, Before(), last_seen=2) == 3  # numbers go on where they were
    engine.dispose()


def test_a_service_that_was_left_alone_still_is(empty_url: str, now: datetime) -> None:
    engine = open_engine(empty_url)
    upgrade(engine)
    downgrade(engine, "0011")
    until = now + timedelta(hours=6)
    with engine.begin() as connection:
        park = sa.text(
            "insert into provider_parking (provider, parked_until, since, reason) "
            "values ('goodreads', :until, :now, :why)"
        ).bindparams(*(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("until", "now")))
        connection.execute(park, {"until": until, "now": now, "why": "a challenge"})
    upgrade(engine)
    assert backoff.all_current(engine, now) == [Backoff("goodreads", until, now, "", "a challenge")]
    downgrade(engine, "0011")
    upgrade(engine)
    assert [row.reason for row in backoff.all_current(engine, now)] == ["a challenge"]
    engine.dispose()
