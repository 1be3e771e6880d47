"""Questions over several tables that reports and the command line ask: read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.figures import SnapshotFigure
from mam_assets.domain.model.download import CostKind

from ..engine import reading
from ..tables import (
    ACTIVE_STATES,
    books,
    candidates,
    columns_of,
    download_books,
    downloads,
    missing_books,
    ownership,
    provider_answers,
    searches,
    series,
    series_entries,
    tasks,
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


def gaps(engine: sa.Engine, reason: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """Missing books, most wanted first, with their search and download state."""
    last_download = (
        sa.select(download_books.c.book_key, sa.func.max(download_books.c.download_id).label("id"))
        .where(download_books.c.book_key != "")
        .group_by(download_books.c.book_key)
        .subquery()
    )
    query = (
        sa.select(
            *columns_of(missing_books),
            searches.c.last_search_at,
            searches.c.next_search_at,
            searches.c.outcome,
            downloads.c.download_status,
        )
        .outerjoin(searches, searches.c.book_key == missing_books.c.book_key)
        .outerjoin(last_download, last_download.c.book_key == missing_books.c.book_key)
        .outerjoin(downloads, downloads.c.id == last_download.c.id)
        .order_by(missing_books.c.priority, missing_books.c.series_name, missing_books.c.book_key)
    )
    if reason:
        query = query.where(missing_books.c.reason_missing == reason)
    if limit is not None:
        query = query.limit(limit)
    return _rows(engine, query)


def find_books(engine: sa.Engine, text: str) -> list[dict[str, Any]]:
    """Missing books whose key equals the text, or whose title or key contains it."""
    exact = _rows(engine, sa.select(*columns_of(missing_books)).where(missing_books.c.book_key == text))
    if exact:
        return exact
    match = sa.or_(
        missing_books.c.title.icontains(text, autoescape=True),
        missing_books.c.book_key.icontains(text, autoescape=True),
    )
    return _rows(engine, sa.select(*columns_of(missing_books)).where(match).order_by(missing_books.c.priority))


def find_items(engine: sa.Engine, text: str) -> list[dict[str, Any]]:
    """Library items with that id, or with the text in their title."""
    wanted = sa.select(books.c.abs_id, books.c.title, books.c.author).order_by(books.c.title, books.c.abs_id)
    exact = _rows(engine, wanted.where(books.c.abs_id == text))
    return exact or _rows(engine, wanted.where(books.c.title.icontains(text, autoescape=True)))


def candidates_of(engine: sa.Engine, book_key: str) -> list[dict[str, Any]]:
    """Candidates of a book: accepted ones by rank, then the refused ones."""
    order = sa.case((candidates.c.rank > 0, candidates.c.rank), else_=1_000_000)
    return _rows(
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
    return _rows(engine, query)


def download_rows(engine: sa.Engine, states: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Downloads, newest first, without the torrent's bytes; with ``cost``, what the grab cost (blank before it)."""
    query = _downloads_query()
    if states:
        query = query.where(downloads.c.download_status.in_(list(states)))
    return _with_costs(engine, query)


def downloads_of(engine: sa.Engine, book_key: str) -> list[dict[str, Any]]:
    """All downloads of a book, newest first, as ``download_rows`` gives them."""
    mine = sa.select(download_books.c.download_id).where(download_books.c.book_key == book_key)
    return _with_costs(engine, _downloads_query().where(downloads.c.id.in_(mine)))


def _downloads_query() -> sa.Select[Any]:
    """Downloads with the first of their books, newest first."""
    first = sa.and_(download_books.c.download_id == downloads.c.id, download_books.c.position == 0)
    return sa.select(*_DOWNLOAD_COLUMNS).outerjoin(download_books, first).order_by(downloads.c.id.desc())


