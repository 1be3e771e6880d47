"""`mam-assets account`: the tracker account, what it may still afford, what would be bought and what was."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from mam_assets.settings import SettingsError, load_policy

from ..output import AsJson, opened, out, print_json, styled


def account(
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(help="Show so many purchases.")] = 20,
) -> None:
    """Show the MAM account: ratio, slots, VIP, wedges, what may still be spent and what was bought. Buys nothing."""
    from mam_assets.domain.purchases import decide_upload, decide_vip
    from mam_assets.domain.purchases.limits import edges
    from mam_assets.stages.acquisition import account as stage
    from mam_assets.stages.acquisition import propose, purchases
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import purchases as purchase_ledger
    from resources.myanonamouse import open_mam

    with opened() as (settings, engine):
        if not settings.mam_id.get_secret_value():
            raise SettingsError([one for one in settings.missing() if one.startswith("MAM_ID")])
        policy, now = load_policy(settings), utc_now()
        seconds = policy.search.seconds_between_requests
        tracker = open_mam(
            settings.mam_url,
            settings.mam_id.get_secret_value(),
            settings.state_dir.absolute(),
            seconds_between=seconds,
            jitter=min(1.0, seconds / 2),
        )
        found = tracker.account()
        budget = propose.budget_of(engine, found, policy.budget, None, now=now)
        rules, past = policy.spending_policy(), purchase_ledger.since(engine, now - purchases.REMEMBERED)
        figures = stage.figures(found, budget)
        near = edges(budget, policy.account_thresholds(), now)
        decisions = [
            decide_vip(found, rules, past, now),
            decide_upload(found, budget.download_left, rules, past, now),
        ]
        spendable = max(0, found.seedbonus - rules.keep_points)
        wedges = max(0, min(found.wedges - rules.keep_wedges, rules.max_wedges_per_run)) if rules.wedges else 0
        bought = stage.bought_rows(engine, limit)
    if as_json:
        print_json(
            {
                **{name.replace(" ", "_").lower(): value for name, value in figures.items()},
                "points_to_spend": spendable,
                "wedges_to_spend_per_run": wedges,
                "near_an_edge": [
                    {"code": edge.code, "message": edge.message, "advice": edge.advice, "stops_grabs": edge.stops_grabs}
                    for edge in near
                ],
                "would_buy": [
                    {
                        "kind": one.kind.value,
                        "buys": one.buys,
                        "amount": one.amount,
                        "points": one.points,
                        "why": one.reason,
                    }
                    for one in decisions
                ],
                "bought": bought,
            }
        )
        return
    _table(["", ""], [[name, value] for name, value in figures.items() if value is not None], header=False)
    out.print(f"may still be spent: {spendable} points above those that are kept, {wedges} wedges in a run")
    for one in decisions:
        what = f"will buy {one.amount} for {one.points} points" if one.buys else "buys nothing"
        out.print(f"  {one.kind.value}: {what}: {one.reason}")
    for edge in near:
        out.print(styled((edge.message, "yellow"), f". {edge.advice}"))
    if bought:
        _table(stage.BOUGHT_COLUMNS, [[row[name] for name in stage.BOUGHT_COLUMNS] for row in bought])
    else:
        out.print("Nothing was bought so far.")


def _table(columns: list[str], rows: list[list[Any]], *, header: bool = True) -> None:
    table = Table(show_header=header, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row))
    out.print(table)
