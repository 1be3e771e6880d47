"""How the library writes its authors and series."""

from __future__ import annotations

import sqlalchemy as sa

from mam_assets.domain.importing.spelling import Identity, Spelling

from ..engine import Where, reading
from ..tables import books
from ..tables import series as series_table


def library_spelling(where: Where) -> Spelling:
    """The spellings of the last snapshot, and what its series were found to be."""
    authors: list[str] = []
    series: list[str] = []
    with reading(where) as connection:
        for row in connection.execute(sa.select(books.c.authors, books.c.series)):
            authors += [str(name) for name in row.authors or ()]
            series += [str(place["name"]) for place in row.series or () if place.get("name")]
        known = sa.select(series_table).where(series_table.c.provider_series_id != "")
        identities = {
            row.series_key: Identity(f"{row.provider}:{row.provider_series_id}", row.library_items)
            for row in connection.execute(known)
        }
    return Spelling.of(authors, series, identities)
