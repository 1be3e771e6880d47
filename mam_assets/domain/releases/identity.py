"""Is the release the wanted book by its title and its place in the series?

The title's text can name the series, the volume, the author and the subtitle or leave any of them out, so several
readings of both titles are compared. Two titles are equal only in their normal forms; similarity decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mam_assets.domain import positions, titles
from mam_assets.domain.model import Position, Release, Wanted
from mam_assets.domain.releases.reading import Reading, WantedReading, read, read_wanted
from mam_assets.domain.titles import ParsedTitle


class TitleMatch(StrEnum):
    """How the titles agree."""

    OWN = "own"  # the book's own title
    SERIES = "series"  # both are titled as their series: only the volume can tell them apart
    NONE = "none"


class VolumeMatch(StrEnum):
    """How the places in the series agree."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """``number`` is the volume that the release names for the series it shares with the wanted book, as text."""

    title: TitleMatch
    volume: VolumeMatch
    number: str = ""


@lru_cache(maxsize=16384)
def identify(release: Release, wanted: Wanted) -> Identity:
    """Compare title and volume; cached, since several rules ask."""
    got, book = read(release), read_wanted(wanted)
    volume, number = _volume(got, book)
    if _same_id(release, wanted):
        return Identity(TitleMatch.OWN, volume, number)
    return Identity(_title(got, book, wanted, volume), volume, number)


def same_series(one: str, other: str) -> bool:
    """Do two names mean one series? Equal but for "Saga", "Chronicles" and the like, or one within the other."""
    first, second = (titles.series_name(name, loose=True).split() for name in (one, other))
    if not first or not second:
        return False
    short, long = sorted((first, second), key=len)
    return short == long or (len(short) > 1 and _contains(long, short))


# ------------------------------------------------------------------------------------------------------ volumes


def shared_places(got: Reading, book: WantedReading) -> list[tuple[Position, Position]]:
    """Pairs of (release's, wanted's) known positions in a series that both are in, by the tracker's own field."""
    return [
        (mine, theirs)
        for name, mine in got.places
        for other, theirs in book.places
        if mine.is_known and theirs.is_known and same_series(name, other)
    ]


def _volume(got: Reading, book: WantedReading) -> tuple[VolumeMatch, str]:
    pairs = shared_places(got, book) or _places_by_title(got, book)
    if not pairs:
        return VolumeMatch.UNKNOWN, ""
    same = any(mine.numbers == theirs.numbers for mine, theirs in pairs)
    number = ", ".join(dict.fromkeys(positions.show(mine) for mine, _ in pairs))
    return (VolumeMatch.SAME if same else VolumeMatch.OTHER), number


def _places_by_title(got: Reading, book: WantedReading) -> list[tuple[Position, Position]]:
    """The same by the titles' texts: "Dresden Files 05 - …", "…, Book 2"; any series when the text names none."""
    names = [name for name, _ in (*book.places, *got.places)]
    wanted = [(name, place) for name, place in book.places if place.is_known] or _numbers_in(book.parsed, names)
    return [
        (mine, theirs)
        for name, mine in _numbers_in(got.parsed, names)
        for other, theirs in wanted
        if not name or not other or same_series(name, other)
    ]


def _numbers_in(parsed: ParsedTitle, series: Iterable[str]) -> list[tuple[str, Position]]:
    """Series and volumes that a title names; those that read so only for a known series must name one of ``series``."""
    found = [(ref.name, positions.parse(ref.position)) for ref in parsed.series]
    found += [
        (ref.name, positions.parse(ref.position))
        for ref in parsed.maybe_series
        if any(same_series(ref.name, name) for name in series if name)
    ]
    bare, number = _tail_number(parsed.title)
    if number and any(_is_name(bare, name) for name in series):
        found.append((bare, positions.parse(number)))
    return [(name, place) for name, place in found if place.is_known]


def _tail_number(title: str) -> tuple[str, str]:
    """ "Fall 3" -> ("fall", "3"); the number is "" when the title ends in none."""
    text = titles.normal(title)
    match = _NUMBER_BEHIND.search(text)
    return (text[: match.start()], match["number"]) if match else (text, "")


def _is_name(text: str, series: str) -> bool:
    """Is the text the series' name, give or take "Saga" and the like?"""
    return bool(text) and titles.series_name(text, loose=True) == titles.series_name(series, loose=True)


# ------------------------------------------------------------------------------------------------------- titles


