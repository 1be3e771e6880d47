"""Is it the very recording? What only a recording has (ASIN, narrators) must not come from another one."""

from __future__ import annotations

from mam_assets.domain import people
from mam_assets.domain.enrichment.numbers import is_asin

from ..model.catalogue import BookMetadata
from ..model.library import LibraryItem

SHARE = 0.05
SECONDS = 180  # jingles and credits, which matter for short books only


def lengths_agree(item: LibraryItem, book: BookMetadata) -> bool | None:
    """Within 5 % or 3 minutes, whichever is more; None when a length is not known."""
    if not item.duration_seconds or not book.runtime_seconds:
        return None
    apart = abs(item.duration_seconds - book.runtime_seconds)
    return apart <= max(book.runtime_seconds * SHARE, SECONDS)


def same_recording(item: LibraryItem, book: BookMetadata) -> tuple[bool, str]:
    """Whether the book is the item's recording, and what says so. Not known counts as no."""
    if book.is_audiobook is False:
        return False, "not an audiobook"
    if book.abridged is not None and book.abridged != item.abridged:
        return False, "abridged" if book.abridged else "unabridged"
    agree = lengths_agree(item, book)
    if agree is False:
        return False, f"another length: {_clock(book.runtime_seconds)}, the item has {_clock(item.duration_seconds)}"
    if item.narrators and book.narrators and not people.shared_author(item.narrators, book.narrators):
        return False, f"read by {', '.join(book.narrators[:2])}, the item by {', '.join(item.narrators[:2])}"
    if book.asin and is_asin(item.asin) and book.asin == item.asin:
        return True, f"the same ASIN {book.asin}"
    if agree:
        return True, f"the same length, {_clock(book.runtime_seconds)}"
    return False, "its length is not known"


def _clock(seconds: int | None) -> str:
    minutes = round((seconds or 0) / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"
