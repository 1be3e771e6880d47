"""`mam-assets ignore`: stop looking for a book."""

from __future__ import annotations

from typing import Annotated

import typer

from ..arguments import Book
from ..choices import choose_book
from ..output import out
from ..store import open_store


def ignore(
    book: Book,
    note: Annotated[str, typer.Option(help="Why, for your own records.")] = "",
    undo: Annotated[bool, typer.Option(help="Look for it again.")] = False,
) -> None:
    """Never search for a missing book again (--undo: do)."""
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import overrides
    from mam_assets.store.reports import lookups

    with open_store() as (_, engine):
        missing = choose_book(lookups.find_books(engine, book), book)
        if undo:
            overrides.remove(engine, overrides.OverrideKind.IGNORED_BOOK, missing["book_key"])
        else:
            overrides.put(engine, utc_now(), overrides.OverrideKind.IGNORED_BOOK, missing["book_key"], True, note)
        out.print(f"{missing['title']} is {'wanted again' if undo else 'ignored'}, from the next run on.")
