"""The language, as Audiobookshelf's own providers write it ("English")."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.model.library import LibraryItem


def language(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    return one.book.language.capitalize()
