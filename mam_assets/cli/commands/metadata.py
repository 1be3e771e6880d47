"""`mam-assets metadata`: how complete books are, what would change, what was changed, and undoing it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mam_assets.settings import load_policy

from ..arguments import AsJson
from ..choices import choose_item
from ..output import err, out, print_json, print_list, print_table, styled
from ..store import open_store

app = typer.Typer(no_args_is_help=True, help="The metadata of your books: what is missing, what was filled in.")
LOCK = "enrichment.lock"


@app.command()
def show(
    book: Annotated[str, typer.Argument(help="An Audiobookshelf item id, or a part of a title.")],
    as_json: AsJson = False,
) -> None:
    """Show how complete a book is and what the providers would change. Writes nothing to Audiobookshelf."""
    from mam_assets.clients import open_audiobookshelf, open_metadata_providers
    from mam_assets.domain.enrichment import unreadable
    from mam_assets.stages.enrichment import enrich
    from mam_assets.stages.enrichment.report import change_rows
    from mam_assets.stages.providers.cached_provider import CachedProvider
    from mam_assets.stages.task_run import Tally, utc_now
    from mam_assets.store.ledgers import corrections
    from mam_assets.store.reports import lookups

    with open_store() as (settings, engine):
        policy = load_policy(settings)
        abs_id = choose_item(lookups.find_items(engine, book), book)
        item, stored = open_audiobookshelf(settings).item_to_edit(abs_id)
        providers, off = open_metadata_providers(settings, policy)
        tally, refresh = Tally(), enrich.refresh_by(policy.enrichment)
        rules = enrich.rules_by(policy, utc_now().year)
        locked = corrections.undone_fields(engine, [abs_id]).get(abs_id, frozenset())
        askers = [CachedProvider(provider, engine, refresh, utc_now, tally, at_once=False) for provider in providers]
        own = enrich.with_locked(rules, locked | unreadable(item, stored, rules))
        look = enrich.look_at(item, askers, own)
    changes = change_rows(look)
    if as_json:
        print_json(
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
                    {"provider": answer.provider, "offered": other.title, "why": why}
                    for answer in look.answers
                    for other, why in answer.proposal.refused
                ],
                "trouble": look.trouble,
                "off": off,
            }
        )
        return
    out.print(styled((item.title, "bold"), f" ({', '.join(item.authors)}), {abs_id}"))
    out.print(f"complete to {look.before.percentage:g} %, {look.after.percentage:g} % with these changes")
    print_list("blank", look.before.blank)
    print_list("broken", [f"{field} ({rule})" for field, rule in look.before.broken])
    print_list("locked, because you undid a change", sorted(locked))
    if changes:
        columns = ("field", "old", "new", "source", "confidence", "rule")
        print_table(columns, [[change[name] for name in columns] for change in changes])
    else:
        out.print("Nothing would change.")
    for answer in look.answers:
        for recognised in answer.proposal.recognised:
            out.print(f"  {answer.provider}: {recognised.evidence}", style="dim")
        for other, why in answer.proposal.refused:
            out.print(f"  {answer.provider}: not used: «{other.title}»: {why}", style="dim")
    print_list("problem", [look.trouble] if look.trouble else [])
    print_list("off", [f"{name}: {why}" for name, why in off.items()])


@app.command(name="corrections")
def list_corrections(
    book: Annotated[str, typer.Option(help="Only this item id, or titles that contain this text.")] = "",
    run: Annotated[str, typer.Option(help="Only changes made by this run.")] = "",
    limit: Annotated[int, typer.Option(help="Show at most this many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was changed in Audiobookshelf, newest first."""
    from mam_assets.stages.enrichment.report import brief
    from mam_assets.store.ledgers import corrections

    with open_store() as (_, engine):
        rows = corrections.listed(engine, text=book, run_id=run, limit=limit)
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("Nothing has been changed yet.")
        return
    print_table(
        ["id", "at", "book", "field", "old", "new", "source", "confidence", "state", "run"],
        [
            [
                row["id"],
                row["at"],
                row["title"] or row["abs_id"],
                row["field"],
                brief(row["old"]),
                brief(row["new"]),
                row["source"],
                row["confidence"],
                "undone" if row["undone_at"] else row["state"],
                row["run_id"][:8],
            ]
            for row in rows
        ],
    )


@app.command()
def undo(
    number: Annotated[int | None, typer.Argument(help="A number from `mam-assets metadata corrections`.")] = None,
    run: Annotated[str, typer.Option(help="Every change made by this run (its id, or the start of it).")] = "",
) -> None:
    """Restore old values where the book still has the new ones, and leave those fields alone from then on."""
    from mam_assets.clients import open_audiobookshelf
    from mam_assets.stages.enrichment.writer import MetadataWriter
    from mam_assets.store.ledgers import corrections

    if (number is None) == (not run):
        err.print("Give either a number or --run.")
        raise typer.Exit(2)
    failed = 0
    with open_store() as (settings, engine):
        numbers = (
            [number]
            if number is not None
            else [row.id for row in corrections.of_run(engine, corrections.run_named(engine, run))]
        )
        if not numbers:
            err.print(f"Run {run} made no change that can be undone.")
            raise typer.Exit(1)
        client = open_audiobookshelf(settings)
        writer = MetadataWriter(engine, client, Path(settings.state_dir).absolute() / LOCK)
        for correction in numbers:
            try:
                undone = writer.undo(correction)
            except KeyError:
                err.print(f"There is no change {correction}; see `mam-assets metadata corrections`.")
                failed += 1
                continue
            what = f"{undone.correction.id}: {undone.correction.field} of {undone.correction.abs_id}"
            if undone.problem:
                err.print(f"{what}: {undone.problem}.")
                failed += 1
            else:
                out.print(f"{what} is restored, and will not be changed again.")
    raise typer.Exit(1 if failed else 0)
