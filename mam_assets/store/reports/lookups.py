"""Which book, item or series a text means. Read only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..tables import (
    books,
    columns_of,
    missing_books,
    ownership,
    series,
)
from .queries import rows, texts


def find_books(engine: sa.Engine, text: str) -> list[dict[str, Any]]:
    """Missing books whose key equals the text, or whose title or key contains it."""
    exact = rows(engine, sa.select(*columns_of(missing_books)).where(missing_books.c.book_key == text))
    if exact:
        return exact
    match = sa.or_(
        missing_books.c.title.icontains(text, autoescape=True),
        missing_books.c.book_key.icontains(text, autoescape=True),
    )
    return rows(engine, sa.select(*columns_of(missing_books)).where(match).order_by(missing_books.c.priority))


def find_items(engine: sa.Engine, text: str) -> list[dict[str, Any]]:
    """Library items with that id, or with the text in their title."""
    wanted = sa.select(books.c.abs_id, books.c.title, books.c.author).order_by(books.c.title, books.c.abs_id)
    exact = rows(engine, wanted.where(books.c.abs_id == text))
    return exact or rows(engine, wanted.where(books.c.title.icontains(text, autoescape=True)))


def items_named(engine: sa.Engine, text: str) -> list[str]:
    """Ids of the library items with that id, or whose title contains the text."""
    query = sa.select(books.c.abs_id).where(
        sa.or_(books.c.abs_id == text, books.c.title.icontains(text, autoescape=True))
    )
    return texts(engine, query.order_by(books.c.abs_id))


def books_named(engine: sa.Engine, text: str) -> list[str]:
    """Keys of the books of tracked series with that key, or whose key contains the text."""
    query = sa.select(ownership.c.book_key).where(
        sa.or_(ownership.c.book_key == text, ownership.c.book_key.icontains(text, autoescape=True))
    )
    return texts(engine, query.distinct().order_by(ownership.c.book_key))


def series_named(engine: sa.Engine, text: str) -> list[str]:
    """Keys of the tracked series with that key, or whose key contains the text."""
    query = sa.select(series.c.series_key).where(
        sa.or_(series.c.series_key == text, series.c.series_key.icontains(text, autoescape=True))
    )
    return texts(engine, query.order_by(series.c.series_key))
