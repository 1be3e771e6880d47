"""How the library writes its authors and series."""

from __future__ import annotations

import sqlalchemy as sa

from mam_assets.domain.importing.spelling import Spelling

from .engine import Where, reading
from .tables import books


def library_spelling(where: Where) -> Spelling:
    """The spellings of the last snapshot."""
    authors: list[str] = []
    series: list[str] = []
    with reading(where) as connection:
        for row in connection.execute(sa.select(books.c.authors, books.c.series)):
            authors += [str(name) for name in row.authors or ()]
            series += [str(place["name"]) for place in row.series or () if place.get("name")]
    return Spelling.of(authors, series)
