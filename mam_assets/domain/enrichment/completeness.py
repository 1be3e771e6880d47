"""How much of a book's metadata is known, as a percentage over ten fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mam_assets.domain.enrichment.broken import broken_by
from mam_assets.domain.enrichment.model import FIELDS, Change, Field, Rules
from mam_assets.domain.enrichment.values import changed, is_blank

from ..model.library import LibraryItem


@dataclass(frozen=True, slots=True)
class Completeness:
    """``percentage`` 0 to 100 over the fields that count for this book. ``broken`` pairs a field with its rule."""

    percentage: float
    blank: tuple[Field, ...]
    broken: tuple[tuple[Field, str], ...]

    @property
    def gaps(self) -> tuple[Field, ...]:
        """Everything that is not known: blank or broken."""
        return (*self.blank, *(field for field, _ in self.broken))


def completeness(item: LibraryItem, rules: Rules, *, stands_alone: bool = False) -> Completeness:
    """A field counts as known when it is neither blank nor broken. A book that stands alone lacks no series."""
    counted = [field for field in FIELDS if not (stands_alone and field is Field.SERIES and not item.series)]
    blank = tuple(field for field in counted if is_blank(item, field))
    broken = tuple(
        (field, rule.name)
        for field in counted
        if field not in blank and (rule := broken_by(item, field, rules)) and not rule.untidy
    )
    known = len(counted) - len(blank) - len(broken)
    return Completeness(round(100 * known / len(counted), 1), blank, broken)


def with_changes(item: LibraryItem, changes: Sequence[Change]) -> LibraryItem:
    """The item as it would be after the changes."""
    return changed(item, changes)
