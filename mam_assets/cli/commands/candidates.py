"""`mam-assets candidates`: the releases that MAM offers for a book."""

from __future__ import annotations

from ..arguments import AsJson, Book
from ..choices import choose_book
from ..output import print_rows, rejection_reasons
from ..store import open_store

COLUMNS = ("torrent_id", "title", "author", "filetype", "seeders", "verdict", "why")


def candidates(book: Book, as_json: AsJson = False) -> None:
    """Show the releases that MAM offers for a missing book, and why each was accepted or rejected."""
    from mam_assets.store.reports import decisions, lookups

    with open_store() as (_, engine):
        missing = choose_book(lookups.find_books(engine, book), book)
        rows = decisions.candidates_of(engine, missing["book_key"])
    for row in rows:
        row["why"] = rejection_reasons(row) or row["decided_by"]
        row["verdict"] = f"accepted, rank {row['rank']}" if row["accepted"] else "rejected"
    empty = f"No candidates for {missing['title']}: it was not searched for yet, or MAM has nothing."
    print_rows(rows, COLUMNS, as_json=as_json, empty=empty)
