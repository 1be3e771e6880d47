"""Genres that every audiobook has are none."""

from __future__ import annotations

from mam_assets.domain.enrichment.broken.placeholder import is_placeholder
from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.model.library import LibraryItem

_EVERY_ONE = frozenset(
    ("audiobook", "audiobooks", "audio book", "audio books", "audio", "book", "books", "speech", "spoken word", "other",
     "spoken", "vocal", "misc", "general", "genre", "blues")
)  # fmt: skip
# "Blues" is what the tag reader shows for ID3v1 genre 0: nobody chose it.


def telling_nothing(item: LibraryItem, field: Field, rules: Rules) -> bool:
    return bool(item.genres) and all(says_nothing(one) for one in item.genres)


def says_nothing(genre: str) -> bool:
    """The genre fits every audiobook."""
    return genre.strip().casefold() in _EVERY_ONE or is_placeholder(genre)
