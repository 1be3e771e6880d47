"""`mam-assets imports`: several books of one torrent, and taking an import back."""

from __future__ import annotations

from typing import Annotated

import typer

from ..arguments import DownloadNumber
from ..choices import choose_book
from ..output import err, out
from ..store import open_store

app = typer.Typer(no_args_is_help=True, help="Map the files of an import to books, or undo it.")


@app.command("map")
def map_files(
    number: DownloadNumber,
    pairs: Annotated[list[str], typer.Argument(help="BOOK=FILE: a missing book's key and a file or folder of it.")],
) -> None:
    """Map the files of a torrent with several books to their books; each book is imported separately."""
    from mam_assets.domain.acquisition import MappedBook
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import downloads
    from mam_assets.store.mappers import wanted_from_missing
    from mam_assets.store.reports import lookups

    files: dict[str, list[str]] = {}
    for pair in pairs:
        book, equals, file = pair.rpartition("=")
        if not equals or not book or not file:
            err.print(f"{pair!r} is not of the form BOOK=FILE.")
            raise typer.Exit(2)
        files.setdefault(book, []).append(file)
    with open_store() as (_, engine):
        row = downloads.get(engine, number)
        books = []
        for key, names in files.items():
            own = row.wanted if key == row.book_key else None
            wanted = own or wanted_from_missing(choose_book(lookups.find_books(engine, key), key))
            books.append(MappedBook(wanted, tuple(names)))
        first = actions.map_books(engine, number, utc_now(), books)
        count = f"{len(books)} books" if len(books) > 1 else "1 book"
        out.print(f"{first.id}: {count} will be imported, {first.title} first.")


@app.command()
def undo(number: Annotated[int, typer.Argument(help="A number from `mam-assets queue --all`.")]) -> None:
    """Remove exactly the files that an import made in the library, and nothing else."""
    from mam_assets.stages.importing.undo import undo_import

    with open_store() as (_, engine):
        undone = undo_import(engine, number)
        for path in undone.removed:
            out.print(f"removed {path}")
        for path, reason in undone.left:
            out.print(f"kept {path}: {reason}")
