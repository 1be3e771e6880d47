"""One catalogue of a series from what several providers list.

The rules, each in a file of its own:
* The leading listing is that of the most trusted provider which surely knows the series (``listing.leading``). Nothing
  that another provider says removes or renames one of its entries.
* Entries are joined by work: shared numbers, else title and author, surest pairs first (``same_work``, ``pairing``).
* Another listing speaks of numbers and further books only if it is the same series, numbered alike
  (``series_equivalence``).
* The leader's position stands; a differing one is noted, a missing one filled (``numbering``).
* Another book at a number that is taken is noted and not added; at a free number it is added as far as it is borne out
  (``additions``).
* The audiobook's facts come from whoever knows audiobooks, and only where they agree (``recordings``); other blanks are
  filled in the order of trust (``descriptions``).
* Each disagreement stands in the entry in words and lowers its confidence by one step, to LOW at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .. import positions
from ..model.catalogue import EntryKind, Position, SeriesEntry
from ..model.confidence import Confidence
from . import additions, numbering
from .descriptions import described
from .listings import Listing, Slot, leading, statements_of
from .pairing import pairs
from .recordings import with_recording
from .series_equivalence import same_series

_SINGLE = frozenset([EntryKind.PRIMARY, EntryKind.SECONDARY])


def merged(listings: Sequence[Listing]) -> list[SeriesEntry]:
    """The entries of a series from the listings of several providers, the most trusted first; in order of position.

    One listing alone comes back as it is. The result does not depend on anything but the listings and their order.
    """
    if not listings:
        return []
    leader = leading(listings)
    others = [listing for listing in listings if listing is not leader and listing.entries]
    if not others:
        return list(leader.entries)
    base = [Slot([statement]) for statement in statements_of(leader)]
    added: list[Slot] = []
    kin = [leader]
    for listing in others:
        joined, rest = pairs([*base, *added], statements_of(listing))
        alike = same_series(leader, listing, [(slot, statement) for slot, statement in joined if slot.is_base])
        if alike:
            kin.append(listing)
        for slot, statement in joined:
            if not slot.is_base and not alike:
                continue
            slot.statements.append(statement)
            if alike:
                numbering.note_position(slot, statement)
        for statement in rest if alike else ():
            taken = additions.holder(statement, base)
            if taken is not None:
                shown = positions.show(statement.position)
                taken.notes.append(f"{listing.provider} lists «{statement.work.title}» as number {shown}")
            elif additions.worth_adding(statement):
                added.append(Slot([statement], is_base=False))
    knowing = [listing.provider for listing in kin if any(entry.work.has_audiobook for entry in listing.entries)]
    return _in_order([*_known(leader, base, knowing), *_further(leader, base, added, knowing)])


def _known(leader: Listing, base: Sequence[Slot], knowing: Sequence[str]) -> list[SeriesEntry]:
    taken = {slot.first.position for slot in base if slot.first.position.is_known}
    numbered = numbering.is_numbered([slot.first for slot in base])
    entries = []
    for slot in base:
        entry = numbering.filled_position(slot, taken, numbered)
        taken.add(positions.parse(entry.position))
        entries.append(_entry(entry, slot, knowing, entry.confidence))
    return entries


def _further(leader: Listing, base: Sequence[Slot], added: Sequence[Slot], knowing: Sequence[str]) -> list[SeriesEntry]:
    """The books that the leader lacks; never a second entry for a book or a number that it has."""
    books = {slot.first.entry.book_key for slot in base}
    places: set[tuple[Position, str]] = set()
    further = []
    for slot in added:
        entry, place = slot.first.entry, (slot.first.position, slot.first.entry.book_key)
        if place in places or (entry.book_key in books and entry.work.kind in _SINGLE):
            continue
        places.add(place)
        lists = "list" if len(slot.providers) > 1 else "lists"
        note = f"only {' and '.join(slot.providers)} {lists} it, {leader.provider} does not"
        believed = additions.believed(slot, base, added)
        entry = replace(entry, disagreement=note, series_name=leader.entries[0].series_name if leader.entries else "")
        further.append(_entry(entry, slot, knowing, believed))
    return further


def _entry(entry: SeriesEntry, slot: Slot, knowing: Sequence[str], confidence: Confidence) -> SeriesEntry:
    work = with_recording(described(entry.work, slot), slot, knowing)
    notes = [note for note in (entry.disagreement, *dict.fromkeys(slot.notes)) if note]
    return replace(
        entry,
        work=work,
        providers=slot.providers,
        confidence=confidence.lowered(len(set(slot.notes))),
        disagreement="; ".join(notes),
        series_aliases=tuple(
            dict.fromkeys(name for statement in slot.statements for name in statement.entry.series_aliases)
        ),
    )


def _in_order(entries: Sequence[SeriesEntry]) -> list[SeriesEntry]:
    unique = {entry.entry_key: entry for entry in reversed(entries)}  # what stands first wins
    return sorted(unique.values(), key=lambda entry: (positions.sort_key(entry.position), entry.entry_key))
