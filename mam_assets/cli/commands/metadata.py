"""`mam-assets metadata`: how complete books are, what would change, what was changed, and taking it back."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from rich.table import Table

from mam_assets.settings import load_policy

from ..output import err, opened, out, styled

app = typer.Typer(no_args_is_help=True, help="What is known of your books, and what was filled in.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LOCK = "enrichment.lock"


@app.command()
def show(
    book: Annotated[str, typer.Argument(help="An Audiobookshelf item id, or a part of a title.")],
    as_json: AsJson = False,
) -> None:
    """Show how complete a book is and what the providers would change. Writes nothing to Audiobookshelf."""
    from mam_assets.domain.enrichment import unreadable
    from mam_assets.metadata_sources import open_providers
    from mam_assets.stages.enrichment import enrich
    from mam_assets.stages.enrichment.questions import MetadataAsker
    from mam_assets.stages.enrichment.report import change_rows
    from mam_assets.stages.task_run import Tally, utc_now
    from mam_assets.store.ledgers import corrections
    from resources.audiobookshelf import AbsClient

    with opened() as (settings, engine):
        policy = load_policy(settings)
        abs_id = _one_item(engine, book)
        item, stored = AbsClient(settings.abs_url, settings.abs_token.get_secret_value()).item_to_edit(abs_id)
        providers, off = open_providers(settings, policy)
        tally, pace = Tally(), enrich.pace_of(policy.enrichment)
        rules = enrich.rules_by(policy, utc_now().year)
        locked = corrections.undone_fields(engine, [abs_id]).get(abs_id, frozenset())
        askers = [MetadataAsker(provider, engine, pace, utc_now, tally) for provider in providers]
        own = enrich.with_locked(rules, locked | unreadable(item, stored, rules))
        look = enrich.look_at(item, askers, own)
    changes = change_rows(look)
    if as_json:
        _print_json(
            {
                "abs_id": abs_id,
                "title": item.title,
                "completeness": look.before.percentage,
                "completeness_after": look.after.percentage,
                "blank": look.before.blank,
                "broken": dict(look.before.broken),
                "left_alone": sorted(locked),
                "changes": changes,
                "not_surely_the_book": [
                    {"provider": heard.provider, "offered": other.title, "why": why}
                    for heard in look.heard
                    for other, why in heard.proposal.refused
                ],
                "trouble": look.trouble,
                "off": off,
            }
        )
        return
    out.print(styled((item.title, "bold"), f" ({', '.join(item.authors)}), {abs_id}"))
    out.print(f"complete to {look.before.percentage:g} %, {look.after.percentage:g} % with these changes")
    _line("blank", look.before.blank)
    _line("broken", [f"{field} ({rule})" for field, rule in look.before.broken])
    _line("left alone, for you took a change back", sorted(locked))
    _table(changes, ["field", "old", "new", "source", "confidence", "rule"], "Nothing would change.")
    for heard in look.heard:
        for one in heard.proposal.recognised:
            out.print(f"  {heard.provider}: {one.evidence}", style="dim")
        for other, why in heard.proposal.refused:
            out.print(f"  {heard.provider}: not taken: «{other.title}»: {why}", style="dim")
    _line("trouble", [look.trouble] if look.trouble else [])
    _line("off", [f"{name}: {why}" for name, why in off.items()])


@app.command(name="corrections")
def list_corrections(
    book: Annotated[str, typer.Option(help="Only this item id, or books with this in their title.")] = "",
    run: Annotated[str, typer.Option(help="Only changes of this run.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was changed in Audiobookshelf, newest first."""
    from mam_assets.stages.enrichment.report import brief
    from mam_assets.store.ledgers import corrections

    with opened() as (_, engine):
        rows = corrections.listed(engine, text=book, run_id=run, limit=limit)
    if as_json:
        _print_json(rows)
        return
    shown = [
        {
            "id": str(row["id"]),
            "at": f"{row['at']:%Y-%m-%d %H:%M}",
            "book": row["title"] or row["abs_id"],
            "field": row["field"],
            "old": brief(row["old"]),
            "new": brief(row["new"]),
            "source": row["source"],
            "confidence": row["confidence"],
            "state": "undone" if row["undone_at"] else row["state"],
            "run": row["run_id"][:8],
        }
        for row in rows
    ]
    _table(
        shown,
        ["id", "at", "book", "field", "old", "new", "source", "confidence", "state", "run"],
        "Nothing was changed yet.",
    )


@app.command()
def undo(
    number: Annotated[int | None, typer.Argument(help="A number from `mam-assets metadata corrections`.")] = None,
    run: Annotated[str, typer.Option(help="Every change of this run (its id, or the beginning of it).")] = "",
) -> None:
    """Put old values back where the book still has the new ones, and leave those fields alone from then on."""
    from mam_assets.stages.enrichment.writer import MetadataWriter
    from mam_assets.store.ledgers import corrections
    from resources.audiobookshelf import AbsClient

    if (number is None) == (not run):
        err.print("Give either a number or --run.")
        raise typer.Exit(2)
    failed = 0
    with opened() as (settings, engine):
        numbers = (
            [number]
            if number is not None
            else [row.id for row in corrections.of_run(engine, corrections.run_named(engine, run))]
        )
        if not numbers:
            err.print(f"Run {run} made no change that still stands.")
            raise typer.Exit(1)
        client = AbsClient(settings.abs_url, settings.abs_token.get_secret_value())
        writer = MetadataWriter(engine, client, Path(settings.state_dir).absolute() / LOCK)
        for one in numbers:
            try:
                done = writer.undo(one)
            except KeyError:
                err.print(f"There is no change {one}; see `mam-assets metadata corrections`.")
                failed += 1
                continue
            what = f"{done.correction.id}: {done.correction.field} of {done.correction.abs_id}"
            if done.problem:
                err.print(f"{what}: {done.problem}.")
                failed += 1
            else:
                out.print(f"{what} is as it was, and will be left alone.")
    raise typer.Exit(1 if failed else 0)


def _one_item(engine: sa.Engine, text: str) -> str:
    """The id of the one library item that is meant; ends the program when it is none or several."""
    from mam_assets.store.reports import overview

    found = overview.find_items(engine, text)
    if len(found) == 1:
        return str(found[0]["abs_id"])
    if not found:
        # An item that was added since the last look at the library is known to Audiobookshelf only.
        return text
    err.print(f"{text!r} may be any of these; give its id:")
    for row in found[:20]:
        err.print(f"  {row['abs_id']}  {row['title']} ({row['author']})")
    raise typer.Exit(1)


def _line(name: str, values: Sequence[str]) -> None:
    if values:
        out.print(f"{name}: {', '.join(values)}")


def _table(rows: Sequence[dict[str, str]], columns: Sequence[str], empty: str) -> None:
    if not rows:
        out.print(empty)
        return
    table = Table(show_header=True, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(row[column] for column in columns))
    out.print(table)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