@dataclass(frozen=True, slots=True)
class _Names:
    """What the titles around the wanted book are named after."""

    series: tuple[str, ...]  # names of the series of both
    heads: frozenset[str]  # normal forms of what stands before the colon in titles of the series, or before a volume

    def is_series(self, text: str) -> bool:
        """Does the text name the series alone ("Dune", "The Land", "Fall 3"), so that it cannot name one book?"""
        bare = _tail_number(text)[0]
        return (
            titles.normal(text) in self.heads or bare in self.heads or any(_is_name(bare, name) for name in self.series)
        )

    def is_head(self, text: str) -> bool:
        """As ``is_series``, or the beginning of the series' name ("The Land" of "The Land: Chaos Seeds")."""
        words = titles.series_name(text, loose=True).split()
        starts = (titles.series_name(name, loose=True).split()[: len(words)] for name in self.series)
        return self.is_series(text) or (bool(words) and any(words == start for start in starts))


def _title(got: Reading, book: WantedReading, wanted: Wanted, volume: VolumeMatch) -> TitleMatch:
    names = _names(got, book, wanted)
    got_whole = _wholes([got.parsed]) | {titles.normal(got.title)}
    wholes = _wholes((book.parsed, *book.others))
    if _compact(got_whole) & _compact(whole for whole in wholes if not names.is_series(whole)):
        return TitleMatch.OWN
    siblings = {titles.normal(title) for title in wanted.series_titles} - wholes
    if (got_whole | set(map(titles.normal, got.parsed.tails))) & siblings:
        return TitleMatch.NONE
    if any(_agree(got.parsed, parsed, names) for parsed in (book.parsed, *book.others)):
        return TitleMatch.OWN
    own = _compact(text for text in (*wholes, titles.normal(book.parsed.title)) if not names.is_head(text))
    if any(titles.compact(rest) in own for text in got_whole for rest in _without_series(text, names.series)):
        return TitleMatch.OWN
    if not names.is_series(book.parsed.title) or not names.is_series(got.parsed.title):
        return TitleMatch.NONE
    # Both are named after their series. "Series: Something" is another book of it unless the volume says otherwise.
    same = volume is VolumeMatch.SAME or not got.parsed.tails or bool(got_whole & wholes)
    return TitleMatch.SERIES if same else TitleMatch.NONE


def _names(got: Reading, book: WantedReading, wanted: Wanted) -> _Names:
    parsed = [titles.parse(title) for title in wanted.series_titles]
    heads = {titles.normal(one.title) for one in parsed if one.tails}
    # "Fall, Book 3": what stands before a volume of no named series is the series.
    numbered = [one for one in (got.parsed, book.parsed) if any(not ref.name and ref.position for ref in one.series)]
    heads |= {titles.normal(one.title) for one in numbered}
    return _Names(tuple(name for name, _ in (*book.places, *got.places) if name), frozenset(heads - {""}))


def _wholes(parsed: Iterable[ParsedTitle]) -> set[str]:
    """Titles with their subtitles and as they were written, in normal form."""
    return {titles.normal(text) for one in parsed for text in (one.text, one.full)} - {""}


def _agree(got: ParsedTitle, book: ParsedTitle, names: _Names) -> bool:
    """Do a title and a title with a subtitle, or with a series in front, agree in the part that names the book?"""
    for one, other in ((got, book), (book, got)):
        # "Title: Subtitle" and "Title"
        if not names.is_head(one.title) and _equal(one.title, (other.title, other.full)):
            return True
        # "Series: Title" and "Title"; behind anything but a series' name a lone word is too little
        for tail in one.tails:
            enough = names.is_head(one.title) or len(titles.normal(tail).split()) > 1
            if enough and not names.is_head(tail) and _equal(tail, (other.title, other.full, *other.tails)):
                return True
    return False


def _equal(text: str, others: Iterable[str]) -> bool:
    return bool(_compact([text]) & _compact(others))


def _compact(texts: Iterable[str]) -> set[str]:
    return {titles.compact(text) for text in texts} - {""}


_NUMBER_IN_FRONT = re.compile(r"^(?:(?:book|volume|part|number|no) )?\d+(?: \d)? ")
_NUMBER_BEHIND = re.compile(r" (?:(?:book|volume|part|number|no) )?(?P<number>\d{1,3})$")


def _without_series(text: str, series: Iterable[str]) -> set[str]:
    """A normal title without a series name and volume written before or behind it with no sign between."""
    found = set()
    for name in map(titles.normal, series):
        if text.startswith(f"{name} "):
            rest = text[len(name) + 1 :]
            found.add(_NUMBER_IN_FRONT.sub("", rest) if _NUMBER_IN_FRONT.match(rest) else "")
        numbered = _NUMBER_BEHIND.search(text)
        if numbered and text[: numbered.start()].endswith(f" {name}"):
            found.add(text[: numbered.start() - len(name) - 1])
    return {titles.normal(rest) for rest in found} - {""}


def _same_id(release: Release, wanted: Wanted) -> bool:
    return bool(release.asin and release.asin.upper() == wanted.asin.upper()) or bool(
        release.isbn and re.sub(r"\W", "", release.isbn) == re.sub(r"\W", "", wanted.isbn)
    )


def _contains(long: list[str], short: list[str]) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))
