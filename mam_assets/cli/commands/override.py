"""A person's word on the decisions: this item is that book (or is not), this series is that one. It always wins."""

from __future__ import annotations

from typing import Annotated

import typer

from ..output import err, one_of, opened, out

app = typer.Typer(no_args_is_help=True, help="Your word on what is what; it wins over every rule.")
Undo = Annotated[bool, typer.Option("--undo", help="Take the word back.")]


@app.command()
def match(
    item: Annotated[str, typer.Argument(help="An Audiobookshelf item: its id, or a part of its title.")],
    book: Annotated[str, typer.Argument(help="A book of a tracked series: its key, or a part of it.")],
    unlike: Annotated[bool, typer.Option("--not", help="Say that the item is not that book.")] = False,
    undo: Undo = False,
) -> None:
    """Say that a library item is (or, with --not, is not) a certain book."""
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import overrides
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        abs_id = one_of(item, overview.items_named(engine, item), "library item")
        key = one_of(book, overview.books_named(engine, book), "book of a tracked series")
        kind = "excluded_match" if unlike else "manual_match"
        if undo:
            known = overrides.remove_match(engine, utc_now(), kind, abs_id, key)
            out.print("Taken back." if known else "Nothing of the kind was said.")
            return
        overrides.add_match(engine, utc_now(), kind, abs_id, key)
        relation = "is not" if unlike else "is"
        out.print(f"{abs_id} {relation} {key}, from the next run on.")


@app.command()
def series(
    series_key: Annotated[str, typer.Argument(help="A tracked series: its key, or a part of it.")],
    identity: Annotated[str, typer.Argument(help="The provider's series, such as goodreads:43318.")] = "",
    undo: Undo = False,
) -> None:
    """Say which series of a provider a tracked series is."""
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import overrides
    from mam_assets.store.reports import overview

    with opened() as (_, engine):
        key = one_of(series_key, overview.series_named(engine, series_key), "tracked series")
        if undo:
            known = overrides.clear(engine, "series_identity", key)
            out.print("Taken back." if known else "Nothing of the kind was said.")
            return
        provider, colon, number = identity.partition(":")
        if not colon or not provider or not number:
            err.print("Name the provider's series as provider:id, such as goodreads:43318.")
            raise typer.Exit(2)
        overrides.set(engine, utc_now(), "series_identity", key, identity)
        out.print(f"{key} is {identity}, from the next run on.")


@app.command(name="list")
def listed() -> None:
    """Show everything that you have said."""
    from mam_assets.store.ledgers import overrides

    with opened() as (_, engine):
        for word in overrides.everything(engine):
            value = f" → {word.value}" if word.value not in (None, True) else ""
            out.print(f"{word.kind}: {word.subject}{value}  {word.note}")