def _with_costs(engine: sa.Engine, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [row | {"cost": _cost(row)} for row in _rows(engine, query)]


def _cost(row: Mapping[str, Any]) -> str:
    """What the grab cost, in words; blank while it is only being made."""
    return CostKind(row["cost_kind"]).describe() if row["submitted_at"] else ""


def series_rows(engine: sa.Engine) -> list[dict[str, Any]]:
    """All series, the least complete first, those not known last."""
    return _rows(
        engine, sa.select(*columns_of(series)).order_by(series.c.completion_percentage.nulls_last(), series.c.name)
    )


def completion_is_current(engine: sa.Engine) -> bool:
    """Whether the figures were counted from a library read after the last import."""
    with reading(engine) as connection:
        imported = connection.execute(sa.select(sa.func.max(downloads.c.imported_at))).scalar_one()
        if imported is None:
            return True
        read = connection.execute(
            sa.select(sa.func.max(tasks.c.started_at)).where(
                tasks.c.task_name == "library_snapshot", tasks.c.status.in_(("succeeded", "partial"))
            )
        ).scalar_one()
        counted = connection.execute(
            sa.select(sa.func.max(tasks.c.started_at)).where(
                tasks.c.task_name == "missing_books", tasks.c.status.in_(("succeeded", "partial"))
            )
        ).scalar_one()
    return read is not None and counted is not None and imported < read <= counted


def _rows(engine: sa.Engine, query: sa.Select[Any]) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def identified_dates(engine: sa.Engine) -> dict[str, datetime]:
    """When each gap was first seen, by book key."""
    with reading(engine) as connection:
        found = connection.execute(sa.select(missing_books.c.book_key, missing_books.c.identified_date))
        return {row.book_key: row.identified_date for row in found if row.identified_date is not None}


def old_series(engine: sa.Engine, limit: datetime) -> list[dict[str, Any]]:
    """Series of which something was last answered before ``limit``: their name, how many such entries, the oldest."""
    entry = series_entries.c
    query = (
        sa.select(
            entry.series_name, sa.func.count().label("entries"), sa.func.min(entry.fetched_at).label("fetched_at")
        )
        .where(entry.fetched_at < limit)
        .group_by(entry.series_key, entry.series_name)
        .order_by(entry.series_key)
    )
    return _rows(engine, query)


def usable_items(engine: sa.Engine) -> int:
    """How many library items take part in matching."""
    with reading(engine) as connection:
        query = sa.select(sa.func.count()).select_from(books).where(books.c.problem == "")
        return connection.execute(query).scalar_one()


def largest_recent_snapshot(engine: sa.Engine, runs: int = 5) -> int:
    """The most usable audiobooks that one of the last snapshots had; 0 when there was none."""
    query = (
        sa.select(tasks.c.details)
        .where(tasks.c.task_name == "library_snapshot", tasks.c.status.in_(("succeeded", "partial")))
        .order_by(tasks.c.id.desc())
        .limit(runs)
    )
    with reading(engine) as connection:
        found = connection.execute(query).scalars()
        return max((int(details.get(SnapshotFigure.USABLE_AUDIOBOOKS, 0)) for details in found), default=0)


OPEN_STATES = (*ACTIVE_STATES, "failed")
_DOWNLOAD_COLUMNS = [
    *(column for column in downloads.c if column.name not in ("torrent_file", "release")),
    *(column for column in download_books.c if column.name not in ("download_id", "position", "wanted", "active")),
]
DOWNLOAD_COLUMNS = [column.name for column in _DOWNLOAD_COLUMNS]


def last_figures(engine: sa.Engine, task_name: str) -> dict[str, Any]:
    """The figures of the last run of a stage that ended well; empty when there was none."""
    query = (
        sa.select(tasks.c.details)
        .where(tasks.c.task_name == task_name, tasks.c.status.in_(("succeeded", "partial")))
        .order_by(tasks.c.id.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        return dict(connection.execute(query).scalar_one_or_none() or {})


def owned_books(engine: sa.Engine) -> frozenset[str]:
    """Keys of the books that the library has, as last judged."""
    query = sa.select(ownership.c.book_key).where(ownership.c.status == "owned")
    with reading(engine) as connection:
        return frozenset(connection.execute(query).scalars())


def queued_twice(engine: sa.Engine) -> list[str]:
    """Books and torrents with more than one active download."""
    found: list[str] = []
    with reading(engine) as connection:
        for column in (download_books.c.book_key, downloads.c.qbittorrent_hash):
            query = (
                sa.select(column)
                .select_from(downloads)
                .join(download_books)
                .where(downloads.c.download_status.in_(ACTIVE_STATES), column != "")
                .group_by(column)
                .having(sa.func.count(sa.distinct(downloads.c.id)) > 1)
            )
            found.extend(connection.execute(query).scalars())
    return found


def questions_asked(engine: sa.Engine) -> dict[str, int]:
    """How many questions the long stages have had answered so far, by stage: grows while they run."""
    count = sa.func.count()
    with reading(engine) as connection:
        return {
            "series_catalogue": connection.execute(sa.select(count).select_from(provider_answers)).scalar_one(),
            "search_candidates": connection.execute(sa.select(count).select_from(searches)).scalar_one(),
        }


def items_named(engine: sa.Engine, text: str) -> list[str]:
    """Ids of the library items with that id, or whose title contains the text."""
    query = sa.select(books.c.abs_id).where(
        sa.or_(books.c.abs_id == text, books.c.title.icontains(text, autoescape=True))
    )
    return _texts(engine, query.order_by(books.c.abs_id))


def books_named(engine: sa.Engine, text: str) -> list[str]:
    """Keys of the books of tracked series with that key, or whose key contains the text."""
    query = sa.select(ownership.c.book_key).where(
        sa.or_(ownership.c.book_key == text, ownership.c.book_key.icontains(text, autoescape=True))
    )
    return _texts(engine, query.distinct().order_by(ownership.c.book_key))


def series_named(engine: sa.Engine, text: str) -> list[str]:
    """Keys of the tracked series with that key, or whose key contains the text."""
    query = sa.select(series.c.series_key).where(
        sa.or_(series.c.series_key == text, series.c.series_key.icontains(text, autoescape=True))
    )
    return _texts(engine, query.order_by(series.c.series_key))


def _texts(engine: sa.Engine, query: sa.Select[Any]) -> list[str]:
    with reading(engine) as connection:
        return [str(one) for one in connection.execute(query).scalars()]
