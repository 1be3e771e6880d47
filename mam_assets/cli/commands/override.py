"""`mam-assets override`: a person's decision; it wins over every rule."""

from __future__ import annotations

from typing import Annotated

import typer

from ..choices import choose_key
from ..output import err, out
from ..store import open_store

app = typer.Typer(no_args_is_help=True, help="Override a decision; an override wins over every rule.")
Undo = Annotated[bool, typer.Option("--undo", help="Remove the override.")]
REMOVED = "The override is removed, from the next run on."
UNKNOWN = "There is no such override; see `mam-assets override list`."


@app.command()
def match(
    item: Annotated[str, typer.Argument(help="An Audiobookshelf item: its id, or part of its title.")],
    book: Annotated[str, typer.Argument(help="A book of a tracked series: its key, or part of it.")],
    unlike: Annotated[bool, typer.Option("--not", help="The item is not this book.")] = False,
    undo: Undo = False,
) -> None:
    """Decide that a library item is (--not: is not) a certain book."""
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import overrides
    from mam_assets.store.reports import lookups

    with open_store() as (_, engine):
        abs_id = choose_key(lookups.items_named(engine, item), item, "library item")
        key = choose_key(lookups.books_named(engine, book), book, "book of a tracked series")
        kind = overrides.OverrideKind.EXCLUDED_MATCH if unlike else overrides.OverrideKind.MANUAL_MATCH
        if undo:
            known = overrides.remove_match(engine, utc_now(), kind, abs_id, key)
            out.print(REMOVED if known else UNKNOWN)
            return
        overrides.add_match(engine, utc_now(), kind, abs_id, key)
        out.print(f"{abs_id} {'is not' if unlike else 'is'} {key}, from the next run on.")


@app.command()
def series(
    series_key: Annotated[str, typer.Argument(help="A tracked series: its key, or part of it.")],
    identity: Annotated[str, typer.Argument(help="The provider's series, such as goodreads:43318.")] = "",
    undo: Undo = False,
) -> None:
    """Decide which series of a provider a tracked series is."""
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import overrides
    from mam_assets.store.reports import lookups

    with open_store() as (_, engine):
        key = choose_key(lookups.series_named(engine, series_key), series_key, "tracked series")
        if undo:
            known = overrides.remove(engine, overrides.OverrideKind.SERIES_IDENTITY, key)
            out.print(REMOVED if known else UNKNOWN)
            return
        provider, colon, number = identity.partition(":")
        if not colon or not provider or not number:
            err.print("Name the provider's series as provider:id, such as goodreads:43318.")
            raise typer.Exit(2)
        overrides.put(engine, utc_now(), overrides.OverrideKind.SERIES_IDENTITY, key, identity)
        out.print(f"{key} is {identity}, from the next run on.")


@app.command(name="list")
def list_overrides() -> None:
    """List your overrides."""
    from mam_assets.store.ledgers import overrides

    with open_store() as (_, engine):
        for override in overrides.everything(engine):
            value = f" → {override.value}" if override.value not in (None, True) else ""
            out.print(f"{override.kind.value}: {override.subject}{value}  {override.note}")
