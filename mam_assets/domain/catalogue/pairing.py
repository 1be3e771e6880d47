"""Which entry of another provider is which work: the surest pairs first, each entry once."""

from __future__ import annotations

from collections.abc import Sequence

from .listings import Slot, Statement
from .same_work import Likeness, likeness


def pairs(slots: Sequence[Slot], others: Sequence[Statement]) -> tuple[list[tuple[Slot, Statement]], list[Statement]]:
    """(slot, entry) for the entries that are a slot's work, and those that are none's. A slot takes one entry.

    Two books of one title are told apart by their positions: a pair at different positions is only taken when neither
    side has a better one.
    """
    ranked = []
    for at, other in enumerate(others):
        for to, slot in enumerate(slots):
            best = max((likeness(statement, other) for statement in slot.statements), default=Likeness.NONE)
            if best is not Likeness.NONE:
                ranked.append((-best, to, at))
    ranked.sort()
    taken: dict[int, int] = {}
    for _, to, at in ranked:
        if at not in taken and to not in taken.values():
            taken[at] = to
    joined = [(slots[taken[at]], other) for at, other in enumerate(others) if at in taken]
    return joined, [other for at, other in enumerate(others) if at not in taken]
