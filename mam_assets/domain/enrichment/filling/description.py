"""A description says more than the title."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain import titles
from mam_assets.domain.enrichment.broken.placeholder import is_placeholder
from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.model.library import LibraryItem

SHORTEST = 20  # characters; less is a title or a slogan


def description(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    said = one.book.description.strip()
    if len(said) < SHORTEST or is_placeholder(said) or titles.normal(said) == titles.normal(one.book.title):
        return ""
    return said
