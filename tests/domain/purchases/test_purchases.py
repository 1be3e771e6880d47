"""Purchase: nothing that the policy does not allow, nothing above a cap, never the same twice in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.budget import Budget
from mam_assets.domain.model.release import Account, Release
from mam_assets.domain.purchases import (
    Decision,
    DecisionCode,
    Kind,
    Outcome,
    Purchase,
    PurchasePolicy,
    decide_upload,
    decide_vip,
    decide_wedge,
    settle,
    settle_wedge,
)
from mam_assets.domain.purchases.model import Before

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, GIB = timedelta(days=1), 1024**3
ENDING = Account(is_vip=True, vip_until=NOW + 3 * DAY, seedbonus=50_000, wedges=5, unsatisfied_limit=150)
ALL_ON = PurchasePolicy(vip=True, upload=True, wedges=True, max_wedges_per_run=2, max_wedges_per_7_days=3)


def spent(kind: Kind, amount: int, ago: timedelta, outcome: Outcome = Outcome.MADE, **more: int) -> Purchase:
    return Purchase(kind, NOW - ago, amount, 0, outcome, **more)


def test_nothing_is_bought_by_default() -> None:
    poor = replace(ENDING, uploaded_bytes=0)
    assert decide_vip(poor, PurchasePolicy(), (), NOW).code == "vip_off"
    assert decide_upload(poor, 0, PurchasePolicy(), (), NOW).code == "upload_off"
    budget = Budget(poor, spend_wedges=False, max_wedges_per_run=5)
    assert (
        decide_wedge(budget, Release(1, "x", size_bytes=GIB), False, PurchasePolicy(), (), NOW).code
        == "wedges_not_allowed"
    )


@pytest.mark.parametrize(
    ("account", "policy", "past", "code", "weeks"),
    [
        (ENDING, ALL_ON, (), "buy", 4),
        (replace(ENDING, vip_until=NOW - DAY, is_vip=False), ALL_ON, (), "buy", 4),
        (replace(ENDING, vip_until=NOW + 7 * DAY), ALL_ON, (), "buy", 4),
        (replace(ENDING, vip_until=NOW + 7 * DAY + timedelta(seconds=1)), ALL_ON, (), "vip_lasts", 0),
        (replace(ENDING, vip_until=None), ALL_ON, (), "vip_lasts", 0),
        (replace(ENDING, vip_until=None, is_vip=False), ALL_ON, (), "vip_not_held", 0),
        (replace(ENDING, seedbonus=15_000), ALL_ON, (), "buy", 4),
        (replace(ENDING, seedbonus=14_999), ALL_ON, (), "points", 0),
        (ENDING, replace(ALL_ON, vip_weeks=12, max_vip_weeks_per_30_days=12), (), "buy", 12),
        (
            replace(ENDING, seedbonus=24_999),
            replace(ALL_ON, vip_weeks=12, max_vip_weeks_per_30_days=12),
            (),
            "buy",
            8,
        ),
        # 84 days on top of 7 would be more than MAM lets anybody have ahead
        (
            replace(ENDING, vip_until=NOW + 7 * DAY),
            replace(ALL_ON, vip_weeks=12, max_vip_weeks_per_30_days=12),
            (),
            "buy",
            8,
        ),
        (ENDING, ALL_ON, (spent(Kind.VIP, 4, 29 * DAY),), "vip_cap", 0),
        (ENDING, ALL_ON, (spent(Kind.VIP, 4, 31 * DAY),), "buy", 4),
        (ENDING, ALL_ON, (spent(Kind.VIP, 4, DAY, Outcome.NOT_MADE),), "buy", 4),
        (ENDING, ALL_ON, (spent(Kind.VIP, 4, 60 * DAY, Outcome.INTENDED),), "unsettled", 0),
        (ENDING, ALL_ON, (spent(Kind.VIP, 4, timedelta(hours=23), Outcome.REFUSED),), "refused_lately", 0),
        (ENDING, ALL_ON, (spent(Kind.VIP, 4, timedelta(hours=25), Outcome.REFUSED),), "buy", 4),
        (ENDING, ALL_ON, (spent(Kind.UPLOAD, 50, DAY, Outcome.INTENDED),), "buy", 4),
    ],
)
def test_vip(account: Account, policy: PurchasePolicy, past: tuple[Purchase, ...], code: str, weeks: int) -> None:
    found = decide_vip(account, policy, past, NOW)
    assert (found.code, found.amount, found.points) == (code, weeks, weeks * 1_250)
    assert found.reason


@pytest.mark.parametrize(
    ("left", "points", "past", "code"),
    [
        (10 * GIB - 1, 35_000, (), "buy"),
        (0, 35_000, (), "buy"),
        (10 * GIB, 35_000, (), "ratio_well"),
        (None, 35_000, (), "ratio_well"),
        (0, 34_999, (), "points"),
        (0, 99_999, (spent(Kind.UPLOAD, 50, 6 * DAY),), "upload_cap"),
        (0, 99_999, (spent(Kind.UPLOAD, 50, 8 * DAY),), "buy"),
        (0, 99_999, (spent(Kind.UPLOAD, 50, 8 * DAY, Outcome.INTENDED),), "unsettled"),
        (0, 99_999, (spent(Kind.UPLOAD, 50, DAY, Outcome.REFUSED),), "buy"),
        (0, 99_999, (spent(Kind.UPLOAD, 50, DAY / 2, Outcome.REFUSED),), "refused_lately"),
    ],
)
def test_upload_credit(left: int | None, points: int, past: tuple[Purchase, ...], code: str) -> None:
    found = decide_upload(replace(ENDING, seedbonus=points), left, ALL_ON, past, NOW)
    assert found.code == code
    assert (found.amount, found.points) == ((50, 25_000) if code == "buy" else (0, 0))


def test_less_than_mam_sells_to_programs_is_never_asked_for() -> None:
    policy = replace(ALL_ON, upload_gb=1, max_upload_gb_per_7_days=200)
    assert decide_upload(ENDING, 0, policy, (), NOW).amount == 50


BOOK = Release(7, "A Book", size_bytes=GIB)


@pytest.mark.parametrize(
    ("release", "free", "policy", "past", "code"),
    [
        (BOOK, False, ALL_ON, (), "buy"),
        (BOOK, True, ALL_ON, (), "already_free"),
        (replace(BOOK, vip=True), False, ALL_ON, (), "already_free"),
        (replace(BOOK, free_for_vip=True), False, ALL_ON, (), "already_free"),
        (replace(BOOK, free=True), False, ALL_ON, (), "already_free"),
        (replace(BOOK, personal_freeleech=True), False, ALL_ON, (), "already_free"),
        (BOOK, False, replace(ALL_ON, wedge_min_bytes=GIB + 1), (), "small_release"),
        (BOOK, False, replace(ALL_ON, keep_wedges=5), (), "wedges_kept"),
        (BOOK, False, replace(ALL_ON, max_wedges_per_7_days=0), (), "wedge_cap"),
        (BOOK, False, ALL_ON, (spent(Kind.WEDGE, 1, DAY, torrent_id=8),) * 3, "wedge_cap"),
        (BOOK, False, ALL_ON, (spent(Kind.WEDGE, 1, 8 * DAY, torrent_id=8),) * 3, "buy"),
        (BOOK, False, ALL_ON, (spent(Kind.WEDGE, 1, 99 * DAY, torrent_id=7),), "wedge_spent"),
        (BOOK, False, ALL_ON, (spent(Kind.WEDGE, 1, DAY, Outcome.NOT_MADE, torrent_id=7),), "buy"),
        (BOOK, False, ALL_ON, (spent(Kind.WEDGE, 1, DAY, Outcome.INTENDED, torrent_id=7),), "unsettled"),
        (BOOK, False, ALL_ON, (spent(Kind.WEDGE, 1, DAY / 2, Outcome.REFUSED, torrent_id=7),), "refused_lately"),
    ],
)
def test_wedges(release: Release, free: bool, policy: PurchasePolicy, past: tuple[Purchase, ...], code: str) -> None:
    budget = Budget(ENDING, spend_wedges=True, max_wedges_per_run=2)
    assert decide_wedge(budget, release, free, policy, past, NOW).code == code


def test_the_decision_on_a_wedge_is_one_wedge() -> None:
    budget = Budget(ENDING, spend_wedges=True, max_wedges_per_run=2)
    assert decide_wedge(budget, BOOK, False, replace(ALL_ON, wedge_min_bytes=GIB), (), NOW) == Decision(
        Kind.WEDGE, DecisionCode.BUY, "it costs ratio", 1
    )
    refused = decide_wedge(budget, BOOK, True, ALL_ON, (), NOW)
    assert (refused.kind, refused.amount, refused.buys) == (Kind.WEDGE, 0, False)


def test_wedges_of_this_run_are_gone_from_those_that_are_kept() -> None:
    policy = replace(ALL_ON, keep_wedges=3)
    for this_run, code in ((0, "buy"), (1, "buy"), (2, "wedges_kept")):
        budget = Budget(ENDING, spend_wedges=True, max_wedges_per_run=9, wedges_this_run=this_run)
        decision = decide_wedge(budget, BOOK, False, policy, (), NOW)
        assert decision.code == code
    assert decision.reason == "3 left, 3 are kept"


LATER = NOW + timedelta(minutes=35)
LAGGING = NOW + timedelta(minutes=20)  # an account page that old may still be served
VIP_BEFORE = Before(seedbonus=50_000, vip_until=NOW + DAY)
CREDIT_BEFORE = Before(seedbonus=50_000, uploaded_bytes=10**12)


@pytest.mark.parametrize(
    ("kind", "before", "account", "at", "outcome"),
    [
        (Kind.VIP, VIP_BEFORE, Account(seedbonus=45_100, vip_until=NOW + 29 * DAY), NOW, Outcome.MADE),
        (Kind.VIP, VIP_BEFORE, Account(seedbonus=50_000, vip_until=NOW + 29 * DAY), NOW, Outcome.MADE),
        (Kind.VIP, VIP_BEFORE, Account(seedbonus=45_100, vip_until=NOW + DAY), NOW, Outcome.MADE),
        (Kind.VIP, VIP_BEFORE, Account(seedbonus=50_010, vip_until=NOW + DAY), NOW, Outcome.INTENDED),
        (Kind.VIP, VIP_BEFORE, Account(seedbonus=50_010, vip_until=NOW + DAY), LAGGING, Outcome.INTENDED),
        (Kind.VIP, VIP_BEFORE, Account(seedbonus=50_010, vip_until=NOW + DAY), LATER, Outcome.NOT_MADE),
        (Kind.VIP, Before(50_000), Account(seedbonus=50_000, vip_until=NOW + 28 * DAY), LATER, Outcome.MADE),
        (Kind.UPLOAD, CREDIT_BEFORE, Account(seedbonus=50_000, uploaded_bytes=105 * 10**10), LATER, Outcome.MADE),
        (Kind.UPLOAD, CREDIT_BEFORE, Account(seedbonus=45_400, uploaded_bytes=10**12), LATER, Outcome.MADE),
        (Kind.UPLOAD, CREDIT_BEFORE, Account(seedbonus=50_000, uploaded_bytes=10**12 + GIB), LATER, Outcome.NOT_MADE),
    ],
)
def test_the_account_tells_what_became_of_a_purchase(
    kind: Kind, before: Before, account: Account, at: datetime, outcome: Outcome
) -> None:
    one = Purchase(kind, NOW, 4 if kind is Kind.VIP else 50, 5_000, Outcome.INTENDED, before=before)
    assert settle(one, account, at) is outcome


@pytest.mark.parametrize(
    ("release", "wedges", "at", "outcome"),
    [
        (replace(BOOK, personal_freeleech=True), 5, NOW, Outcome.MADE),
        (BOOK, 4, NOW, Outcome.MADE),
        (None, 4, LATER, Outcome.MADE),
        (BOOK, 5, NOW, Outcome.INTENDED),
        (BOOK, 5, LATER, Outcome.NOT_MADE),
        (None, 6, LATER, Outcome.NOT_MADE),
    ],
)
def test_the_torrent_tells_what_became_of_a_wedge(
    release: Release | None, wedges: int, at: datetime, outcome: Outcome
) -> None:
    one = Purchase(Kind.WEDGE, NOW, 1, 0, Outcome.INTENDED, torrent_id=7, before=Before(wedges=5))
    assert settle_wedge(one, Account(wedges=wedges), release, at) is outcome


@given(
    points=st.integers(0, 200_000),
    keep=st.integers(0, 100_000),
    days_left=st.floats(-40, 40),
    left=st.integers(0, 100 * GIB),
    cap_weeks=st.integers(0, 24),
    cap_gb=st.integers(0, 500),
    weeks=st.sampled_from((4, 8, 12)),
    gigabytes=st.integers(50, 200),
    gaps=st.lists(st.floats(0, 15), max_size=25),
    outcomes=st.lists(
        st.sampled_from([Outcome.MADE, Outcome.NOT_MADE, Outcome.REFUSED, Outcome.INTENDED]), min_size=25, max_size=25
    ),
)
def test_however_often_it_is_asked_no_cap_and_no_floor_is_overrun(
    points: int,
    keep: int,
    days_left: float,
    left: int,
    cap_weeks: int,
    cap_gb: int,
    weeks: int,
    gigabytes: int,
    gaps: list[float],
    outcomes: list[Outcome],
) -> None:
    """The person of a policy asks again and again while VIP never gets longer and the ratio never better."""
    policy = PurchasePolicy(
        keep_points=keep,
        vip=True,
        vip_weeks=weeks,
        max_vip_weeks_per_30_days=cap_weeks,
        upload=True,
        upload_gb=gigabytes,
        max_upload_gb_per_7_days=cap_gb,
    )
    now, past = NOW, list[Purchase]()
    for gap, outcome in zip(gaps, outcomes, strict=False):
        now += timedelta(days=gap)
        account = Account(is_vip=True, vip_until=now + timedelta(days=days_left), seedbonus=points)
        for found in (decide_vip(account, policy, past, now), decide_upload(account, left, policy, past, now)):
            if not found.buys:
                continue
            assert points - found.points >= keep
            if outcome.may_have_cost:
                points -= found.points
                account = replace(account, seedbonus=points)
            assert not any(one.kind is found.kind and one.outcome is Outcome.INTENDED for one in past)
            past.append(Purchase(found.kind, now, found.amount, found.points, outcome))
            break  # the account is read anew after a purchase
    for kind, span, cap in ((Kind.VIP, 30, cap_weeks), (Kind.UPLOAD, 7, cap_gb)):
        cost = [one for one in past if one.kind is kind and one.outcome.may_have_cost]
        for last in cost:
            window = [one for one in cost if timedelta(0) <= last.at - one.at < timedelta(days=span)]
            assert sum(one.amount for one in window) <= cap


def test_a_decision_says_whether_it_buys() -> None:
    assert Decision(Kind.VIP, DecisionCode.BUY, "x", 4, 5_000).buys
    assert not Decision(Kind.VIP, DecisionCode.POINTS, "x").buys


POINTS_GONE = Before(50_000, vip_until=NOW + DAY)


@pytest.mark.parametrize(
    ("account", "after", "outcome"),
    [
        # Nine tenths of the 5,000 points must be gone.
        (Account(seedbonus=45_500, vip_until=NOW + DAY), timedelta(0), Outcome.MADE),
        (Account(seedbonus=45_501, vip_until=NOW + DAY), timedelta(0), Outcome.INTENDED),
        # VIP must have grown by a day.
        (Account(seedbonus=50_000, vip_until=NOW + 2 * DAY), timedelta(0), Outcome.MADE),
        (Account(seedbonus=50_000, vip_until=NOW + 2 * DAY - timedelta(seconds=1)), timedelta(0), Outcome.INTENDED),
        # Half an hour is given.
        (Account(seedbonus=50_000, vip_until=NOW + DAY), timedelta(minutes=30), Outcome.NOT_MADE),
        (Account(seedbonus=50_000, vip_until=NOW + DAY), timedelta(minutes=29, seconds=59), Outcome.INTENDED),
        (Account(seedbonus=50_000, vip_until=None), timedelta(minutes=30), Outcome.NOT_MADE),
    ],
)
def test_where_made_begins_for_vip(account: Account, after: timedelta, outcome: Outcome) -> None:
    purchase = Purchase(Kind.VIP, NOW, 4, 5_000, Outcome.INTENDED, before=POINTS_GONE)
    assert settle(purchase, account, NOW + after) is outcome


def test_the_first_vip_counts_from_the_purchase() -> None:
    purchase = Purchase(Kind.VIP, NOW, 4, 5_000, Outcome.INTENDED, before=Before(50_000))
    assert settle(purchase, Account(seedbonus=50_000, vip_until=NOW + DAY), NOW) is Outcome.MADE
    short = Account(seedbonus=50_000, vip_until=NOW + DAY - timedelta(seconds=1))
    assert settle(purchase, short, NOW) is Outcome.INTENDED


@pytest.mark.parametrize(("more", "outcome"), [(50 * 10**9, Outcome.MADE), (50 * 10**9 - 1, Outcome.INTENDED)])
def test_where_made_begins_for_upload(more: int, outcome: Outcome) -> None:
    before = Before(50_000, uploaded_bytes=10**12)
    purchase = Purchase(Kind.UPLOAD, NOW, 50, 25_000, Outcome.INTENDED, before=before)
    assert settle(purchase, Account(seedbonus=50_000, uploaded_bytes=10**12 + more), NOW) is outcome
    # What upload brings says nothing of VIP, and the other way round.
    vip = Purchase(Kind.VIP, NOW, 50, 25_000, Outcome.INTENDED, before=before)
    assert settle(vip, Account(seedbonus=50_000, uploaded_bytes=10**12 + more), NOW) is Outcome.INTENDED
    assert settle(purchase, Account(seedbonus=50_000, uploaded_bytes=10**12, vip_until=NOW + 9 * DAY), NOW) is (
        Outcome.INTENDED
    )


def test_what_cost_no_points_is_not_made_by_points_alone() -> None:
    purchase = Purchase(Kind.WEDGE, NOW, 1, 0, Outcome.INTENDED, before=Before(50_000, wedges=5))
    assert settle(purchase, Account(seedbonus=40_000), NOW) is Outcome.INTENDED
