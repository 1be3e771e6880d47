"""`mam-assets account`: the tracker account, what may still be spent, what would be bought and what was."""

from __future__ import annotations

from typing import Annotated

import typer

from mam_assets.settings import load_policy

from ..arguments import AsJson
from ..output import out, print_json, print_table, styled
from ..store import open_store


def account(
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(help="Show this many purchases.")] = 20,
) -> None:
    """Show the MAM account: ratio, slots, VIP, wedges, what may still be spent and what was bought. Buys nothing."""
    from mam_assets.clients import open_mam
    from mam_assets.domain.figures import label
    from mam_assets.domain.purchases import decide_upload, decide_vip
    from mam_assets.domain.purchases.limits import close_limits
    from mam_assets.stages.acquisition import account as stage
    from mam_assets.stages.acquisition import propose, purchases
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import purchases as purchase_ledger

    with open_store() as (settings, engine):
        policy, now = load_policy(settings), utc_now()
        mam_account = open_mam(settings, policy).account()
        budget = propose.budget_of(engine, mam_account, policy.budget, None, now=now)
        rules, past = policy.purchase_policy(), purchase_ledger.since(engine, now - purchases.REMEMBERED)
        figures = stage.figures(mam_account, budget)
        limits = close_limits(budget, policy.account_thresholds(), now)
        decisions = [
            decide_vip(mam_account, rules, past, now),
            decide_upload(mam_account, budget.download_left, rules, past, now),
        ]
        spendable = max(0, mam_account.seedbonus - rules.keep_points)
        wedges = max(0, min(mam_account.wedges - rules.keep_wedges, rules.max_wedges_per_run)) if rules.wedges else 0
        bought = stage.bought_rows(engine, limit)
    if as_json:
        print_json(
            {
                **figures,
                "points_to_spend": spendable,
                "wedges_to_spend_per_run": wedges,
                "close_limits": [
                    {
                        "code": warning.code,
                        "message": warning.message,
                        "advice": warning.advice,
                        "stops_grabs": warning.stops_grabs,
                    }
                    for warning in limits
                ],
                "would_buy": [
                    {
                        "kind": decision.kind.value,
                        "buys": decision.buys,
                        "amount": decision.amount,
                        "points": decision.points,
                        "why": decision.reason,
                    }
                    for decision in decisions
                ],
                "bought": bought,
            }
        )
        return
    print_table(["", ""], [[label(name), value] for name, value in figures.items() if value is not None], header=False)
    out.print(f"may still be spent: {spendable} points, and {wedges} wedges per run")
    for decision in decisions:
        what = f"will buy {decision.amount} for {decision.points} points" if decision.buys else "buys nothing"
        out.print(f"  {decision.kind.value}: {what}: {decision.reason}")
    for warning in limits:
        out.print(styled((warning.message, "yellow"), f". {warning.advice}"))
    if bought:
        print_table(stage.BOUGHT_COLUMNS, [[row[name] for name in stage.BOUGHT_COLUMNS] for row in bought])
    else:
        out.print("Nothing has been bought yet.")
