"""Words that stand for "not known": "Unknown", "N/A", "null", "-"."""

from __future__ import annotations

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.enrichment.values import current
from mam_assets.domain.model.library import LibraryItem

WORDS = frozenset(
    ("unknown", "n/a", "na", "none", "null", "nil", "-", "--", "?", "tba", "tbd", "undefined", "not available",
     "no description", "no description available", "unknown narrator", "unknown publisher", "unknown author", "und")
)  # fmt: skip


def placeholder(item: LibraryItem, field: Field, rules: Rules) -> bool:
    value = current(item, field)
    said = value if isinstance(value, list) else [value] if value else []
    return bool(said) and all(is_placeholder(one) for one in said)


def is_placeholder(text: str) -> bool:
    """The text says that nothing is known."""
    return text.strip().strip(".!").casefold() in WORDS
