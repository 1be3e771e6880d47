"""What was bought before and forbids to buy now: a purchase that is not settled, a refusal of today, a cap."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from .model import Decision, DecisionCode, Kind, Outcome, Purchase

AFTER_REFUSAL = timedelta(hours=24)  # MAM's reasons (class, cap, points) do not change from run to run


def unsettled(kind: Kind, past: Iterable[Purchase], torrent_id: int = 0) -> Decision | None:
    """A purchase of this kind (of this torrent) of which nobody knows yet whether it was made."""
    for purchase in past:
        if purchase.kind is kind and purchase.torrent_id == torrent_id and purchase.outcome is Outcome.INTENDED:
            return Decision(
                kind,
                DecisionCode.UNSETTLED,
                f"it is not known yet whether the purchase of {purchase.at:%Y-%m-%d %H:%M} was made",
            )
    return None


def refused_lately(kind: Kind, past: Iterable[Purchase], now: datetime, torrent_id: int = 0) -> Decision | None:
    """MAM said no less than a day ago."""
    for purchase in past:
        if (
            purchase.kind is kind
            and purchase.torrent_id == torrent_id
            and purchase.outcome is Outcome.REFUSED
            and now - purchase.at < AFTER_REFUSAL
        ):
            return Decision(
                kind, DecisionCode.REFUSED_LATELY, f"MAM refused on {purchase.at:%Y-%m-%d %H:%M}: {purchase.message}"
            )
    return None


def spent_within(kind: Kind, past: Iterable[Purchase], now: datetime, span: timedelta) -> int:
    """The amount of this kind that was, or may have been, bought in the time before now."""
    return sum(
        purchase.amount
        for purchase in past
        if purchase.kind is kind and purchase.outcome.may_have_cost and now - purchase.at < span
    )
