"""What each field may be filled with from a recognised book: one rule for each field.

A falsy value means that this book has nothing for the field, or nothing that may be taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mam_assets.domain import positions, titles
from mam_assets.domain.enrichment.broken import is_placeholder, is_possible_year, says_nothing
from mam_assets.domain.enrichment.model import Field, Recognition, Rules
from mam_assets.domain.enrichment.numbers import is_asin, isbn13
from mam_assets.domain.enrichment.values import places
from mam_assets.domain.model.library import LibraryItem, SeriesRef

SHORTEST_DESCRIPTION = 20  # characters; less is a title or a slogan
MOST_GENRES = 8
MOST_SERIES = 3


def _description(match: Recognition) -> str:
    """One that says more than the title."""
    text = match.book.description.strip()
    if len(text) < SHORTEST_DESCRIPTION or is_placeholder(text):
        return ""
    return "" if titles.normal(text) == titles.normal(match.book.title) else text


def _year(match: Recognition, recognised: Sequence[Recognition], rules: Rules) -> str:
    """That of the recording; of printed books the earliest that the provider has, for it lists every late edition."""
    if match.book.is_audiobook:
        years = [match.book.published_year] if match.recording else []
    else:
        years = [other.book.published_year for other in recognised if not other.book.is_audiobook]
    possible = [year for year in years if year is not None and is_possible_year(year, rules)]
    return str(min(possible)) if possible else ""


def _publisher(match: Recognition) -> str:
    """That of the very recording, or of a printed book."""
    if match.book.is_audiobook and not match.recording:
        return ""
    name = match.book.publisher.strip()
    return "" if is_placeholder(name) else name


def _isbn(match: Recognition) -> str:
    """Of the recording; or of the printed book, of which no recording says otherwise. With a right check digit."""
    if match.book.is_audiobook and not match.recording:
        return ""
    return isbn13(match.book.isbn) if match.recording or match.title_sure else ""


def _asin(match: Recognition) -> str:
    """Only that of the very recording."""
    return match.book.asin if match.recording and is_asin(match.book.asin) else ""


def _genres(match: Recognition) -> list[str]:
    """Those of the book, without those that every audiobook has."""
    return [genre for genre in match.book.genres if not says_nothing(genre)][:MOST_GENRES]


def _narrators(match: Recognition) -> list[str]:
    """Those of the very recording."""
    return [name for name in match.book.narrators if not is_placeholder(name)] if match.recording else []


def _series(item: LibraryItem, match: Recognition) -> list[dict[str, str | None]]:
    """Places in series: all of them for an item without any; only the missing number for an item that has its series.

    A series groups books and decides what counts as missing, so it needs a match that leaves no doubt.
    """
    if not (match.recording or match.title_sure):
        return []
    theirs = [_numbered(ref) for ref in match.book.series if ref.name.strip()]
    if not item.series:
        return places(theirs[:MOST_SERIES])
    numbers = {_series_key(ref.name): ref.position for ref in theirs if ref.position}
    kept = [SeriesRef(ref.name, ref.position or numbers.get(_series_key(ref.name), "")) for ref in item.series]
    return places(kept) if any(ref.position for ref in kept) else []


def _numbered(ref: SeriesRef) -> SeriesRef:
    """The place with its number, or with none where it is no number."""
    known = positions.parse(ref.position)
    return SeriesRef(ref.name.strip(), positions.show(known) if known.is_known and known.part is None else "")


def _series_key(name: str) -> str:
    return titles.series_name(name, loose=True)


def _cover(match: Recognition) -> str:
    """That of the recording; that of a printed book only where no title is in doubt."""
    if not (match.recording or match.title_sure):
        return ""
    return match.book.cover_url if match.book.cover_url.startswith(("https://", "http://")) else ""


# (item, recognised book, all recognised books of the provider, rules) → the value as Audiobookshelf's API takes it
FILLING: dict[Field, Callable[[LibraryItem, Recognition, Sequence[Recognition], Rules], Any]] = {
    Field.DESCRIPTION: lambda item, match, recognised, rules: _description(match),
    Field.YEAR: lambda item, match, recognised, rules: _year(match, recognised, rules),
    Field.PUBLISHER: lambda item, match, recognised, rules: _publisher(match),
    Field.ISBN: lambda item, match, recognised, rules: _isbn(match),
    Field.ASIN: lambda item, match, recognised, rules: _asin(match),
    Field.GENRES: lambda item, match, recognised, rules: _genres(match),
    Field.NARRATORS: lambda item, match, recognised, rules: _narrators(match),
    Field.SERIES: lambda item, match, recognised, rules: _series(item, match),
    Field.COVER: lambda item, match, recognised, rules: _cover(match),
    # As Audiobookshelf's own providers write it: "English".
    Field.LANGUAGE: lambda item, match, recognised, rules: match.book.language.capitalize(),
}
