"""What a grab cost, in the words that stay in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import Download, DownloadBook
from mam_assets.domain.budget import Budget
from mam_assets.domain.model.download import CostKind, DownloadState
from mam_assets.domain.model.release import Release
from mam_assets.domain.purchases import Decision, DecisionCode, Kind, Outcome, PurchasePolicy
from mam_assets.domain.purchases.model import Before
from mam_assets.stages.acquisition.pricing import Price, cost_of, last_look, price_by_hand, price_of
from mam_assets.stages.acquisition.purchases import Wedges
from mam_assets.store.ledgers import downloads, purchases
from mam_assets.store.reports import download_list
from tests.support.acquisition_world import ACCOUNT, new_store

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUDGET = Budget(replace(ACCOUNT, is_vip=True, vip_until=NOW + timedelta(days=9)))
DEAR = Release(7, "Emma", size_bytes=1000)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = new_store(tmp_path / "store.db")
    yield made
    made.dispose()


def grabbed(price: Price, wedges: Wedges | None = None) -> CostKind:
    before, after = last_look(BUDGET, price, 1000, None, NOW)
    assert isinstance(after, Budget)
    return cost_of(price, before, after, wedges)


@pytest.mark.parametrize(
    ("release", "cost"),
    [
        (DEAR, CostKind.RATIO),
        (replace(DEAR, free=True, vip=True), CostKind.FREELEECH),
        (replace(DEAR, personal_freeleech=True), CostKind.PERSONAL_FREELEECH),
        (replace(DEAR, vip=True), CostKind.VIP),
        (replace(DEAR, free_for_vip=True), CostKind.VIP),
        (replace(DEAR, vip=True, vip_until=NOW - timedelta(hours=1)), CostKind.RATIO),
    ],
)
def test_what_made_a_release_free_is_said(release: Release, cost: CostKind) -> None:
    price = price_of(release, BUDGET, None, NOW)
    assert isinstance(price, Price)
    assert grabbed(price) == cost


def test_what_a_person_brings_costs_what_nobody_knows() -> None:
    row = Download(1, (DownloadBook("b"),), "Emma", size_bytes=1000)
    assert grabbed(price_by_hand(row)) is CostKind.NOT_KNOWN


def test_our_own_wedge_is_told_apart_from_one_that_a_person_spent(engine: sa.Engine) -> None:
    decision = Decision(Kind.WEDGE, DecisionCode.BUY, "it costs ratio", 1)
    number = purchases.intend(engine, NOW, decision, Before(wedges=3), last_seen=0, torrent_id=7, run_id="r")
    purchases.settle(engine, NOW, number, Outcome.MADE, "MAM said yes")

    class NoShop:
        pass

    wedges = Wedges(engine, NoShop(), PurchasePolicy(wedges=True), clock=lambda: NOW)  # type: ignore[arg-type]
    price = price_of(replace(DEAR, personal_freeleech=True), BUDGET, wedges, NOW)
    assert isinstance(price, Price)
    assert grabbed(price, wedges) == CostKind.WEDGE
    other = price_of(replace(DEAR, torrent_id=8, personal_freeleech=True), BUDGET, wedges, NOW)
    assert isinstance(other, Price)
    assert grabbed(other, wedges) == CostKind.PERSONAL_FREELEECH


def test_the_ledger_shows_the_cost_of_the_last_grab(engine: sa.Engine) -> None:
    made = downloads.propose(engine, NOW, book_key="b", wanted=None, release=DEAR, approved=True).download
    assert download_list.download_rows(engine)[0]["cost"] == ""
    queued, submitted = DownloadState.QUEUED, DownloadState.SUBMITTED
    for cost in (CostKind.RATIO, CostKind.VIP):
        downloads.step(engine, NOW, made.id, expected=queued, to=submitted, cost_kind=cost, submitted_at=NOW)
        downloads.step(engine, NOW, made.id, expected=submitted, to=queued, reason="again")
    downloads.step(engine, NOW, made.id, expected=queued, to=submitted, reason="qBittorrent has it already")
    (row,) = download_list.downloads_of(engine, "b")
    assert row["cost"] == "nothing, VIP"
