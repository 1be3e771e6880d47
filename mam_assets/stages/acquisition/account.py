"""The tracker account: read, spent from where the policy says so, and shown with what is close to a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.budget import Budget
from mam_assets.domain.figures import AccountFigure
from mam_assets.domain.model.release import Account
from mam_assets.domain.purchases.limits import Limit, LimitCode, close_limits
from mam_assets.policy import Policy
from mam_assets.store.ledgers import purchases as purchase_ledger
from mam_assets.store.ledgers.notifications import Notice

from ..notifications import notify
from ..task_run import Clock, Tally, utc_now
from . import propose, purchases

GIB = 1024**3
BOUGHT_COLUMNS = ["at", "bought", "outcome", "reason", "message"]


@dataclass(frozen=True, slots=True)
class AccountReport:
    """The account after whatever was bought, what it may still afford, what was spent, and the limits close by."""

    account: Account
    budget: Budget
    bought: purchases.PurchaseResults
    limits: tuple[Limit, ...]


def look(
    engine: sa.Engine, shop: purchases.Shop, policy: Policy, tally: Tally, *, run_id: str = "", clock: Clock = utc_now
) -> AccountReport:
    """Read the account, settle and make the purchases that are due, and put its figures into ``tally``.

    Raises ServiceError when the account cannot be read.
    """

    def budget_of(account: Account) -> Budget:
        return propose.budget_of(engine, account, policy.budget, None, now=clock())

    bought = purchases.buy_what_is_due(
        engine, shop, policy.purchase_policy(), budget_of, tally, run_id=run_id, clock=clock
    )
    budget = budget_of(bought.account)
    near = close_limits(budget, policy.account_thresholds(), clock())
    tally.succeed()
    tally.figures.update(figures(bought.account, budget) | purchases.figures(bought))
    tally.figures[AccountFigure.CLOSE_LIMITS] = [{"code": limit.code.value, "message": limit.message} for limit in near]
    return AccountReport(bought.account, budget, bought, near)


def figures(account: Account, budget: Budget) -> dict[str, Any]:
    """What the account is, and what the guards still allow. No user name: figures are kept and shown."""
    left = budget.download_left
    return {
        AccountFigure.CLASS: account.classname,
        AccountFigure.VIP: account.is_vip,
        AccountFigure.VIP_UNTIL: account.vip_until.date().isoformat() if account.vip_until else None,
        AccountFigure.RATIO: account.ratio if account.ratio is not None else "infinite",
        AccountFigure.UPLOADED_GIB: round(account.uploaded_bytes / GIB, 1),
        AccountFigure.DOWNLOADED_GIB: round(account.downloaded_bytes / GIB, 1),
        AccountFigure.SEEDBONUS: account.seedbonus,
        AccountFigure.WEDGES: account.wedges,
        AccountFigure.UNSATISFIED: account.unsatisfied_count,
        AccountFigure.UNSATISFIED_LIMIT: budget.slot_limit,
        AccountFigure.SLOTS_LEFT: budget.slots_left,
        AccountFigure.GIB_LEFT_TO_DOWNLOAD: round(left / GIB, 1) if left is not None else "no limit",
    }


def bought_rows(engine: sa.Engine, limit: int = 20) -> list[dict[str, Any]]:
    """The last purchases for people, newest first: when (UTC), what, what became of it, why, what MAM said."""
    return [
        {
            "at": f"{purchase.at:%Y-%m-%d %H:%M}",
            "bought": purchases.describe(purchase),
            "outcome": purchase.outcome.value.replace("_", " "),
            "reason": purchase.reason,
            "message": purchase.message,
        }
        for purchase in purchase_ledger.recent(engine, limit)
    ]


def worries(figures: Mapping[str, Any]) -> list[str]:
    """What a look found close to a limit, in words, from its figures; empty when all was well or nothing is known."""
    return [str(limit["message"]) for limit in figures.get(AccountFigure.CLOSE_LIMITS, ())]


def tell(
    engine: sa.Engine,
    messenger: notify.Messenger,
    near: Sequence[Limit],
    policy: Policy,
    now: datetime,
) -> list[str]:
    """One message per limit, and a reminder while it is close; what is no longer close is forgotten, and said so where
    it had stopped grabs.

    Gives the codes told of. Raises SendFailed when a message could not be delivered.
    """
    causes = {limit.code.value: (f"mam-assets: the MAM account: {limit.message}", limit.advice) for limit in near}
    remind = timedelta(hours=policy.messages.remind_hours)
    ending = notify.Ending(messenger, now, _over) if policy.messages.tell_when_over else None
    return notify.keep(engine, messenger, now, notify.ACCOUNT, causes, remind_after=remind, ending=ending)


# Of VIP and bonus points no end is told: who bought VIP or spent points knows it.
_OVER: dict[str, str] = {
    LimitCode.SLOTS: "unsatisfied slots are free again",
    LimitCode.RATIO: "the ratio allows downloads again",
}


def _over(over: Sequence[Notice]) -> notify.Words | None:
    said = _OVER.get(over[0].cause.removeprefix(notify.ACCOUNT))
    if said is None:
        return None
    lasted = notify.span(over[0].first_at, over[0].last_at)
    return f"mam-assets: the MAM account: {said}", f"The warning lasted {lasted}. Downloads continue by themselves."
