"""Does a release hold several books, and is the wanted one among them?"""

from __future__ import annotations

import re
from decimal import Decimal

from mam_assets.domain import people, positions, titles
from mam_assets.domain.releases.identity import identify
from mam_assets.domain.releases.reading import Reading, WantedReading, read, read_wanted
from mam_assets.domain.releases.volumes import same_series, shared_places
from mam_assets.domain.titles import markers

from ..model.catalogue import Position
from ..model.library import SeriesRef
from ..model.release import Release, Wanted

_COUNT = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
# What tags say of a pack. "book 2 of 3 books" counts the series, not the torrent.
_IN_TAGS = re.compile(
    rf"(?<!of )(?<!of the )(?<!in )\b(?!1 |one ){_COUNT} (?:\w+ )?(?:audio ?books|books|novels)\b"
    r"|\ball (?:\w+ )?(?:audio ?books|books|novels|volumes)\b|\b(?:whole|entire|complete|full) "
    r"(?:\w+ )?(?:series|saga|trilogy)\b"
    rf"|\bbooks? {_COUNT}\s?(?:-|–|to|thru|through|&|and|\+)\s?{_COUNT}\b|\bomnibus\b|\bbox(?:ed)? ?set\b",
    re.I,
)
# "World War Z: The Complete Edition" is the whole text of one book.
_WHOLE_TEXT = re.compile(
    r"\b(?:the )?complete (?:and |& )?(?:unabridged|edition|audiobook|recording|text|novel)\b", re.I
)
_COMPLETE = re.compile(r"\bcomplete\W*$", re.I)
# In "Famous Five, Book 1 - Five Run Away" no range is meant.
_NUMBER_THEN_TITLE = re.compile(r"(\d)\s+[-–—]\s+(?=[A-Za-z])")
# Behind a series' or an author's name these words mean the whole of it.
_SET_TAIL = re.compile(
    r"\W+(?:the )?(?:complete )?(?:audio ?book |audio )?"
    r"(?:series|saga|collection|trilogy|duology|quartet|quintet|omnibus|set|bundle|books|novels|complete|anthology|library|"
    r"megapack|pack|box ?set)(?: (?:collection|set|pack|complete))?\W*$",
    re.I,
)


def pack_of(release: Release, wanted: Wanted) -> str:
    """What shows that the release holds several books ("1-5", "Collection"), or "" when nothing does."""
    got, book = read(release), read_wanted(wanted)
    return _by_series_field(got, book) or _by_title(got, book, release, wanted) or _by_tags(got, wanted)


def covering_pack(release: Release, wanted: Wanted) -> bool:
    """Is it a pack that states a range which covers the wanted book's place in the same series?"""
    pairs = shared_places(read(release), read_wanted(wanted))
    return any(mine.is_range and positions.covers(mine, theirs) for mine, theirs in pairs)


def _by_series_field(got: Reading, book: WantedReading) -> str:
    pairs = shared_places(got, book)
    if any(mine.numbers == theirs.numbers for mine, theirs in pairs):
        return ""  # it is the one place that is wanted, whatever other series count it as
    several = [mine for mine, _ in pairs] or [place for _, place in got.places]
    return next((positions.show(place) for place in several if place.is_range), "")


def _by_title(got: Reading, book: WantedReading, release: Release, wanted: Wanted) -> str:
    if book.parsed.omnibus or any(place.is_range for _, place in book.places):
        return ""
    if titles.normal(got.title) == titles.normal(wanted.title):
        return ""
    if markers.OMNIBUS.search(_WHOLE_TEXT.sub(" ", _NUMBER_THEN_TITLE.sub(r"\1: ", got.title))):
        return got.title
    if len(_numbers(got)) == 1 and not got.parsed.complete:
        return ""  # "Red Rising: Book 1 of the Red Rising Saga"
    names = [name for name, _ in (*book.places, *got.places) if name]
    # Words of an edition may stand behind those of a set: "The Chronicles of Amber Series (Audible)"
    bares = [bare for text in (got.title, got.parsed.full) if (bare := _SET_TAIL.sub("", text)) != text]
    own = {titles.normal(wanted.title), titles.normal(book.parsed.full)}
    if not own.isdisjoint(map(titles.normal, bares)) and not _COMPLETE.search(got.title):
        return got.title
    if not identify(release, wanted).is_own and (bares or got.parsed.complete):
        whole = [*bares, got.title, got.parsed.title]
        whole_series = any(same_series(text, name) for text in whole for name in names)
        whole_author = any(
            people.same_person(text, author) for text in whole for author in (*wanted.authors, *release.authors)
        )
        if whole_series or whole_author:
            return got.title
    return next((positions.show(place) for place in map(_place, got.parsed.series) if place.is_range), "")


def _numbers(got: Reading) -> set[Decimal]:
    """Every volume that the title's text names."""
    return {number for ref in got.parsed.series for number in _place(ref).numbers}


def _place(ref: SeriesRef) -> Position:
    return positions.parse(ref.position)


def _by_tags(got: Reading, wanted: Wanted) -> str:
    said = _IN_TAGS.search(got.tags)
    return said[0] if said and said[0].casefold() not in wanted.title.casefold() else ""
