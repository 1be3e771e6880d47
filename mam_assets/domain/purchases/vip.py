"""Should weeks of VIP be bought now?

MAM sells 4, 8 or 12 weeks for 1,250 points a week and lets nobody have more than about 90 days ahead. Only an account
that is VIP, or was until its time ran out, is prolonged: to become VIP is a step that its person takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from .history import refused_lately, spent_within, unsettled
from .model import Account, Decision, DecisionCode, Kind, Purchase, PurchasePolicy

POINTS_PER_WEEK = 1_250
SOLD_WEEKS = (4, 8, 12)
LONGEST = timedelta(days=90)
MONTH = timedelta(days=30)


def decide_vip(account: Account, policy: PurchasePolicy, past: Sequence[Purchase], now: datetime) -> Decision:
    """Weeks of VIP to buy now, or why none. Codes: vip_off, vip_not_held, vip_lasts, unsettled, refused_lately,
    vip_cap, points, buy."""
    if not policy.vip:
        return _no(DecisionCode.VIP_OFF, "spending.vip is off")
    if account.vip_until is None:
        held = (
            "its VIP has no end" if account.is_vip else "the account is not VIP; the first VIP is bought by its person"
        )
        return _no(DecisionCode.VIP_LASTS if account.is_vip else DecisionCode.VIP_NOT_HELD, held)
    left = max(account.vip_until - now, timedelta(0))
    if left > timedelta(days=policy.vip_within_days):
        return _no(DecisionCode.VIP_LASTS, f"VIP lasts until {account.vip_until:%Y-%m-%d}")
    waits = unsettled(Kind.VIP, past) or refused_lately(Kind.VIP, past, now)
    if waits:
        return waits
    room = policy.max_vip_weeks_per_30_days - spent_within(Kind.VIP, past, now, MONTH)
    weeks = [n for n in SOLD_WEEKS if n <= min(policy.vip_weeks, room) and left + timedelta(weeks=n) <= LONGEST]
    if not weeks:
        return _no(DecisionCode.VIP_CAP, f"at most {policy.max_vip_weeks_per_30_days} weeks are bought in 30 days")
    affordable = [n for n in weeks if account.seedbonus - n * POINTS_PER_WEEK >= policy.keep_points]
    if not affordable:
        return _no(
            DecisionCode.POINTS,
            f"{weeks[0]} weeks cost {weeks[0] * POINTS_PER_WEEK} points of {account.seedbonus}, "
            f"of which {policy.keep_points} are kept",
        )
    chosen = affordable[-1]
    ends = "ended" if not left else "ends"
    return Decision(
        Kind.VIP, DecisionCode.BUY, f"VIP {ends} on {account.vip_until:%Y-%m-%d}", chosen, chosen * POINTS_PER_WEEK
    )


def _no(code: DecisionCode, reason: str) -> Decision:
    return Decision(Kind.VIP, code, reason)
