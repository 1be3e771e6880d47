"""Is the release the wanted book by its title and its place in the series?

The title's text can name the series, the volume, the author and the subtitle or leave any of them out, so several
readings of both titles are compared. Two titles are equal only in their normal forms. Likeness decides nothing but a
slip of the keyboard, and that only where author, series and volume agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from mam_assets.domain import titles
from mam_assets.domain.releases import volumes
from mam_assets.domain.releases.reading import Reading, WantedReading, read, read_wanted
from mam_assets.domain.releases.series_names import SeriesNames, is_asked, is_numbered, without_series
from mam_assets.domain.releases.volumes import Volume, VolumeMatch
from mam_assets.domain.titles import ParsedTitle

from ..model.release import Release, Wanted

_SHORT_TITLE = 5  # letters; shorter titles are other words when one letter changes
_LONG_TITLE = 10  # from here on two slips are allowed
_SAME_WORDS = 0.6  # share of words that two wordings of one subtitle have in common


class TitleMatch(StrEnum):
    """How the titles agree."""

    OWN = "own"  # the book's own title
    SHORT = "short"  # the book's own title, but one of the two lacks a subtitle
    SERIES = "series"  # both are titled as their series: only the volume can tell them apart
    SUBTITLE = "subtitle"  # the same title with another subtitle
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the titles and the places in the series say together."""

    title: TitleMatch
    volume: Volume

    @property
    def has_title(self) -> bool:
        return self.is_own or self.title is TitleMatch.SERIES

    @property
    def is_own(self) -> bool:
        return self.title in (TitleMatch.OWN, TitleMatch.SHORT)


@lru_cache(maxsize=16384)
def identify(release: Release, wanted: Wanted) -> Identity:
    """Compare title and volume; cached, since several rules ask."""
    got, book = read(release), read_wanted(wanted)
    volume = volumes.compare(got, book)
    if _same_id(release, wanted):
        return Identity(TitleMatch.OWN, volume)
    title = _title(got, book, wanted, volume)
    if title is TitleMatch.NONE and any(_is_own(other, book) for other in got.others):
        title = TitleMatch.OWN
    return Identity(title, volume)


def _is_own(other: ParsedTitle, book: WantedReading) -> bool:
    """Is a further title of a release ("aka …") the book's, to the word?"""
    return bool(_spellings(_wholes([other])) & _spellings(_wholes((book.parsed, *book.others)) | {book.title}))


def _title(got: Reading, book: WantedReading, wanted: Wanted, volume: Volume) -> TitleMatch:
    names = _names(got, book, wanted)
    got_whole = _wholes([got.parsed]) | {titles.normal(got.title)}
    wholes = _wholes((book.parsed, *book.others)) | {titles.normal(book.title)}
    asked = (
        text
        for parsed_title in (book.parsed, *book.others)
        for text in (parsed_title.text, parsed_title.full, book.title)
    )
    if _spellings((got.title, got.parsed.text, got.parsed.full)) & _spellings(
        text for text in asked if not names.is_series(text)
    ):
        return TitleMatch.OWN
    if not volume.in_field and not _share_a_word(got_whole, (*wholes, *map(titles.normal, names.series))):
        return TitleMatch.NONE  # most of a tracker's answer: spared the closer look
    siblings = {titles.normal(title) for title in wanted.series_titles} - wholes
    named = got_whole | set(map(titles.normal, got.parsed.tails))
    if not names.is_beginning(got.parsed.title):
        named.add(titles.normal(got.parsed.title))
    if named & siblings:
        return TitleMatch.NONE
    if volume.in_field and any(_misspelt(mine, theirs) for mine in got_whole for theirs in wholes):
        return TitleMatch.OWN
    agreed = {_agree(got.parsed, parsed, names, volume) for parsed in (book.parsed, *book.others)}
    if TitleMatch.OWN in agreed:
        return TitleMatch.OWN
    own = _spellings(text for text in (*wholes, titles.normal(book.parsed.title)) if not names.is_series(text))
    bare = [freed for text in got_whole for freed in without_series(text, names.series, volume)]
    if _spellings(rest for rest, _ in bare) & own:
        return TitleMatch.OWN
    if TitleMatch.SHORT in agreed:
        return TitleMatch.SHORT
    # "Halo 1 Halo": the series' own name is left, so the number must be the wanted one
    exact = got_whole | {rest for rest, number in bare if is_asked(number, volume)}
    if _as_series(got.parsed, book.parsed, names, volume, bool(exact & wholes)):
        return TitleMatch.SERIES
    # "Foundation, Book 1: Prelude to Foundation" for "Foundation": another order, or another name of the same book?
    retitled = volume.is_named and names.is_series(book.parsed.title)
    return TitleMatch.SUBTITLE if retitled or TitleMatch.SUBTITLE in agreed else TitleMatch.NONE


