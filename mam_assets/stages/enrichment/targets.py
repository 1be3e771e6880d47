"""Which items are looked at, in which order, and whether they may be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from mam_assets.domain.enrichment import Rules, open_fields
from mam_assets.domain.model.library import LibraryItem
from mam_assets.store.ledgers import enrichments
from mam_assets.store.ledgers.enrichments import UNFINISHED, Enrichment

from ..library.snapshot import problem_of

NEW_FOR = timedelta(days=30)  # an import that could not be enriched for so long is left to the monthly run
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """One item to look at. ``item`` None: not in the last snapshot, to be read from Audiobookshelf."""

    abs_id: str
    write: bool
    item: LibraryItem | None = None


def new_imports(engine: sa.Engine, now: datetime, retry_after: timedelta, limit: int | None = None) -> list[Target]:
    """Books that this program brought and that were not enriched yet, newest first."""
    abs_ids = enrichments.new_imports(engine, retry_before=now - retry_after, since=now - NEW_FOR)
    return [Target(abs_id, write=True) for abs_id in abs_ids[:limit]]


def library_gaps(
    items: Iterable[LibraryItem],
    looks: Mapping[str, Enrichment],
    ours: Set[str],
    rules: Rules,
    now: datetime,
    *,
    write_library: bool,
    max_age: timedelta,
    retry_after: timedelta,
    limit: int,
) -> list[Target]:
    """Items with fields that may be set and are due, the newest gaps first: those never looked at, then the last added.

    ``ours`` are the items that this program brought: they are always written, the person's own if ``write_library``.
    """
    due = []
    for item in items:
        if problem_of(item) or not open_fields(item, rules):
            continue
        write = write_library or item.abs_id in ours
        if _is_due(looks.get(item.abs_id), now, write, max_age, retry_after):
            due.append((item, write))
    due.sort(key=lambda pair: pair[0].abs_id)
    due.sort(key=lambda pair: pair[0].added_at or _LONG_AGO, reverse=True)
    due.sort(key=lambda pair: pair[0].abs_id in looks)
    return [Target(item.abs_id, write, item) for item, write in due[:limit]]


def _is_due(look: Enrichment | None, now: datetime, write: bool, max_age: timedelta, retry_after: timedelta) -> bool:
    if look is None or (write and not look.written):
        return True
    return now - look.looked_at >= (retry_after if look.outcome in UNFINISHED else max_age)
