"""What a provider's answers would change in an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mam_assets.domain.enrichment.broken import broken_by
from mam_assets.domain.enrichment.filling import FILLING
from mam_assets.domain.enrichment.model import FIELDS, Change, Field, Recognition, Rules
from mam_assets.domain.enrichment.sources import KNOWS_SERIES
from mam_assets.domain.enrichment.values import current, is_blank

from ..model.catalogue import BookMetadata
from ..model.confidence import Confidence
from ..model.library import LibraryItem
from .equality import same_value
from .recognition import recognise


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one provider has to say. ``refused`` are its answers that are not surely the book, each with the reason.

    ``stands_alone``: it knows the very recording, and no series of it.
    """

    changes: tuple[Change, ...]
    recognised: tuple[Recognition, ...]
    refused: tuple[tuple[BookMetadata, str], ...]
    stands_alone: bool = False


def open_fields(item: LibraryItem, rules: Rules) -> dict[Field, str]:
    """The fields that may be set, each with why: "blank", or the rule by which it is broken."""
    why_open: dict[Field, str] = {}
    for field in FIELDS:
        if field.value in rules.locked:
            continue
        if is_blank(item, field):
            why_open[field] = "blank"
        elif rules.overwrite and (rule := broken_by(item, field, rules)):
            why_open[field] = rule.name
    return why_open


def propose(item: LibraryItem, provider: str, answers: Sequence[BookMetadata], rules: Rules) -> Proposal:
    """Changes of the open fields, from those answers that are this very book; nothing from any other."""
    recognised, refused = recognise(item, answers, rules)
    changes = []
    for field, rule in open_fields(item, rules).items():
        for match in recognised:
            new = FILLING[field](item, match, recognised, rules)
            old = current(item, field)
            if new and not same_value(new, old):
                changes.append(Change(field, old, new, provider, _confidence(match, field), rule, match.evidence))
                break
    alone = provider in KNOWS_SERIES and any(match.recording and not match.book.series for match in recognised)
    return Proposal(tuple(changes), tuple(recognised), tuple(refused), alone)


def _confidence(match: Recognition, field: Field) -> Confidence:
    """A printed book's number, publisher and year are those of another edition."""
    editions = (Field.ISBN, Field.PUBLISHER, Field.YEAR, Field.COVER)
    if match.confidence is Confidence.HIGH and field in editions and not match.recording:
        return Confidence.MEDIUM
    return match.confidence
