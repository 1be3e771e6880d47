"""Series and volume numbers in a piece of a title: "Harry Hole, Book 8", "Book Three of the Broken Earth", "#3"."""

from __future__ import annotations

import re
from itertools import product

from mam_assets.domain import positions

from ..model.library import SeriesRef

_WORDS = (
    "books?|bks?|volumes?|vols?|tome|tom|band|bd|buch|teil|livre|libro|livro|boek|deel|bok|bog|księga|część|episode|ep"
)
_NUMBER = (
    r"(?:\d{1,3}(?:\.\d{1,2})?|[ivx]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|first|second|third|fourth|fifth|"
    r"sixth|seventh|eighth|ninth|tenth)"
)
_RANGE = rf"{_NUMBER}(?:\s*(?:-|–|to|through|thru|&|and|\+|,)\s*{_NUMBER})*"
_MARK = rf"(?:(?:{_WORDS})\.?\s*#?|#|no\.?\s*|nr\.?\s*|number\s+|volumen\s+)"
# "Harry Hole, Book 8", "Dresden Files #17", "The Complete Set, Books 1-3"
_NAME_MARK_NUMBER = re.compile(rf"^(?P<name>.*?)[\s,.:;–-]*(?<!\w)(?P<mark>{_MARK})\s*(?P<number>{_RANGE})\W*$", re.I)
# "Book Three of the Broken Earth", "Book 4", "#3 in the Fae series", "Volume 2: …"
_MARK_NUMBER_NAME = re.compile(
    rf"^\W*(?:the\s+)?{_MARK}\s*(?P<number>{_RANGE})(?:\s*(?:of|in|from|,|:|-|–)\s*(?P<name>.+?))?\W*$", re.I
)
# "Books 1-3 Omnibus", "Vol. 1-2 (Boxed Set)"
_ENDS_AS_SET = re.compile(r"(?<=\d)[\s,]+(?:omnibus|box(?:ed)?[- ]?set|collection|bundle|set)(?: edition)?\W*$", re.I)
# "Little Women 1-2", "Frontlines 1, 2 and 3"
NAME_RANGE = re.compile(
    r"^(?P<name>.*?[^\W\d])[\s,]+#?(?P<number>\d{1,2}(?:-\d{1,2}|(?:\s*,\s*\d{1,2})*,?\s*(?:&|\+|and)\s*#?\d{1,2}))$",
    re.I,
)
# "The Third Book of the Raven Cycle", "the 2nd novel in the Foo series"
_NTH_OF = re.compile(
    rf"^\W*(?:the\s+|a\s+)?(?P<number>\d{{1,2}}(?:st|nd|rd|th)|{_NUMBER})\s+(?:book|novel|volume|installment|instalment|part)"
    r"\s+(?:of|in)\s+(?P<name>.+?)\W*$",
    re.I,
)
# "Destiny's Children 02" before " - Exultant"; "01" alone between two dashes
NAME_NUMBER = re.compile(r"^(?P<name>.+?)[\s,]+(?P<number>\d{1,3}(?:\.\d)?)$")
NUMBER_ALONE = re.compile(r"^\W*(?P<number>\d{1,3}(?:\.\d)?)\W*$")
# "A Harry Hole Thriller", "An Inspector Lynley Novel": the series' hero
HERO = re.compile(
    r"^(?:an?|the)\s+(?P<name>.+?)\s+(?:crime |detective |suspense |fbi |spy |legal |historical |cozy )*"
    r"(?:novel|novella|thriller|mystery|story|adventure|romance|tale|investigation|book|case|fantasy|litrpg)s?$",
    re.I,
)


_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[a-z]+")
_SPELT_NUMBERS = frozenset(positions.NUMBER_WORDS) | frozenset(
    roman
    for roman in ("".join(letters) for size in range(1, 6) for letters in product("ivx", repeat=size))
    if positions.roman(roman) is not None
)


def series_in(piece: str, *, alone: bool) -> SeriesRef | None:
    """The series and volume that a whole piece names, with a volume word; None if it does not read so.

    ``alone``: the piece is the whole title, so that "#3" or "Book 2" at its start is not a mere volume.
    """
    if not _DIGIT.search(piece) and _SPELT_NUMBERS.isdisjoint(_LETTERS.findall(piece.lower())):
        return None
    if _ENDS_AS_SET.search(piece):
        piece = _ENDS_AS_SET.sub("", piece)
    if match := _MARK_NUMBER_NAME.match(piece):
        if not _is_volume(match["number"]):
            return None
        return SeriesRef(_clean(match["name"] or ""), _number(match["number"]))
    if match := _NTH_OF.match(piece):
        return SeriesRef(_clean(match["name"]), _number(match["number"]))
    if match := _NAME_MARK_NUMBER.match(piece):
        if not _is_volume(match["number"]) or (alone and not match["name"].strip()):
            return None
        return SeriesRef(_clean(match["name"]), _number(match["number"]))
    return None


_SERIES_WORD = re.compile(
    r"\b(?:series|saga|trilogy|cycle|chronicles?|quartet|quintet|duology|novels?|mysteries)$", re.I
)


_CENTURY = re.compile(r"\b(?:19|20)$")


def bracket_series(piece: str) -> SeriesRef | None:
    """Series and number inside brackets, where no volume word is needed: "(Harry Hole 2)"; "(01)"; "(The X Saga)"."""
    if match := NUMBER_ALONE.match(piece):
        return SeriesRef("", match["number"])
    if (match := NAME_NUMBER.match(piece)) and not _CENTURY.search(match["name"]):
        return SeriesRef(_clean(match["name"]), match["number"])
    if _SERIES_WORD.search(piece):
        return SeriesRef(_clean(piece))
    return None


def _is_volume(text: str) -> bool:
    return positions.parse(text).is_known


def _number(text: str) -> str:
    return positions.show(positions.parse(text.replace("through", "-").replace("thru", "-")))


_SET_WORDS = re.compile(
    r"\b(?:the )?(?:complete|entire)\b"
    r"|\b(?:omnibus|box(?:ed)?[- ]?set|collection|bundle|set|audio|audiobooks?)\b(?=\W*$)",
    re.I,
)


def without_set_words(name: str) -> str:
    """The series inside the name of a set: "The Foo Boxed Set" -> "The Foo"; unchanged if nothing else is left."""
    bare = name
    while (shorter := _SET_WORDS.sub("", bare).strip(" ,:-–")) != bare:
        bare = shorter
    return re.sub(r"\s+", " ", bare) or name


_TRIM = re.compile(r"[\s,;:–-]+$|^[\s,;:–-]+")


def _clean(name: str) -> str:
    name = _TRIM.sub("", name)
    if match := HERO.match(name):
        name = match["name"]
    return name
