"""What a grab costs and whether the budget bears it: asked twice, before the .torrent is fetched and, with the
torrent's own size, right before it is added. A wedge is spent in between, at the very last moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mam_assets.domain.acquisition import Download
from mam_assets.domain.budget import Budget, spend
from mam_assets.domain.model.download import CostKind
from mam_assets.domain.model.release import Reject, RejectCode, Release
from mam_assets.domain.releases.cost import free_by, is_free

from .purchases import Wedges


@dataclass(frozen=True, slots=True)
class Price:
    """What a release costs now: nothing (``free``, by ``free_by``), a wedge (``wedge``), else its size in download."""

    release: Release
    free: bool
    wedge: bool = False
    free_by: CostKind = CostKind.NONE


def price_of(release: Release, budget: Budget, wedges: Wedges | None, now: datetime) -> Price | Reject:
    """The price of a release as it was just found on MAM. A Reject while it is not known whether a wedge was spent on
    it: that is settled within the hour, and taking it now might cost the wedge and the ratio."""
    free = is_free(release, budget.account, now)
    if free or wedges is None:
        return Price(release, free, free_by=free_by(release, budget.account, now))
    if wedges.is_open(release.torrent_id):
        return Reject(
            RejectCode.WEDGE_UNSETTLED, "a wedge that may have been spent", "a clear answer of MAM", permanent=False
        )
    return Price(release, free, wedges.allowed(budget, release, free))


def price_by_hand(row: Download) -> Price:
    """A torrent that a person brought is not on MAM as far as we know: its size counts in full."""
    return Price(Release(0, row.release_title or row.title, size_bytes=row.size_bytes), free=False)


def first_look(budget: Budget, price: Price) -> Budget | Reject:
    """The budget after this grab, if a wedge that may be spent will be."""
    return spend(budget, price.release, price.free or price.wedge)


def last_look(
    budget: Budget, price: Price, size_bytes: int, wedges: Wedges | None, now: datetime
) -> tuple[Budget, Budget | Reject]:
    """Right before the torrent is added: the budget before it (with a wedge gone, if one was spent) and after it.

    ``size_bytes`` is the torrent's own size; MAM rounds what it lists. Raises ServiceError when MAM gives no clear
    answer to a wedge.
    """
    release, free = replace(price.release, size_bytes=max(price.release.size_bytes, size_bytes)), price.free
    if price.wedge and wedges is not None:
        other_guards = spend(budget, release, is_free=True)
        if isinstance(other_guards, Reject):
            return budget, other_guards
        found, budget = wedges.spend(budget, release.torrent_id)
        free = is_free(found, budget.account, now)
    return budget, spend(budget, release, free)


def cost_of(price: Price, before: Budget, after: Budget, wedges: Wedges | None) -> CostKind:
    """What a grab cost, for the ledger. ``before`` and ``after`` are those of ``last_look``, which counts as download
    what is not free at that moment."""
    if not price.release.torrent_id:
        return CostKind.NOT_KNOWN
    if after.paid_in_flight > before.paid_in_flight:
        return CostKind.RATIO
    if wedges is not None and wedges.made(price.release.torrent_id):
        return CostKind.WEDGE
    return price.free_by or CostKind.FREE


def with_adopted(budget: Budget, row: Download) -> Budget:
    """The budget after a torrent was found in qBittorrent that the ledger had not counted yet."""
    return replace(
        budget,
        in_flight_bytes=budget.in_flight_bytes + row.size_bytes,
        in_flight_paid_bytes=budget.paid_in_flight + row.size_bytes,
        in_flight_count=budget.in_flight_count + 1,
    )
