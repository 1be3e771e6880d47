"""The year of the recording; of printed books the earliest that the provider has, for it lists every late edition."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain.enrichment.broken.impossible_year import is_possible
from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.model.library import LibraryItem


def year(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    if one.book.is_audiobook:
        years = [one.book.published_year] if one.recording else []
    else:
        years = [other.book.published_year for other in others if not other.book.is_audiobook]
    possible = [number for number in years if number is not None and is_possible(number, rules)]
    return str(min(possible)) if possible else ""
