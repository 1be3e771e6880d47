"""When each missing book was searched, and when it is due again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import searches
from ..upsert import upsert


@dataclass(frozen=True, slots=True)
class Search:
    """The last search for one missing book. ``fruitless`` counts those in a row that found nothing acceptable."""

    book_key: str
    last_search_at: datetime | None
    next_search_at: datetime | None
    fruitless: int
    outcome: str
    queries: str


def record(
    where: Where,
    now: datetime,
    book_key: str,
    *,
    outcome: str,
    fruitless: int,
    next_search_at: datetime | None,
    queries: str = "",
) -> None:
    """Note a search and when the next may be."""
    row = {
        "book_key": book_key,
        "last_search_at": now,
        "next_search_at": next_search_at,
        "fruitless": fruitless,
        "outcome": outcome,
        "queries": queries,
    }
    with writing(where) as connection:
        upsert(connection, searches, [row])


def get(where: Where, book_key: str) -> Search | None:
    """The last search for this book; None when there was none."""
    with reading(where) as connection:
        row = connection.execute(sa.select(searches).where(searches.c.book_key == book_key)).mappings().first()
        return Search(**row) if row else None


def due(where: Where, now: datetime, book_keys: Iterable[str]) -> list[str]:
    """Those of the books that may be searched now, in the order given: never searched, or their time has come."""
    waiting = sa.select(searches.c.book_key).where(searches.c.next_search_at > now)
    with reading(where) as connection:
        resting = frozenset(connection.execute(waiting).scalars())
    return [key for key in dict.fromkeys(book_keys) if key not in resting]
