"""How the places in series that an item states relate to those of a work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from .. import positions
from .stated_places import Place


class PlacePair(NamedTuple):
    """A place of the item beside one of the work; as text, what a person is told of them."""

    mine: Place
    theirs: Place

    def __str__(self) -> str:
        if not self.mine.name:
            return f"the item's title says volume {positions.show(self.mine.position)}, catalogue '{self.theirs.shown}'"
        return f"item is '{self.mine.shown}', catalogue says '{self.theirs.shown}'"


@dataclass(frozen=True, slots=True)
class Places:
    """Places with equal, contained and differing numbers, over the series that both sides name; None if there are none.

    ``volume`` is a number without a series that no place of the work bears.
    """

    same: PlacePair | None = None
    covered: PlacePair | None = None
    other: PlacePair | None = None
    volume: PlacePair | None = None


def relate(mine: Sequence[Place], theirs: Sequence[Place], *, titles_agree: bool) -> Places:
    """Compare every place of the item with every one of the work; ``titles_agree``: at least but for a subtitle."""
    same = covered = other = volume = None
    numbered = [place for place in theirs if place.numbers]
    for place in mine:
        numbers = place.numbers
        if not numbers or not numbered:
            continue
        if not place.name:
            if all(known.numbers != numbers for known in numbered):
                volume = PlacePair(place, numbered[0])
            continue
        for known in numbered:
            if not same_series(place, known):
                continue
            if is_sub_series(place, known):
                # "The Vampire Diaries: The Return" numbers its books anew: equal numbers mean nothing by themselves.
                if titles_agree and known.numbers == numbers:
                    same = same or PlacePair(place, known)
            elif known.numbers == numbers:
                same = same or PlacePair(place, known)
            elif positions.covers(place.position, known.position):
                covered = covered or PlacePair(place, known)
            else:
                other = other or PlacePair(place, known)
    return Places(same, covered, other, volume)


def same_series(left: Place, right: Place) -> bool:
    """Do two names mean one series? Equal normal forms, one the beginning of the other, or a slip of the pen."""
    if not left.strict or not right.strict:
        return False
    return left.strict == right.strict or left.loose == right.loose or named_alike(left.loose, right.loose)


def is_sub_series(left: Place, right: Place) -> bool:
    """Is one name only the beginning of the other? They may be one series, or a series and its sub-series."""
    short, long = sorted((left.loose, right.loose), key=len)
    return long.startswith(f"{short} ")


@lru_cache(maxsize=262144)
def named_alike(left: str, right: str) -> bool:
    """Loose forms of series' names that are no more than a beginning or a slip of the pen apart."""
    short, long = sorted((left, right), key=len)
    if len(short.split()) > 1 and long.startswith(f"{short} "):
        return True
    return len(short) > 6 and _digits(left) == _digits(right) and fuzz.ratio(left, right) >= 90


def _digits(text: str) -> list[str]:
    return [word for word in text.split() if word.isdigit()]
