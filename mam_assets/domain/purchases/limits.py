"""What of the account is close to a limit: said before the guards stop every grab, or points and VIP are lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mam_assets.domain.budget import Budget

GIB = 1024**3
POINTS_FULL = 99_999  # MAM adds no points above this
LONG_AGO = timedelta(days=30)  # who lives without VIP since then knows it


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How near is near. 0 switches a warning off (``download_bytes`` and ``slots`` warn then at nothing left only)."""

    vip_days: int = 7
    slots: int = 3
    download_bytes: int = 5 * GIB
    points_above: int = 95_000


class LimitCode(StrEnum):
    """What of the account is close to a limit."""

    SLOTS = "slots"
    RATIO = "ratio"
    VIP = "vip"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. ``code`` names the cause of a message; ``stops_grabs`` when it already does."""

    code: LimitCode
    message: str
    advice: str
    stops_grabs: bool = False


def close_limits(budget: Budget, near: Thresholds, now: datetime) -> tuple[Limit, ...]:
    """Everything that is close to its limit, the most urgent first. ``now`` is aware UTC."""
    warnings = [_slots(budget, near), _ratio(budget, near), _vip(budget, near, now), _points(budget, near)]
    return tuple(sorted((limit for limit in warnings if limit), key=lambda limit: not limit.stops_grabs))


def _slots(budget: Budget, near: Thresholds) -> Limit | None:
    left = budget.slots_left
    if left and left >= near.slots:
        return None
    used = budget.account.unsatisfied_count + budget.in_flight_count
    counted = (
        f"{used} of {budget.slot_limit} unsatisfied torrents are in use, {budget.unsatisfied_buffer} are kept for you"
    )
    advice = "A slot is free again when its torrent has been seeded for 72 hours: keep qBittorrent running and seeding."
    if not left:
        return Limit(LimitCode.SLOTS, f"no unsatisfied slot is left: {counted}", advice, stops_grabs=True)
    return Limit(LimitCode.SLOTS, f"only {left} unsatisfied slots are left: {counted}", advice)


def _ratio(budget: Budget, near: Thresholds) -> Limit | None:
    left = budget.download_left
    if left is None or (left and left >= near.download_bytes):
        return None
    ratio = "infinite" if budget.account.ratio is None else f"{budget.account.ratio:.2f}"
    stand = f"the ratio is {ratio}, and budget.min_ratio is {budget.min_ratio:g}"
    advice = "Seed more, buy upload credit (spending.upload), or download only free releases (release.free_only)."
    if not left:
        return Limit(LimitCode.RATIO, f"nothing that costs ratio can be downloaded: {stand}", advice, stops_grabs=True)
    return Limit(LimitCode.RATIO, f"only {left / GIB:.1f} GiB can be downloaded: {stand}", advice)


def _vip(budget: Budget, near: Thresholds, now: datetime) -> Limit | None:
    until = budget.account.vip_until
    if until is None or not near.vip_days or until - now > timedelta(days=near.vip_days) or now - until > LONG_AGO:
        return None
    advice = "Buy VIP on MAM, or set spending.vip. Without VIP, VIP torrents cost ratio."
    if until <= now:
        return Limit(LimitCode.VIP, f"VIP ended on {until:%Y-%m-%d}", advice)
    return Limit(LimitCode.VIP, f"VIP ends on {until:%Y-%m-%d}", advice)


def _points(budget: Budget, near: Thresholds) -> Limit | None:
    points = budget.account.seedbonus
    if not near.points_above or points <= near.points_above:
        return None
    return Limit(
        LimitCode.POINTS,
        f"{points} bonus points: MAM adds none above {POINTS_FULL}",
        "Spend some on MAM: VIP, upload credit, wedges or a gift.",
    )
