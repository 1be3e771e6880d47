"""Narrators and publisher of the very recording; of a printed book at most the publisher."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain.enrichment.broken.placeholder import is_placeholder
from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.model.library import LibraryItem


def narrators(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> list[str]:
    return [name for name in one.book.narrators if not is_placeholder(name)] if one.recording else []


def publisher(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    if one.book.is_audiobook and not one.recording:
        return ""
    named = one.book.publisher.strip()
    return "" if is_placeholder(named) else named
