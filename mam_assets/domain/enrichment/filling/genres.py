"""Genres of the book, without those that every audiobook has."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain.enrichment.broken.telling_nothing import says_nothing
from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.model.library import LibraryItem

MOST = 8


def genres(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> list[str]:
    return [genre for genre in one.book.genres if not says_nothing(genre)][:MOST]
