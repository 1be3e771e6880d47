"""Should upload credit be bought now? MAM sells it for 500 points a GB, to programs at least 50 GB at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from .history import refused_lately, spent_within, unsettled
from .model import Account, Decision, DecisionCode, Kind, Purchase, PurchasePolicy

POINTS_PER_GB = 500
SMALLEST_GB = 50
WEEK = timedelta(days=7)
GIB = 1024**3


def decide_upload(
    account: Account, download_left: int | None, policy: PurchasePolicy, past: Sequence[Purchase], now: datetime
) -> Decision:
    """GB of upload credit to buy now, or why none.

    ``download_left`` are the bytes that the ratio guard still lets through (None: no limit). Codes: upload_off,
    ratio_well, unsettled, refused_lately, upload_cap, points, buy.
    """
    if not policy.upload:
        return _no(DecisionCode.UPLOAD_OFF, "spending.upload is off")
    if download_left is None or download_left >= policy.upload_below_bytes:
        left = "any number of" if download_left is None else f"{download_left / GIB:.1f}"
        return _no(DecisionCode.RATIO_WELL, f"{left} GiB can still be downloaded")
    waits = unsettled(Kind.UPLOAD, past) or refused_lately(Kind.UPLOAD, past, now)
    if waits:
        return waits
    amount = max(policy.upload_gb, SMALLEST_GB)
    if spent_within(Kind.UPLOAD, past, now, WEEK) + amount > policy.max_upload_gb_per_7_days:
        return _no(DecisionCode.UPLOAD_CAP, f"at most {policy.max_upload_gb_per_7_days} GB are bought in 7 days")
    points = amount * POINTS_PER_GB
    if account.seedbonus - points < policy.keep_points:
        return _no(
            DecisionCode.POINTS,
            f"{amount} GB cost {points} points of {account.seedbonus}, of which {policy.keep_points} are kept",
        )
    return Decision(
        Kind.UPLOAD, DecisionCode.BUY, f"only {download_left / GIB:.1f} GiB can still be downloaded", amount, points
    )


def _no(code: DecisionCode, reason: str) -> Decision:
    return Decision(Kind.UPLOAD, code, reason)
