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

from rapidfuzz.distance import OSA

from mam_assets.domain import positions, titles
from mam_assets.domain.model import Release, Wanted
from mam_assets.domain.releases import volumes
from mam_assets.domain.releases.reading import Reading, WantedReading, read, read_wanted
from mam_assets.domain.releases.volumes import Volume, VolumeMatch
from mam_assets.domain.titles import ParsedTitle

_SHORT_TITLE = 5  # letters; shorter titles are other words when one letter changes
_LONG_TITLE = 10  # from here on two slips are allowed


class TitleMatch(StrEnum):
    """How the titles agree."""

    OWN = "own"  # the book's own title
    SERIES = "series"  # both are titled as their series: only the volume can tell them apart
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the titles and the places in the series say together."""

    title: TitleMatch
    volume: Volume


@lru_cache(maxsize=16384)
def identify(release: Release, wanted: Wanted) -> Identity:
    """Compare title and volume; cached, since several rules ask."""
    got, book = read(release), read_wanted(wanted)
    volume = volumes.compare(got, book)
    if _same_id(release, wanted):
        return Identity(TitleMatch.OWN, volume)
    return Identity(_title(got, book, wanted, volume), volume)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the titles around the wanted book are named after."""

    series: tuple[str, ...]  # names of the series of both
    heads: frozenset[str]  # normal forms of what stands before the colon in titles of the series, or before a volume

    def is_series(self, text: str) -> bool:
        """Does the text name the series alone ("Dune", "The Land", "Fall 3"), so that it cannot name one book?"""
        bare = volumes.tail_number(text)[0]
        known = bool({titles.normal(text), bare} & self.heads)
        return known or any(volumes.is_name(bare, name) for name in self.series)

    def is_head(self, text: str) -> bool:
        """As ``is_series``, or the beginning of the series' name ("The Land" of "The Land: Chaos Seeds")."""
        words = volumes.loose_name(text).split()
        starts = (volumes.loose_name(name).split()[: len(words)] for name in self.series)
        return self.is_series(text) or (bool(words) and any(words == start for start in starts))


def _title(got: Reading, book: WantedReading, wanted: Wanted, volume: Volume) -> TitleMatch:
    names = _names(got, book, wanted)
    got_whole = _wholes([got.parsed]) | {titles.normal(got.title)}
    wholes = _wholes((book.parsed, *book.others)) | {titles.normal(book.title)}
    if _compact(got_whole) & _compact(whole for whole in wholes if not names.is_series(whole)):
        return TitleMatch.OWN
    siblings = {titles.normal(title) for title in wanted.series_titles} - wholes
    if (got_whole | set(map(titles.normal, got.parsed.tails))) & siblings:
        return TitleMatch.NONE
    if volume.in_field and any(_misspelt(one, other) for one in got_whole for other in wholes):
        return TitleMatch.OWN
    if any(_agree(got.parsed, parsed, names, volume) for parsed in (book.parsed, *book.others)):
        return TitleMatch.OWN
    own = _compact(text for text in (*wholes, titles.normal(book.parsed.title)) if not names.is_series(text))
    bare = [found for text in got_whole for found in _without_series(text, names.series, volume)]
    if _compact(rest for rest, _ in bare) & own:
        return TitleMatch.OWN
    # "Halo 1 Halo": the series' own name is left, so the number must be the wanted one
    exact = got_whole | {rest for rest, number in bare if _is_asked(number, volume)}
    return _as_series(got.parsed, book.parsed, names, volume, bool(exact & wholes))


def _as_series(got: ParsedTitle, book: ParsedTitle, names: _Names, volume: Volume, exact: bool) -> TitleMatch:
    """Is one of the two, or are both, named after the series? Then the volume alone tells which book it is."""
    got_is_series, book_is_series = names.is_series(got.title), names.is_series(book.title)
    if exact and book_is_series:
        return TitleMatch.SERIES
    if got_is_series and book_is_series:
        # "Series: Something" is another book of the series unless the volume says that it is this one.
        named = any(_equal(tail, (book.text, book.full)) for tail in got.tails)
        if named or not (got.tails or book.tails) or (volume.match is VolumeMatch.SAME and _subtitles_agree(got, book)):
            return TitleMatch.SERIES
    elif volume.in_title and ((got_is_series and not got.tails) or book_is_series):
        # "Fall, Book 3" for "The Title of Book Three", or "Fall 3: The Title of Book Three" for "Fall 3"
        return TitleMatch.SERIES
    return TitleMatch.NONE


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


