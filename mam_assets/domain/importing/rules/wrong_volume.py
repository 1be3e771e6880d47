"""A number right behind the series' name in the tags is the wanted one, however alike the rest."""

from __future__ import annotations

from decimal import Decimal

from ... import positions, titles
from ...model.catalogue import Position
from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict
from ..evidence import album_of

CODE = ImportRejectCode.WRONG_VOLUME


def wrong_volume(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses tags that name another volume of the wanted book's series."""
    album = album_of(facts.audio_tags)
    if wanted is None or not album:
        return Accept(CODE)
    form = titles.normal(album)
    for place in wanted.series:
        name, position = titles.normal(place.name), positions.parse(place.position)
        if not name or not position.is_known or f" {name} " not in f" {form} ":
            continue
        stated = _leading_number(f" {form} ".split(f" {name} ", 1)[1].strip())
        if stated.is_known and not _meet(stated, position) and not _is_of_title(stated, wanted):
            got = f"number {positions.show(stated)} of {place.name} by its tags: {album!r}"
            return Reject(CODE, got, f"number {positions.show(position)}")
    return Accept(CODE)


def _leading_number(text: str) -> Position:
    start = " ".join(text.split()[:2])
    return positions.parse(start) if any(character.isdecimal() for character in start) else Position()


def _meet(first: Position, second: Position) -> bool:
    return bool(set(first.numbers) & set(second.numbers))


def _is_of_title(stated: Position, wanted: Wanted) -> bool:
    """The number belongs to the title itself ("Area 51", "Catch-22")."""
    in_title = {Decimal(word) for word in titles.normal(wanted.title).split() if word.isdecimal()}
    return bool(in_title & set(stated.numbers))