def _names(got: Reading, book: WantedReading, wanted: Wanted) -> SeriesNames:
    heads = {
        titles.normal(parsed_title.title)
        for parsed_title in map(titles.parse, wanted.series_titles)
        if parsed_title.tails
    }
    # "Fall, Book 3": what stands before a volume of no named series is the series.
    asked_heads = heads | _numbered(book.parsed)
    return SeriesNames(
        series=tuple(name for name, _ in (*book.places, *got.places) if name),
        heads=frozenset((asked_heads | _numbered(got.parsed)) - {""}),
        asked=tuple(name for name, _ in book.places if name),
        asked_heads=frozenset(asked_heads - {""}),
    )


def _numbered(parsed: ParsedTitle) -> set[str]:
    return {titles.normal(parsed.title)} if any(not ref.name and ref.position for ref in parsed.series) else set()


def _agree(got: ParsedTitle, book: ParsedTitle, names: SeriesNames, volume: Volume) -> TitleMatch:
    """Do a title and a title with a subtitle, or with a series in front, agree in the part that names the book?"""
    for left, right in ((got, book), (book, got)):
        # "Title: Subtitle" and "Title"; two subtitles must not contradict ("Star Wars: Thrawn", "Star Wars: Bloodline")
        if not names.is_beginning(left.title) and _equal(left.title, (right.title, right.full)):
            return TitleMatch.SHORT if _subtitles_agree(left, right) else TitleMatch.SUBTITLE
        # "Series: Title" and "Title"; behind anything but a series' name a lone word is too little
        head_is_series = names.is_beginning(left.title) or is_numbered(left.title, volume)
        both_heads = names.is_beginning(left.title) and names.is_beginning(right.title)
        titles_of_other = (right.title, right.full, *(right.tails if both_heads else ()))
        matching_tails = [
            tail
            for tail in left.tails
            if (head_is_series or len(titles.normal(tail).split()) > 1)
            and not names.is_head(tail)
            and _equal(tail, titles_of_other)
        ]
        if matching_tails:
            whole = head_is_series and _spellings(matching_tails) & _spellings((right.full, *right.tails))
            return TitleMatch.OWN if whole else TitleMatch.SHORT
    return TitleMatch.NONE


def _as_series(got: ParsedTitle, book: ParsedTitle, names: SeriesNames, volume: Volume, exact: bool) -> bool:
    """Is one of the two, or are both, named after the series? Then the volume alone tells which book it is."""
    got_is_series, book_is_series = names.is_series(got.title), names.is_series(book.title)
    if exact and book_is_series:
        return True
    if got_is_series and book_is_series and names.are_one(got.title, book.title):
        # "Series: Something" is another book of the series unless the volume says that it is this one.
        named = any(_equal(tail, (book.text, book.full)) for tail in got.tails)
        same = volume.match is VolumeMatch.SAME and _subtitles_agree(got, book)
        return named or same or not (got.tails or book.tails)
    if volume.in_title and not got.tails and names.is_asked(got.title):
        return True  # "Fall, Book 3" for "The Title of Book Three"
    if volume.is_named and names.is_volume(book.text):
        return True  # "Fall 3: The Title of Book Three" for "Fall 3"
    # "Wicked" for "Wicked: The Life and Times …" of "The Wicked Years"
    return _equal(got.title, (book.title,)) and not (got.tails and book.tails) and not names.is_head(got.title)


def _misspelt(left: str, right: str) -> bool:
    """Are two normal titles a slip of the keyboard apart? Asked only of the same author's same volume."""
    first, second = titles.compact(left), titles.compact(right)
    slips = 2 if min(len(first), len(second)) >= _LONG_TITLE else 1
    same_digits = re.sub(r"\D", "", first) == re.sub(r"\D", "", second)
    return same_digits and min(len(first), len(second)) >= _SHORT_TITLE and OSA.distance(first, second) <= slips


def _subtitles_agree(left: ParsedTitle, right: ParsedTitle) -> bool:
    """Is a subtitle missing, or are both the same in most words?"""
    if not left.tails or not right.tails:
        return True
    first, second = (set(titles.normal(parsed.tails[0].partition(": ")[0]).split()) for parsed in (left, right))
    if first <= second or second <= first:
        return first == second  # "Heir to the Empire" and "Heir to the Empire Trilogy"
    return len(first & second) >= max(3, _SAME_WORDS * max(len(first), len(second)))


def _share_a_word(left: Iterable[str], right: Iterable[str]) -> bool:
    return not {word for text in left for word in text.split()}.isdisjoint(
        word for text in right for word in text.split()
    )


def _wholes(parsed: Iterable[ParsedTitle]) -> set[str]:
    """Titles with their subtitles and as they were written, in normal form."""
    return {titles.normal(text) for title in parsed for text in (title.text, title.full)} - {""}


def _equal(text: str, others: Iterable[str]) -> bool:
    return bool(_spellings([text]) & _spellings(others))


def _spellings(texts: Iterable[str]) -> set[str]:
    """Every way to spell one of the texts, "Nineteen Eighty-Four" as "1984" among them."""
    return {form for text in texts for form in titles.spellings(text)}


def _same_id(release: Release, wanted: Wanted) -> bool:
    return bool(release.asin and release.asin.upper() == wanted.asin.upper()) or bool(
        release.isbn and re.sub(r"\W", "", release.isbn) == re.sub(r"\W", "", wanted.isbn)
    )