def _agree(got: ParsedTitle, book: ParsedTitle, names: _Names, volume: Volume) -> bool:
    """Do a title and a title with a subtitle, or with a series in front, agree in the part that names the book?"""
    for one, other in ((got, book), (book, got)):
        # "Title: Subtitle" and "Title"; two subtitles must not contradict ("Star Wars: Thrawn", "Star Wars: Bloodline")
        if not names.is_head(one.title) and _equal(one.title, (other.title, other.full)):
            return _subtitles_agree(one, other)
        # "Series: Title" and "Title"; behind anything but a series' name a lone word is too little
        head_is_series = names.is_head(one.title) or _numbered(one.title, volume)
        for tail in one.tails:
            enough = head_is_series or len(titles.normal(tail).split()) > 1
            if enough and not names.is_series(tail) and _equal(tail, (other.title, other.full, *other.tails)):
                return True
    return False


def _misspelt(one: str, other: str) -> bool:
    """Are two normal titles a slip of the keyboard apart? Asked only of the same author's same volume."""
    first, second = titles.compact(one), titles.compact(other)
    slips = 2 if min(len(first), len(second)) >= _LONG_TITLE else 1
    same_digits = re.sub(r"\D", "", first) == re.sub(r"\D", "", second)
    return same_digits and min(len(first), len(second)) >= _SHORT_TITLE and OSA.distance(first, second) <= slips


def _subtitles_agree(one: ParsedTitle, other: ParsedTitle) -> bool:
    if not one.tails or not other.tails:
        return True
    return _equal(one.tails[0].partition(": ")[0], [other.tails[0].partition(": ")[0]])


def _numbered(text: str, volume: Volume) -> bool:
    """Does the text end in the wanted volume, as an abbreviated series name would ("WoT 03")?"""
    return _is_asked(volumes.tail_number(text)[1], volume)


def _is_asked(number: str, volume: Volume) -> bool:
    return bool(number) and any(positions.parse(number).numbers == place.numbers for place in volume.asked)


def _equal(text: str, others: Iterable[str]) -> bool:
    return bool(_compact([text]) & _compact(others))


def _compact(texts: Iterable[str]) -> set[str]:
    return {titles.compact(text) for text in texts} - {""}


_NUMBER_IN_FRONT = re.compile(r"^(?:(?:book|volume|number|no) )?(?P<number>\d{1,3})(?: \d)? ")


def _without_series(text: str, series: Iterable[str], volume: Volume) -> set[tuple[str, str]]:
    """A normal title without a series name and volume, or the wanted volume alone, written before or behind it.

    With each the number that was taken away.
    """
    found = set()
    front, (behind, last) = _NUMBER_IN_FRONT.match(text), volumes.tail_number(text)
    if front and _is_asked(front["number"], volume):
        found.add((text[front.end() :], front["number"]))
    if _is_asked(last, volume):
        found.add((behind, last))
    for name in {form(one) for one in series for form in (titles.normal, titles.series_name, volumes.loose_name)}:
        rest = text.removeprefix(f"{name} ")
        if rest != text and (number := _NUMBER_IN_FRONT.match(rest)):
            found.add((rest[number.end() :], number["number"]))
        if last and behind.endswith(f" {name}"):
            found.update((behind.removesuffix(f" {article}{name}"), last) for article in ("", "the ", "a ", "an "))
    return {(titles.normal(rest), number) for rest, number in found if rest}


def _same_id(release: Release, wanted: Wanted) -> bool:
    return bool(release.asin and release.asin.upper() == wanted.asin.upper()) or bool(
        release.isbn and re.sub(r"\W", "", release.isbn) == re.sub(r"\W", "", wanted.isbn)
    )
