"""Which position stands when providers give a book different ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from .. import positions
from ..model.catalogue import EntryKind, Position, SeriesEntry
from .listings import Slot, Statement


def note_position(slot: Slot, statement: Statement) -> None:
    """The more trusted provider's number stands; a differing one is noted."""
    here = slot.first.position
    if here.is_known and statement.position.is_known and not positions.same(here, statement.position):
        slot.notes.append(
            f"{statement.provider} has it as number {positions.show(statement.position)}, "
            f"{slot.first.provider} as {positions.show(here)}"
        )


def filled_position(slot: Slot, taken: Collection[Position], numbered: bool) -> SeriesEntry:
    """The slot's entry, with the first number that another provider gives it if its own provider gives none.

    Not in a series that the leading provider does not number (a universe), and never a number that another book has.
    """
    entry = slot.first.entry
    if slot.first.position.is_known or not numbered or entry.work.kind is not EntryKind.COMPANION:
        return entry
    if slot.first.forms.kinds.derivative or slot.first.forms.is_set:
        return entry
    numbering = next(
        (
            statement
            for statement in slot.statements[1:]
            if statement.position.is_known and statement.position not in taken
        ),
        None,
    )
    if numbering is None:
        return entry
    shown = positions.show(numbering.position)
    slot.notes.append(f"{slot.first.provider} gives it no number, {numbering.provider} {shown}")
    return replace(
        entry,
        position=shown,
        entry_key=f"{shown}|{entry.book_key}",
        work=replace(entry.work, kind=numbering.work.kind),
    )


def is_numbered(statements: Sequence[Statement]) -> bool:
    """Does the provider number this series: most of its books, at least?"""
    books = [
        statement
        for statement in statements
        if statement.work.kind in (EntryKind.PRIMARY, EntryKind.SECONDARY, EntryKind.COMPANION)
    ]
    return 2 * sum(statement.position.is_known for statement in books) > len(books)
