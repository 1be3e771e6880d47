"""An ASIN only of the very recording, an ISBN only with a right check digit."""

from __future__ import annotations

from collections.abc import Sequence

from mam_assets.domain.enrichment.model import Recognised, Rules
from mam_assets.domain.enrichment.numbers import is_asin, isbn13
from mam_assets.domain.model.library import LibraryItem


def asin(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    return one.book.asin if one.recording and is_asin(one.book.asin) else ""


def isbn(item: LibraryItem, one: Recognised, others: Sequence[Recognised], rules: Rules) -> str:
    """Of the recording; or of the printed book, of which no recording says otherwise."""
    if one.book.is_audiobook and not one.recording:
        return ""
    return isbn13(one.book.isbn) if one.recording or one.title_sure else ""
