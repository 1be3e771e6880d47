"""Places in series: all of them for an item without any; only the missing number for an item that has its series.

A series groups books and decides what counts as missing, so it needs a match that leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain import positions, titles
from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.enrichment.values import places
from mam_assets.domain.model.library import LibraryItem, SeriesRef

MOST = 3


def series(
    item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules
) -> list[dict[str, str | None]]:
    if not (one.recording or one.title_sure):
        return []
    theirs = [_numbered(ref) for ref in one.book.series if ref.name.strip()]
    if not item.series:
        return places(theirs[:MOST])
    numbers = {_key(ref.name): ref.position for ref in theirs if ref.position}
    kept = [SeriesRef(ref.name, ref.position or numbers.get(_key(ref.name), "")) for ref in item.series]
    return places(kept) if any(ref.position for ref in kept) else []


def _numbered(ref: SeriesRef) -> SeriesRef:
    """The place with its number, or with none where it is no number."""
    known = positions.parse(ref.position)
    return SeriesRef(ref.name.strip(), positions.show(known) if known.is_known and known.part is None else "")


def _key(name: str) -> str:
    return titles.series_name(name, loose=True)
