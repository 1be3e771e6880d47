"""`mam-assets explain`: the chain of reasons behind a book's status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from ..arguments import AsJson, Book
from ..output import err, out, print_json, rejection_reasons, styled
from ..store import open_store


def explain(book: Book, as_json: AsJson = False) -> None:
    """Explain why a book is owned, missing or in review, why each candidate was rejected, and what was downloaded."""
    from mam_assets.store.reports import decisions, download_list

    with open_store() as (_, engine):
        verdicts = decisions.verdicts_of(engine, book)
        keys = list(dict.fromkeys(row["book_key"] for row in verdicts))
        books = [
            {
                "book_key": key,
                "verdicts": [verdict for verdict in verdicts if verdict["book_key"] == key],
                "candidates": decisions.candidates_of(engine, key),
                "downloads": download_list.downloads_of(engine, key),
            }
            for key in keys
        ]
    if as_json:
        print_json(books)
        return
    if not books:
        err.print(f"No book of a tracked series matches {book!r}.")
        raise typer.Exit(1)
    for explained in books:
        out.print(explained["book_key"], style="bold")
        for row in explained["verdicts"]:
            _print_verdict(row)
        for row in explained["candidates"]:
            _print_candidate(row)
        for row in explained["downloads"]:
            _print_download(row)


def _print_verdict(row: Mapping[str, Any]) -> None:
    item = f" → «{row['item_title']}» ({row['item_path']})" if row["item_title"] else ""
    verdict = f" by gate {row['gate']}, confidence {row['confidence']}{item}\n    {row['evidence']}"
    out.print(styled(f"  {row['series_key']}: ", (row["status"], "bold"), verdict))


def _print_candidate(row: Mapping[str, Any]) -> None:
    name = f"release {row['torrent_id']} «{row['title']}»"
    if row["accepted"]:
        out.print(styled("  ", (name, "green"), f": accepted, rank {row['rank']}, {row['decided_by']}"))
    else:
        out.print(styled("  ", (name, "red"), f": rejected: {rejection_reasons(row)}"))


def _print_download(row: Mapping[str, Any]) -> None:
    what = f"download {row['id']} «{row['release_title'] or row['title']}»: {row['download_status']}"
    cost = f"; it cost {row['cost']}" if row["cost"] else ""
    reason = f": {row['status_reason']}" if row["status_reason"] else ""
    out.print(styled("  ", (what, "cyan"), f"{reason}{cost}"))
