"""Years that no book has: 9999 and the like. (The year 0 reads as blank already.)"""

from __future__ import annotations

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.model.library import LibraryItem

EARLIEST = 1000  # older works are dated by their editions
ANNOUNCED_YEARS = 2


def impossible_year(item: LibraryItem, field: Field, rules: Rules) -> bool:
    return item.published_year is not None and not is_possible(item.published_year, rules)


def is_possible(year: int, rules: Rules) -> bool:
    """A year in which a book can have come out, or be announced for."""
    return EARLIEST <= year <= rules.this_year + ANNOUNCED_YEARS
