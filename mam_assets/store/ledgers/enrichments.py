"""When the metadata of each item was last looked at, and which items are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import download_books, downloads, enrichments, metadata_corrections
from ..upsert import upsert

COMPLETE, FILLED, UNMATCHED, NOTHING_NEW = "complete", "filled", "unmatched", "nothing_new"
FAILED, PROVIDER_TROUBLE = "failed", "provider_trouble"
UNFINISHED = (FAILED, PROVIDER_TROUBLE)
"""Outcomes after which an item is looked at again soon: something stood in the way."""


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The last look at one item. Percentages 0 to 100; ``written`` false means that changes were only shown."""

    abs_id: str
    looked_at: datetime
    outcome: str
    written: bool
    before_percentage: float
    after_percentage: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Items whose metadata may be written, the fields that were, and the mean completeness before and after."""

    books: int = 0
    changes: int = 0
    before_percentage: float | None = None
    after_percentage: float | None = None


def remember(where: Where, enrichment: Enrichment) -> None:
    """Keep the look, in place of the one before."""
    row = {
        "abs_id": enrichment.abs_id,
        "looked_at": enrichment.looked_at,
        "outcome": enrichment.outcome,
        "written": enrichment.written,
        "before_percentage": enrichment.before_percentage,
        "after_percentage": enrichment.after_percentage,
    }
    with writing(where) as connection:
        upsert(connection, enrichments, [row])


def all_looks(where: Where) -> dict[str, Enrichment]:
    """The last look at every item."""
    with reading(where) as connection:
        rows = connection.execute(sa.select(enrichments)).mappings()
        return {row["abs_id"]: Enrichment(**row) for row in rows}


def imported_items(where: Where) -> list[str]:
    """Items of Audiobookshelf that this program brought, the newest first."""
    query = (
        sa.select(download_books.c.abs_item_id)
        .join(downloads)
        .where(downloads.c.download_status == "imported", download_books.c.abs_item_id != "")
        .order_by(downloads.c.imported_at.desc(), downloads.c.id.desc(), download_books.c.position)
    )
    with reading(where) as connection:
        return list(dict.fromkeys(connection.execute(query).scalars()))


def waiting(where: Where) -> int:
    """How many imported items were not looked at yet."""
    query = (
        sa.select(sa.func.count(sa.distinct(download_books.c.abs_item_id)))
        .join(downloads)
        .outerjoin(enrichments, enrichments.c.abs_id == download_books.c.abs_item_id)
        .where(
            downloads.c.download_status == "imported",
            download_books.c.abs_item_id != "",
            sa.or_(enrichments.c.abs_id.is_(None), enrichments.c.written.is_(False)),
        )
    )
    with reading(where) as connection:
        return int(connection.execute(query).scalar_one())


def totals(where: Where) -> Totals:
    """What was written so far, over all items."""
    written = sa.select(
        sa.func.count(),
        sa.func.avg(enrichments.c.before_percentage),
        sa.func.avg(enrichments.c.after_percentage),
    ).where(enrichments.c.written)
    column = metadata_corrections.c
    made = sa.select(sa.func.count()).where(column.state == "made", column.source.not_in(("import", "undo")))
    with reading(where) as connection:
        books, before, after = connection.execute(written).one()
        changes = connection.execute(made).scalar_one()
    return Totals(int(books), int(changes), _rounded(before), _rounded(after))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)


def new_imports(where: Where, *, retry_before: datetime, since: datetime | None = None) -> list[str]:
    """Imported items that were not looked at yet, or only in vain and last before ``retry_before``; newest first.

    ``since``: older imports are left to the monthly run.
    """
    query = (
        sa.select(download_books.c.abs_item_id)
        .join(downloads)
        .outerjoin(enrichments, enrichments.c.abs_id == download_books.c.abs_item_id)
        .where(
            downloads.c.download_status == "imported",
            download_books.c.abs_item_id != "",
            sa.or_(
                enrichments.c.abs_id.is_(None),
                enrichments.c.written.is_(False),
                sa.and_(enrichments.c.outcome.in_(UNFINISHED), enrichments.c.looked_at < retry_before),
            ),
        )
        .order_by(downloads.c.imported_at.desc(), downloads.c.id.desc(), download_books.c.position)
    )
    if since is not None:
        query = query.where(downloads.c.imported_at >= since)
    with reading(where) as connection:
        return list(dict.fromkeys(connection.execute(query).scalars()))
