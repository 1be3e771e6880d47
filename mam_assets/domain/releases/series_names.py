"""What titles are named after: the series' names around a wanted book, and titles freed from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mam_assets.domain import positions, titles
from mam_assets.domain.releases import volumes
from mam_assets.domain.releases.volumes import Volume

_SEGMENTS = re.compile(r"\s*:\s+|\s+[-–—]\s+|,\s+")
_NUMBER_IN_FRONT = re.compile(r"^(?:(?:book|volume|number|no) )?(?P<number>\d{1,3})(?: \d)? ")
# "WoT 3 The Dragon Reborn": one word of an abbreviated series and a number
_SHORT_NAME = re.compile(r"^(?!(?:book|volume|number|no|part|disc|cd) )[a-z]{1,10} (?P<number>\d{1,3})(?: \d)? ")


@dataclass(frozen=True, slots=True)
class SeriesNames:
    """``series`` are the names of all series of the release and the book; ``heads`` normal forms of what stands before
    the colon in titles of the series, or before a volume. ``asked`` and ``asked_heads`` are those of the book alone."""

    series: tuple[str, ...]
    heads: frozenset[str]
    asked: tuple[str, ...] = ()
    asked_heads: frozenset[str] = frozenset()

    def is_series(self, text: str) -> bool:
        """Does the text name the series alone ("Dune", "The Land", "Fall 3"), so that it cannot name one book?"""
        forms = _forms(text)
        return not self.heads.isdisjoint(forms) or _is_any(forms, self.series)

    def is_asked(self, text: str) -> bool:
        """Does the text name a series of the wanted book, or the sub-series that the name ends in?

        Its beginning does not: "The Vampire Diaries" numbers other books than "The Vampire Diaries: The Return".
        """
        forms = _forms(text)
        names = (form for name in self.asked for form in (name, _SEGMENTS.split(name)[-1]))
        return not self.asked_heads.isdisjoint(forms) or _is_any(forms, names)

    def are_one(self, left: str, right: str) -> bool:
        """Do two texts that name series name the same one?"""
        return any(_is_any([form], _forms(right)) for form in _forms(left)) or (
            self.is_asked(left) and self.is_asked(right)
        )

    def is_volume(self, text: str) -> bool:
        """Does the text name the book by a number of its series alone ("Fall 3", "Overlord, Vol. 4")?"""
        bare, number = volumes.tail_number(text)
        return bool(number) and self.is_asked(bare)

    def is_head(self, text: str) -> bool:
        """As ``is_series``, or a part of the series' name ("The Land" and "Chaos Seeds" of "The Land: Chaos Seeds")."""
        return self.is_series(text) or _is_any(
            _forms(text), (part for name in self.series for part in _SEGMENTS.split(name))
        )

    def is_beginning(self, text: str) -> bool:
        """As ``is_head``, or the first words of the series' name ("Wicked" of "The Wicked Years")."""
        words = volumes.loose_name(text).split()
        starts = (volumes.loose_name(name).split()[: len(words)] for name in self.series)
        return self.is_head(text) or (bool(words) and any(words == start for start in starts))


def _forms(text: str) -> tuple[str, str]:
    """The normal text, and the same without a number at its end: "Fall 3" is of "Fall", "Catch-22" of "Catch-22"."""
    return titles.normal(text), volumes.tail_number(text)[0]


def _is_any(forms: Iterable[str], names: Iterable[str]) -> bool:
    loose = {volumes.loose_name(form) for form in forms if form}
    return any(volumes.loose_name(name) in loose for name in names)


def without_series(text: str, series: Iterable[str], volume: Volume) -> set[tuple[str, str]]:
    """A normal title without a series name and volume, or the wanted volume alone, written before or behind it.

    A word before the wanted volume counts as an abbreviation of the series ("WoT 3 The Dragon Reborn").
    With each the number that was taken away ("" for "Percy Jackson and …" of "Percy Jackson and the Olympians").
    """
    freed = set()
    front, (behind, last) = _NUMBER_IN_FRONT.match(text), volumes.tail_number(text)
    if front and is_asked(front["number"], volume):
        freed.add((text[front.end() :], front["number"]))
    if is_asked(last, volume):
        freed.add((behind, last))
    short = _SHORT_NAME.match(text)
    if short and is_asked(short["number"], volume):
        freed.add((text[short.end() :], short["number"]))
    for name in {
        form(series_title)
        for series_title in series
        for form in (titles.normal, titles.series_name, volumes.loose_name)
    }:
        rest = text.removeprefix(f"{name} ")
        if rest != text and (number := _NUMBER_IN_FRONT.match(rest)):
            freed.add((rest[number.end() :], number["number"]))
        if last and behind.endswith(f" {name}"):
            freed.update((behind.removesuffix(f" {article}{name}"), last) for article in ("", "the ", "a ", "an "))
        hero, joint, _ = name.partition(" and ")
        if joint and " " in hero and text.startswith(f"{hero} and "):
            freed.add((text.removeprefix(f"{hero} and "), ""))
    return {(titles.normal(rest), number) for rest, number in freed if rest}


def is_asked(number: str, volume: Volume) -> bool:
    """Is the number, as text, a wanted place?"""
    return bool(number) and any(positions.parse(number).numbers == place.numbers for place in volume.asked)


def is_numbered(text: str, volume: Volume) -> bool:
    """Does the text end in the wanted volume, as an abbreviated series name would ("WoT 03")?"""
    return is_asked(volumes.tail_number(text)[1], volume)
