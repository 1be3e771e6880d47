"""Counts over the whole store: what is owned, missing, searched and under way. Read only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..engine import reading
from ..tables import (
    ACTIVE_STATES,
    books,
    candidates,
    downloads,
    missing_books,
    provider_answers,
    searches,
    series,
)


@dataclass(frozen=True, slots=True)
class Totals:
    """The state of the whole library. Percentages 0 to 100, None while nothing is known."""

    items: int
    series: int
    series_complete: int
    series_unknown: int
    books_owned: int
    books_total: int
    completion_percentage: float | None
    missing: int
    reasons: dict[str, int]


def totals(engine: sa.Engine) -> Totals:
    """Count what the derived tables hold now."""
    with reading(engine) as connection:
        items = connection.execute(sa.select(sa.func.count()).select_from(books)).scalar_one()
        rows = connection.execute(
            sa.select(series.c.total_books_in_series, series.c.books_owned, series.c.completion_percentage)
        ).all()
        reasons = connection.execute(
            sa.select(missing_books.c.reason_missing, sa.func.count())
            .where(missing_books.c.series_key != "")  # authors' other books are listed, but no series lacks them
            .group_by(missing_books.c.reason_missing)
        ).all()
    owned = sum(row.books_owned for row in rows)
    total = sum(row.total_books_in_series for row in rows)
    counts = {str(reason): int(count) for reason, count in reasons}
    return Totals(
        items=items,
        series=len(rows),
        series_complete=sum(row.completion_percentage == 100 for row in rows),
        series_unknown=sum(row.completion_percentage is None for row in rows),
        books_owned=owned,
        books_total=total,
        completion_percentage=round(100 * owned / total, 2) if total else None,
        missing=counts.get("missing", 0),
        reasons=counts,
    )


def download_counts(engine: sa.Engine) -> dict[str, int]:
    """Downloads by state."""
    with reading(engine) as connection:
        rows = connection.execute(
            sa.select(downloads.c.download_status, sa.func.count()).group_by(downloads.c.download_status)
        ).all()
    return {str(status): int(count) for status, count in rows}


def unsettled(engine: sa.Engine, now: datetime) -> int:
    """Downloads that will still change by themselves within a minute: not those that wait for a person or a budget."""
    moving = [state for state in ACTIVE_STATES if state not in ("proposed", "import_blocked")] + ["failed"]
    soon = sa.or_(downloads.c.next_attempt_at.is_(None), downloads.c.next_attempt_at < now + timedelta(minutes=1))
    query = sa.select(sa.func.count()).select_from(downloads)
    with reading(engine) as connection:
        return connection.execute(query.where(downloads.c.download_status.in_(moving), soon)).scalar_one()


@dataclass(frozen=True, slots=True)
class SearchTotals:
    """What the searches brought: books searched, books with an acceptable release, and why releases were refused."""

    searched: int
    with_accepted: int
    releases: int
    refused: dict[str, int]


def search_totals(engine: sa.Engine) -> SearchTotals:
    """Figures over all candidates that the store holds now."""
    refused: Counter[str] = Counter()
    accepted: set[str] = set()
    with reading(engine) as connection:
        searched = connection.execute(sa.select(sa.func.count()).select_from(searches)).scalar_one()
        rows = connection.execute(
            sa.select(candidates.c.book_key, candidates.c.accepted, candidates.c.rejections)
        ).all()
    for row in rows:
        if row.accepted:
            accepted.add(row.book_key)
        refused.update({rejection["code"] for rejection in row.rejections})
    return SearchTotals(searched, len(accepted), len(rows), dict(refused.most_common()))


def questions_asked(engine: sa.Engine) -> dict[str, int]:
    """How many questions the long stages have had answered so far, by stage: grows while they run."""
    count = sa.func.count()
    with reading(engine) as connection:
        return {
            "series_catalogue": connection.execute(sa.select(count).select_from(provider_answers)).scalar_one(),
            "search_candidates": connection.execute(sa.select(count).select_from(searches)).scalar_one(),
        }
