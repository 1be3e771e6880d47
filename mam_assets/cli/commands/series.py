"""`mam-assets series`: how complete each series is."""

from __future__ import annotations

from ..arguments import AsJson
from ..output import print_rows
from ..store import open_store

COLUMNS = (
    "name",
    "author",
    "completion_percentage",
    "books_owned",
    "total_books_in_series",
    "confidence",
    "catalogue_problem",
)


def series(as_json: AsJson = False) -> None:
    """List the series, the least complete first."""
    from mam_assets.store.reports import series_list

    with open_store() as (_, engine):
        rows = series_list.series_rows(engine)
    print_rows(rows, COLUMNS, as_json=as_json, empty="No series yet: start with `mam-assets run`.")
