"""Should a freeleech wedge be spent on this release, right before it is grabbed?

A wedge makes one torrent free for the account. The tracker takes none for a VIP torrent or one that is free anyway
(and would not give it back), so the release must have been looked at immediately before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mam_assets.domain.budget import Budget, spend_wedge

from ..model.release import Reject, Release
from .history import refused_lately, spent_within, unsettled
from .model import Decision, DecisionCode, Kind, Purchase, PurchasePolicy

WEEK = timedelta(days=7)


def decide_wedge(
    budget: Budget, release: Release, is_free: bool, policy: PurchasePolicy, past: Sequence[Purchase], now: datetime
) -> Decision:
    """Spend one wedge on this release or not. ``budget`` carries the account and the wedges of this run.

    Codes: those of ``budget.spend_wedge``, small_release, wedge_spent, unsettled, refused_lately, wedge_cap,
    wedges_kept, buy.
    """
    verdict = spend_wedge(budget, release, is_free or release.free or release.personal_freeleech)
    if isinstance(verdict, Reject):
        return _no(DecisionCode(verdict.code), verdict.describe())
    if release.size_bytes < policy.wedge_min_bytes:
        return _no(
            DecisionCode.SMALL_RELEASE, f"{release.size_bytes} bytes; wedges are for {policy.wedge_min_bytes} and more"
        )
    of_this = [
        purchase for purchase in past if purchase.kind is Kind.WEDGE and purchase.torrent_id == release.torrent_id
    ]
    waits = unsettled(Kind.WEDGE, of_this, release.torrent_id)
    waits = waits or refused_lately(Kind.WEDGE, of_this, now, release.torrent_id)
    if waits:
        return waits
    if any(purchase.outcome.may_have_cost for purchase in of_this):
        return _no(DecisionCode.WEDGE_SPENT, "one was spent on this torrent before")
    cap = policy.max_wedges_per_7_days
    if spent_within(Kind.WEDGE, past, now, WEEK) >= cap:
        return _no(DecisionCode.WEDGE_CAP, f"at most {cap} are spent in 7 days")
    if budget.account.wedges - budget.wedges_this_run <= policy.keep_wedges:
        return _no(
            DecisionCode.WEDGES_KEPT,
            f"{budget.account.wedges - budget.wedges_this_run} left, {policy.keep_wedges} are kept",
        )
    return Decision(Kind.WEDGE, DecisionCode.BUY, "it costs ratio", 1)


def _no(code: DecisionCode, reason: str) -> Decision:
    return Decision(Kind.WEDGE, code, reason)
