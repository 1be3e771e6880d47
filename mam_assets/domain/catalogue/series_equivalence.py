"""Is another provider's series this very series, numbered alike? Providers cut series differently: one lists a saga
where the other has its first trilogy, or numbers a sub-series anew."""

from __future__ import annotations

from collections.abc import Sequence

from .. import positions, titles
from ..model.catalogue import EntryKind
from .listings import Listing, Slot, Statement

_LARGER = 1.5  # times as many books: then it is what this series is a part of


def same_series(leader: Listing, other: Listing, joined: Sequence[tuple[Slot, Statement]]) -> bool:
    """May the other listing say something of numbers and of what else belongs here? Else it only describes books.

    ``joined`` are the works that both have. Of one name: unless their numbers mostly differ. Of another name: if
    several books stand at the same numbers, hardly any at others, and it is not much larger.
    """
    if not joined or not leader.is_sure or not other.is_sure:
        return False
    placed = [
        positions.same(slot.first.position, statement.position)
        for slot, statement in joined
        if slot.first.position.is_known and statement.position.is_known
    ]
    agree, differ = placed.count(True), placed.count(False)
    if _names(leader) & _names(other):
        return differ < 2 or differ <= agree
    return agree > 1 and agree > 2 * differ and _books(other) <= _LARGER * _books(leader) + 1


def _names(listing: Listing) -> set[str]:
    names = {titles.series_name(name, loose=True) for name in (listing.series.title, *listing.series.aliases)}
    return names - {""}


def _books(listing: Listing) -> int:
    return sum(entry.work.kind is EntryKind.PRIMARY for entry in listing.entries)
