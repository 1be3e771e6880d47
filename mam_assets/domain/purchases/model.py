"""The words of purchases. Points are MAM's seedbonus; all times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..model.release import Account

__all__ = ["Account", "Before", "Decision", "DecisionCode", "Kind", "Outcome", "Purchase", "PurchasePolicy"]


class Kind(StrEnum):
    """What can be bought: weeks of VIP, GB of upload credit, or freeleech of one torrent for one wedge."""

    VIP = "vip"
    UPLOAD = "upload"
    WEDGE = "wedge"


class Outcome(StrEnum):
    """What became of a purchase. ``INTENDED`` is noted before MAM is asked, and stays until it is known."""

    INTENDED = "intended"
    MADE = "made"
    REFUSED = "refused"
    NOT_MADE = "not_made"

    @property
    def may_have_cost(self) -> bool:
        """Counts towards the caps: it was made, or may have been."""
        return self in (Outcome.MADE, Outcome.INTENDED)


@dataclass(frozen=True, slots=True)
class Before:
    """The account's figures right before a purchase, by which one that was never answered is recognised later."""

    seedbonus: int = 0
    wedges: int = 0
    uploaded_bytes: int = 0
    vip_until: datetime | None = None

    @classmethod
    def of(cls, account: Account) -> Before:
        return cls(account.seedbonus, account.wedges, account.uploaded_bytes, account.vip_until)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase of the ledger. ``amount`` in weeks, GB or wedges; ``torrent_id`` 0 but for a wedge."""

    kind: Kind
    at: datetime
    amount: int
    points: int
    outcome: Outcome
    torrent_id: int = 0
    before: Before = Before()
    message: str = ""
    id: int = 0
    settled_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PurchasePolicy:
    """What may be bought; everything is off by default. ``keep_points`` of seedbonus are never touched.

    ``upload_below_bytes`` is the room under the ratio guard (``Budget.download_left``) below which credit is bought.
    """

    keep_points: int = 10_000
    vip: bool = False
    vip_within_days: int = 7
    vip_weeks: int = 4
    max_vip_weeks_per_30_days: int = 4
    upload: bool = False
    upload_below_bytes: int = 10 * 1024**3
    upload_gb: int = 50
    max_upload_gb_per_7_days: int = 50
    wedges: bool = False
    max_wedges_per_run: int = 0
    max_wedges_per_7_days: int = 0
    keep_wedges: int = 0
    wedge_min_bytes: int = 0


class DecisionCode(StrEnum):
    """Whether something is bought: ``BUY``, or the condition that forbids it, or what came of the try."""

    BUY = "buy"
    UNSETTLED = "unsettled"
    REFUSED_LATELY = "refused_lately"
    POINTS = "points"
    VIP_OFF = "vip_off"
    VIP_NOT_HELD = "vip_not_held"
    VIP_LASTS = "vip_lasts"
    VIP_CAP = "vip_cap"
    UPLOAD_OFF = "upload_off"
    RATIO_WELL = "ratio_well"
    UPLOAD_CAP = "upload_cap"
    WEDGES_NOT_ALLOWED = "wedges_not_allowed"
    ALREADY_FREE = "already_free"
    WEDGES_PER_RUN = "wedges_per_run"
    NO_WEDGES = "no_wedges"
    SMALL_RELEASE = "small_release"
    WEDGE_SPENT = "wedge_spent"
    WEDGE_CAP = "wedge_cap"
    WEDGES_KEPT = "wedges_kept"
    FAILED = "failed"
    REFUSED = "refused"
    SPENT_MEANWHILE = "spent_meanwhile"


@dataclass(frozen=True, slots=True)
class Decision:
    """Buy it or not, and why."""

    kind: Kind
    code: DecisionCode
    reason: str
    amount: int = 0
    points: int = 0

    @property
    def buys(self) -> bool:
        return self.code is DecisionCode.BUY
