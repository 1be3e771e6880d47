"""Series of books whose items name none: a provider says that a book is in a series, and the series holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mam_assets.domain.matching import Pair

from .. import matching, people, titles
from ..model.catalogue import ProviderSeries
from ..model.library import LibraryItem, TrackedSeries


def holds(series: ProviderSeries, item: LibraryItem) -> bool:
    """Whether one of the series' entries is this very item (or is in it, for a set of books)."""
    mine = matching.item_forms(item)
    verdicts = (matching.judge_pair(Pair(mine, matching.work_forms(work))) for _, work in series.entries)
    return any(verdict.match.owns for verdict in verdicts)


def adopt(
    tracked: Sequence[TrackedSeries], discovered: Iterable[tuple[LibraryItem, ProviderSeries]]
) -> list[TrackedSeries]:
    """The tracked series with each item added to the series that holds it: to the one of that name and author, or to
    a new one. The key of a new one is what it would be if the items named the series."""
    by_key = {series.series_key: series for series in tracked}
    for item, series in discovered:
        writers = people.writers(item.authors)
        key = f"{titles.series_name(series.title)}|{writers[0] if writers else ''}"
        known = by_key.get(key)
        if known is None:
            author = item.authors[0] if item.authors else ""
            by_key[key] = TrackedSeries(key, series.title, author, series.aliases, ((item.abs_id, ""),))
        elif item.abs_id not in dict(known.members):
            by_key[key] = replace(known, members=(*known.members, (item.abs_id, "")))
    return sorted(by_key.values(), key=lambda series: series.series_key)
