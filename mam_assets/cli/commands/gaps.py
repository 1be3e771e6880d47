"""`mam-assets gaps`: the missing books."""

from __future__ import annotations

from typing import Annotated

import typer

from ..arguments import AsJson
from ..output import print_rows
from ..store import open_store

COLUMNS = (
    "author",
    "series_name",
    "series_number",
    "title",
    "reason_missing",
    "download_status",
    "next_search_at",
    "book_key",
)


def gaps(
    reason: Annotated[str, typer.Option(help="Only this reason: missing, unreleased, review, …")] = "",
    limit: Annotated[int | None, typer.Option(help="Show at most this many.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the missing books, most wanted first."""
    from mam_assets.store.reports import missing_list

    with open_store() as (_, engine):
        rows = missing_list.gaps(engine, reason, limit)
    empty = "Nothing is missing, or the library has not been scanned yet: start with `mam-assets run`."
    print_rows(rows, COLUMNS, as_json=as_json, empty=empty)
