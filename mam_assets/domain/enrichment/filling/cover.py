"""The cover of the recording; that of a printed book only where no title is in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.model.library import LibraryItem


def cover(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    if not (one.recording or one.title_sure):
        return ""
    url = one.book.cover_url
    return url if url.startswith(("https://", "http://")) else ""
