"""Spend bonus points and wedges, if the policy says so: each purchase noted before MAM is asked and read back after.

A purchase in these steps; the program may die between any two:

1. The rule decides by the account as it is now and by everything that was, or may have been, bought before.
2. The purchase is noted as intended, with the account's figures.
3. MAM is asked, once, never repeated.
4. The account is read again, and the purchase is noted as made, refused or not made.

From 2 on nothing of that kind is bought until the account has told what became of it (``settle_all``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from mam_assets.domain.budget import Budget
from mam_assets.domain.figures import AccountFigure
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
from mam_assets.domain.releases.cost import is_free
from mam_assets.store.ledgers import purchases
from resources.errors import NotFound, RateLimited, Refused, ServiceError

from ..task_run import Clock, Tally, utc_now

REMEMBERED = timedelta(days=31)  # longer than any cap looks back
DEARER = 1.05  # more than this above MAM's price as we know it is told


class Shop(Protocol):
    """The part of MAM that spending needs. All methods raise ``resources.errors.ServiceError``."""

    def account(self, fresh: bool = False) -> Account: ...

    def find(self, torrent_id: int) -> Release: ...

    def buy_vip(self, weeks: int | None = None) -> Any: ...

    def buy_upload(self, gigabytes: int) -> Any: ...

    def buy_freeleech(self, torrent_id: int) -> Any: ...


@dataclass(slots=True)
class PurchaseResults:
    """What a run spent and why it spent no more. ``account`` is the account afterwards."""

    account: Account
    decisions: list[Decision] = field(default_factory=list)
    made: list[Purchase] = field(default_factory=list)
    settled: list[Purchase] = field(default_factory=list)


def buy_what_is_due(
    engine: sa.Engine,
    shop: Shop,
    policy: PurchasePolicy,
    budget_of: Callable[[Account], Budget],
    tally: Tally,
    *,
    run_id: str = "",
    clock: Clock = utc_now,
) -> PurchaseResults:
    """Settle what is open, then buy VIP and upload credit where the policy and its caps allow.

    ``budget_of`` gives the budget of an account, whose room under the ratio guard decides on upload credit. A purchase
    that fails is counted in ``tally`` and stops nothing; AuthError, Blocked and the like of reading the account are
    raised.
    """
    done = PurchaseResults(shop.account())
    done.settled = settle_all(engine, shop, tally, clock=clock)
    if done.settled:
        done.account = shop.account(fresh=True)

    def vip(past: Sequence[Purchase]) -> Decision:
        return decide_vip(done.account, policy, past, clock())

    def upload(past: Sequence[Purchase]) -> Decision:
        return decide_upload(done.account, budget_of(done.account).download_left, policy, past, clock())

    for decide in (vip, upload):
        newest, past = purchases.newest(engine), purchases.since(engine, clock() - REMEMBERED)
        decision = decide(past)
        done.decisions.append(decision)
        if not decision.buys:
            continue
        done.account = shop.account(fresh=True)  # the figures that the purchase is recognised by
        decision = decide(past)
        done.decisions[-1] = decision
        if not decision.buys:
            continue
        try:
            bought = _buy(engine, shop, decision, done.account, newest, run_id, clock)
        except ServiceError as error:
            tally.fail_by(f"buying {decision.kind.value}", error)
            done.decisions[-1] = replace(decision, code=DecisionCode.FAILED, reason=error.message)
            continue
        except purchases.SpentMeanwhile as error:
            done.decisions[-1] = replace(decision, code=DecisionCode.SPENT_MEANWHILE, reason=str(error))
            continue
        done.account = shop.account(fresh=True)
        tally.succeed()
        done.made.append(_read_back(engine, bought, done.account, clock))
    return done


def settle_all(engine: sa.Engine, shop: Shop, tally: Tally, *, clock: Clock = utc_now) -> list[Purchase]:
    """Find out by the account (and the torrent of a wedge) what became of purchases whose answer never came.

    What cannot be told yet stays open. MAM is asked only if there is such a purchase.
    """
    settled = []
    unsettled = purchases.unsettled(engine)
    account = shop.account(fresh=True) if unsettled else None
    for purchase in unsettled:
        assert account is not None
        if purchase.kind is Kind.WEDGE:
            outcome = settle_wedge(purchase, account, _release(shop, purchase.torrent_id), clock())
        else:
            outcome = settle(purchase, account, clock())
        if outcome is Outcome.INTENDED:
            continue
        message = "the account shows it" if outcome is Outcome.MADE else "the account does not show it"
        purchases.settle(engine, clock(), purchase.id, outcome, f"no answer came; {message}")
        settled.append(replace(purchase, outcome=outcome, message=message))
        tally.succeed()
    return settled


def _release(shop: Shop, torrent_id: int) -> Release | None:
    try:
        return shop.find(torrent_id)
    except NotFound:
        return None


def _buy(
    engine: sa.Engine,
    shop: Shop,
    decision: Decision,
    account: Account,
    newest: int,
    run_id: str,
    clock: Clock,
    torrent_id: int = 0,
) -> Purchase:
    """Steps 2 and 3. An error that leaves it open whether it was made leaves it intended, and is raised."""
    before = Before.of(account)
    number = purchases.intend(engine, clock(), decision, before, last_seen=newest, torrent_id=torrent_id, run_id=run_id)
    try:
        match decision.kind:
            case Kind.VIP:
                shop.buy_vip(decision.amount)
            case Kind.UPLOAD:
                shop.buy_upload(decision.amount)
            case Kind.WEDGE:
                shop.buy_freeleech(torrent_id)
    except Refused as error:
        purchases.settle(engine, clock(), number, Outcome.REFUSED, error.message)
        raise
    except RateLimited as error:
        purchases.settle(engine, clock(), number, Outcome.NOT_MADE, error.message)
        raise
    purchases.settle(engine, clock(), number, Outcome.MADE, "MAM said yes")
    return Purchase(
        decision.kind,
        clock(),
        decision.amount,
        decision.points,
        Outcome.MADE,
        torrent_id=torrent_id,
        before=before,
        id=number,
        reason=decision.reason,
    )


def _read_back(engine: sa.Engine, bought: Purchase, account: Account, clock: Clock) -> Purchase:
    """Step 4: what MAM agreed to is looked for in the account."""
    shown = settle(replace(bought, outcome=Outcome.INTENDED), account, clock()) is Outcome.MADE
    message = (
        "MAM said yes, and the account shows it" if shown else "MAM said yes, but the account does not show it yet"
    )
    gone = bought.before.seedbonus - account.seedbonus
    if shown and gone > bought.points * DEARER:
        message += f"; it cost {gone} points and not {bought.points}"
    purchases.add_message(engine, bought.id, message)
    return replace(bought, message=message)


class Wedges:
    """Wedges for what a submission run is about to grab.

    ``allowed`` asks the rule; ``spend`` looks at the release once more, asks the rule again, spends, and looks whether
    the release is free now. Nothing here touches a download: ``fl`` in a download's address is never used.
    """

    def __init__(
        self, engine: sa.Engine, shop: Shop, policy: PurchasePolicy, *, run_id: str = "", clock: Clock = utc_now
    ) -> None:
        self._engine = engine
        self._shop = shop
        self._policy = policy
        self._run_id = run_id
        self._clock = clock
        self.decisions: list[tuple[int, Decision]] = []

    def allowed(self, budget: Budget, release: Release, free: bool) -> bool:
        """Would the rule spend one on this release, as it was just found?"""
        return self._policy.wedges and self._decide(budget, release, free).buys

    def is_open(self, torrent_id: int) -> bool:
        """Is there a wedge for this torrent of which nobody knows yet whether it was spent?"""
        return any(purchase.outcome is Outcome.INTENDED for purchase in purchases.of_torrent(self._engine, torrent_id))

    def made(self, torrent_id: int) -> bool:
        """Was one spent on this torrent, by this run or an earlier one?"""
        return any(purchase.outcome is Outcome.MADE for purchase in purchases.of_torrent(self._engine, torrent_id))

    def spend(self, budget: Budget, torrent_id: int) -> tuple[Release, Budget]:
        """Spend one, if the rule still says so; gives the release as it is then and the budget with that wedge gone.

        A refusal is no error: the release comes back as it is, and costs what it costs. Raises ServiceError when MAM
        cannot be asked, or gave no clear answer: then the wedge is open and is settled by a later run.
        """
        release = self._shop.find(torrent_id)
        newest = purchases.newest(self._engine)
        decision = self._decide(budget, release, is_free(release, budget.account, self._clock()))
        self.decisions.append((torrent_id, decision))
        if not decision.buys:
            return release, budget
        account = replace(budget.account, wedges=budget.account.wedges - budget.wedges_this_run)
        try:
            _buy(self._engine, self._shop, decision, account, newest, self._run_id, self._clock, torrent_id)
        except Refused as error:
            self.decisions[-1] = (torrent_id, replace(decision, code=DecisionCode.REFUSED, reason=error.message))
            return release, budget
        except purchases.SpentMeanwhile as error:
            self.decisions[-1] = (torrent_id, replace(decision, code=DecisionCode.SPENT_MEANWHILE, reason=str(error)))
            return release, budget
        return self._shop.find(torrent_id), replace(budget, wedges_this_run=budget.wedges_this_run + 1)

    def _decide(self, budget: Budget, release: Release, free: bool) -> Decision:
        past: Sequence[Purchase] = purchases.since(self._engine, self._clock() - REMEMBERED)
        known = {purchase.id for purchase in past}
        past = [
            *past,
            *(
                purchase
                for purchase in purchases.of_torrent(self._engine, release.torrent_id)
                if purchase.id not in known
            ),
        ]
        return decide_wedge(budget, release, free, self._policy, past, self._clock())


def figures(done: PurchaseResults) -> dict[str, Any]:
    """What was bought and why no more, for people."""
    shown: dict[str, Any] = {_BUYING[decision.kind]: decision.reason for decision in done.decisions}
    for bought in done.made:
        shown[_BUYING[bought.kind]] = f"bought {describe(bought)}: {bought.reason}; {bought.message}"
    for settled in done.settled:
        at = f"{settled.at:%Y-%m-%d %H:%M}"
        shown[_SETTLED[settled.kind]] = f"{describe(settled)} of {at}: {settled.message}"
    return shown


_BUYING = {Kind.VIP: AccountFigure.BUYING_VIP, Kind.UPLOAD: AccountFigure.BUYING_UPLOAD}
_SETTLED = {
    Kind.VIP: AccountFigure.SETTLED_VIP,
    Kind.UPLOAD: AccountFigure.SETTLED_UPLOAD,
    Kind.WEDGE: AccountFigure.SETTLED_WEDGE,
}


def describe(purchase: Purchase) -> str:
    """ "4 weeks of VIP for 5000 points"."""
    match purchase.kind:
        case Kind.VIP:
            return f"{purchase.amount} weeks of VIP for {purchase.points} points"
        case Kind.UPLOAD:
            return f"{purchase.amount} GB of upload credit for {purchase.points} points"
        case Kind.WEDGE:
            return f"a wedge for torrent {purchase.torrent_id}"
