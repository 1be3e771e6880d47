"""Which place in the series does a release state, and is it the wanted one?

The tracker's ``series_info`` speaks first; what the title's text says ("Dresden Files 05 - …", "…, Book 2") fills in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mam_assets.domain import positions, titles
from mam_assets.domain.releases.reading import Reading, WantedReading
from mam_assets.domain.titles import ParsedTitle

from ..model.catalogue import Position

Places = list[tuple[str, Position]]
Pairs = list[tuple[Position, Position]]

_NUMBER_BEHIND = re.compile(r" (?:(?:book|volume|number|no) )?(?P<number>\d{1,3})$")


class VolumeMatch(StrEnum):
    """How the places in the series agree."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Volume:
    """``stated`` are the places that the release states (in the shared series, else in any), ``asked`` the wanted ones.

    ``in_title``: the release's title itself names the series with the wanted volume ("Fall, Book 3");
    ``is_named``: it does so under the very name of the series. ``denied``: it names another volume, whatever
    ``series_info`` says. ``in_field``: ``series_info`` states the wanted
    place, one number in a series of the same name.
    """

    match: VolumeMatch
    stated: tuple[Position, ...]
    asked: tuple[Position, ...]
    in_title: bool = False
    denied: bool = False
    in_field: bool = False
    is_named: bool = False


def compare(got: Reading, book: WantedReading) -> Volume:
    """Compare the places that the release and the wanted book state."""
    names = [name for name, _ in (*book.places, *got.places) if name]
    asked = [(name, place) for name, place in book.places if place.is_known] or numbers_in(book.parsed, names)
    written = numbers_in(got.parsed, names)
    by_title = [
        (mine, theirs)
        for name, mine in written
        for other, theirs in asked
        if not name or not other or same_series(name, other)
    ]
    pairs = shared_places(got, book) or by_title
    in_title = any(mine.numbers == theirs.numbers for mine, theirs in by_title)
    any_place = [place for _, place in got.places if place.is_known] or [place for _, place in written]
    stated = tuple(dict.fromkeys([mine for mine, _ in pairs] or any_place))
    match = VolumeMatch.UNKNOWN
    if pairs:
        same = any(mine.numbers == theirs.numbers for mine, theirs in pairs)
        match = VolumeMatch.SAME if same else VolumeMatch.OTHER
    denied = bool(by_title) and not in_title
    in_field = any(
        len(mine.numbers) == 1 and positions.same(mine, theirs) and is_name(name, other)
        for name, mine in got.places
        for other, theirs in book.places
    )
    is_named = any(
        mine.numbers == theirs.numbers and is_name(name, other) for name, mine in written for other, theirs in asked
    )
    asked_places = tuple(dict.fromkeys(place for _, place in asked))
    return Volume(match, stated, asked_places, in_title, denied, in_field, is_named)


def loose_name(name: str) -> str:
    """A series' name without "Saga", "Chronicles" and the like, in normal form."""
    return titles.series_name(name, loose=True)


def same_series(left: str, right: str) -> bool:
    """Do two names mean one series? Equal but for "Saga", "Chronicles" and the like, or one within the other."""
    first, second = (loose_name(name).split() for name in (left, right))
    if not first or not second:
        return False
    short, long = sorted((first, second), key=len)
    return short == long or (len(short) > 1 and _contains(long, short))


def shared_places(got: Reading, book: WantedReading) -> Pairs:
    """Pairs of (release's, wanted's) known positions in a series that both are in, by the tracker's own field."""
    return [
        (mine, theirs)
        for name, mine in got.places
        for other, theirs in book.places
        if mine.is_known and theirs.is_known and same_series(name, other)
    ]


def numbers_in(parsed: ParsedTitle, series: Iterable[str]) -> Places:
    """Series and volumes that a title names; those that read so only for a known series must name one of ``series``."""
    places = [(ref.name, positions.parse(ref.position)) for ref in parsed.series]
    places += [
        (ref.name, positions.parse(ref.position))
        for ref in parsed.maybe_series
        if any(same_series(ref.name, name) for name in series if name)
    ]
    bare, number = tail_number(parsed.title)
    if number and any(is_name(bare, name) for name in series):
        places.append((bare, positions.parse(number)))
    return [(name, place) for name, place in places if place.is_known]


def tail_number(title: str) -> tuple[str, str]:
    """ "Fall 3" -> ("fall", "3"); the number is "" when the title ends in none."""
    text = titles.normal(title)
    match = _NUMBER_BEHIND.search(text)
    return (text[: match.start()], match["number"]) if match else (text, "")


def is_name(text: str, series: str) -> bool:
    """Is the text the series' name, give or take "Saga" and the like?"""
    return bool(text) and loose_name(text) == loose_name(series)


def _contains(long: list[str], short: list[str]) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))
