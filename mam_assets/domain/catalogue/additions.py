"""Books that the leading provider does not list and another does: believed, doubted, or left out.

Why not simply searched: sites of readers hold split editions, spin-offs and mistakes beside real books, and a wrong gap
costs a person a download. So what a single other provider lists must be borne out: by another provider, or by the
numbering and an audiobook of it. What is not is UNMATCHED: it waits for a person and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from .. import positions
from ..model.catalogue import EntryKind
from ..model.confidence import Confidence
from .listings import Slot, Statement

_ADDED = frozenset([EntryKind.PRIMARY, EntryKind.SECONDARY, EntryKind.OMNIBUS])


def worth_adding(statement: Statement) -> bool:
    """Parts, translations, guides and unnumbered extras leave no gap: a second opinion on them only clutters."""
    return statement.work.kind in _ADDED


def holder(statement: Statement, slots: Iterable[Slot]) -> Slot | None:
    """The slot of another book that has this whole number already. The number is taken: this adds nothing."""
    if statement.work.kind is not EntryKind.PRIMARY or not positions.is_whole(statement.position):
        return None
    for slot in slots:
        if slot.is_base and slot.first.work.kind is EntryKind.PRIMARY and slot.first.position == statement.position:
            return slot
    return None


def believed(slot: Slot, base: Sequence[Slot], added: Sequence[Slot]) -> Confidence:
    """How sure a book is that the leading provider does not list.

    MEDIUM: two others list it, or one does, it fits the numbering and an audiobook of it is known. LOW: a novella with
    a known audiobook, or a set (which leaves no gap). UNMATCHED: else.
    """
    if len(slot.providers) > 1:
        return Confidence.MEDIUM
    kind, recorded = slot.first.work.kind, slot.first.work.has_audiobook is True
    if kind is EntryKind.OMNIBUS or (kind is EntryKind.SECONDARY and recorded):
        return Confidence.LOW
    if recorded and positions.is_whole(slot.first.position) and fits(slot.first, base, added):
        return Confidence.MEDIUM
    return Confidence.UNMATCHED


def fits(statement: Statement, base: Sequence[Slot], added: Sequence[Slot]) -> bool:
    """Does the number fill a hole in the leading provider's, or come next after them (and after added ones)?"""
    numbers = set(_numbers(base))
    if not numbers:
        return False
    upcoming, last = set(_numbers(added)), max(numbers)
    while last + 1 in upcoming:
        last += 1
    return 1 <= statement.position.numbers[0] <= last


def _numbers(slots: Iterable[Slot]) -> list[Decimal]:
    return [
        slot.first.position.numbers[0]
        for slot in slots
        if slot.first.work.kind is EntryKind.PRIMARY and positions.is_whole(slot.first.position)
    ]
