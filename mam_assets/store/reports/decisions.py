"""What was decided on a book, and why. Read only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..tables import (
    books,
    candidates,
    columns_of,
    ownership,
)
from .queries import rows


def candidates_of(engine: sa.Engine, book_key: str) -> list[dict[str, Any]]:
    """Candidates of a book: accepted ones by rank, then the refused ones."""
    order = sa.case((candidates.c.rank > 0, candidates.c.rank), else_=1_000_000)
    return rows(
        engine,
        sa.select(*columns_of(candidates))
        .where(candidates.c.book_key == book_key)
        .order_by(order, candidates.c.seeders.desc()),
    )


def verdicts_of(engine: sa.Engine, text: str) -> list[dict[str, Any]]:
    """Verdicts on the series entries of a book, found by its key or a part of it, with the item that decided."""
    query = (
        sa.select(ownership, books.c.title.label("item_title"), books.c.rel_path.label("item_path"))
        .outerjoin(books, books.c.abs_id == ownership.c.abs_id)
        .where(ownership.c.book_key.icontains(text, autoescape=True))
        .order_by(ownership.c.book_key, ownership.c.series_key)
    )
    return rows(engine, query)
