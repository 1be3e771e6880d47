"""Series positions as people write them: "1", "09", "#3", "Book Two", "Vol. III", "1-3", "1p2", "1 of 2".

A position is kept as text and compared as decimals, so that "2" and "02.0" are one place and "2.5" lies between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from .model.catalogue import Position

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
NUMBER_WORDS = {word: n for words in (_ONES, _ORDINALS) for n, word in enumerate(words)}
_ROMAN = re.compile(r"(?=[ivxl])(x[lc]|l?x{0,3})(i[xv]|v?i{0,3})", re.I)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}

# A range longer than this is a date or a mistake, not an omnibus.
_LONGEST_RANGE = 200

_NUMBER = r"\d{1,4}(?:\.\d{1,3})?"
_NUMBERS = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?:-|to|through|thru)\s*(?P<high>{_NUMBER})(?![\d.])"
    rf"|(?P<one>{_NUMBER})(?:\s*p(?:art|t)?\.?\s*(?P<part>\d{{1,3}})|(?P<letter>[a-d])(?![a-z]))?"
)
_JOINT = re.compile(r"\s*(?:,|;|&|\+|/|and\b)\s*")
_PART_OF = re.compile(r"^\s*[(\[]?\s*(?:parts?|pts?|disc|cd)?\.?\s*(\d{1,3})\s*(?:of|/)\s*(\d{1,3})\s*[)\]]?")
_NUMBER_OF = re.compile(rf"\b(?:book|volume|vol|bk|no|nr|number|#)\.?\s*({_NUMBER})\s*(?:of|/)\s*\d+", re.I)
_BARE_PART = re.compile(r"^p\s*(\d{1,3})$")
_FRACTIONS = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75", "–": "-", "—": "-", "‒": "-", "−": "-"})
_SPELT = re.compile(r"[a-z]+", re.I)
_ALONE = re.compile(r"(?<!\w)[a-z]+(?!\w)", re.I)
# What may stand before the number ("Book 3", "tome 2", "Band 1", "część 4"), and nothing else may.
_LEADING = re.compile(
    r"^(?:the\s+)?(?:books?|bks?|volumes?|vols?|no|nr|number|numbers|episodes?|eps?|tome|tom|t|band|bd|buch|teil|deel|"
    r"libro|livre|część|czesc|księga|ksiega|boek|bok|bog|parts?|pts?)?(?![^\W\d_])[.:#]*\s*#?\s*",
    re.I,
)


def roman(text: str) -> int | None:
    """The value of a Roman numeral up to 89 (any case), None if it is none: "IV" -> 4, "mix" -> None."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES.get(letter, 100) for letter in text.lower()]
    return sum(-value if value < max(values[n:], default=0) else value for n, value in enumerate(values))


def number(word: str) -> int | None:
    """The value of a number word, ordinal, Roman numeral or digits: "Two", "3rd", "IV", "07"; else None."""
    word = word.strip().lower()
    if match := re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th)?", word):
        return int(match[1])
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    return roman(word)


def parse(text: str | None) -> Position:
    """Read a position; ``numbers`` is empty when the text gives none. Never raises.

    "1 of 2" is one part of an unnamed book, "1p2" part 2 of book 1, "Book 1 of 3" book 1 of a series of three.
    Words behind the number ("2, Dramatized Adaptation") are not looked at.
    """
    return _parse(text.strip() if text else "")


@lru_cache(maxsize=65536)
def _parse(text: str) -> Position:
    if not text:
        return Position()
    if text.isdecimal() and text.isascii():
        return Position((Decimal(int(text)),), text=text)
    plain = re.sub(r"(?<!\d)(\.\d)", r"0\1", text.translate(_FRACTIONS)).lower()
    if match := _NUMBER_OF.search(plain):
        return Position((Decimal(match[1]).normalize() + 0,), text=text)
    if match := _PART_OF.match(plain):
        return Position((), int(match[1]), text)
    if match := _BARE_PART.match(plain):
        return Position((), int(match[1]), text)
    rest = _LEADING.sub("", plain, count=1)
    if not rest:
        return Position(text=text)
    if not rest[0].isdigit():
        word = _SPELT.match(rest)
        value = number(word.group()) if word else None
        if value is None:
            return Position(text=text)
        rest = _ALONE.sub(_in_digits, rest)
    numbers, part = _read_numbers(rest)
    return Position(numbers, part, text)


def _in_digits(match: re.Match[str]) -> str:
    value = number(match.group())
    return match.group() if value is None else str(value)


def _read_numbers(text: str) -> tuple[tuple[Decimal, ...], int | None]:
    """Numbers and ranges at the start of the text, joined by commas, "&", "+", "and"; stops at the first other word."""
    values: set[Decimal] = set()
    part: int | None = None
    at = 0
    while match := _NUMBERS.match(text, at):
        if match["low"]:
            values.update(_range(Decimal(match["low"]), Decimal(match["high"])))
        else:
            values.add(Decimal(match["one"]))
            if match["part"]:
                part = int(match["part"])
            elif match["letter"]:
                part = "abcd".index(match["letter"]) + 1
        joint = _JOINT.match(text, match.end())
        if not joint:
            break
        at = joint.end()
    numbers = tuple(sorted(value.normalize() + 0 for value in values))
    return numbers, part if len(numbers) == 1 else None


def _range(low: Decimal, high: Decimal) -> Iterable[Decimal]:
    """Both ends and the whole numbers between; nothing for a range that runs backwards or far too long."""
    if high < low or high - low > _LONGEST_RANGE:
        return ()
    first = int(low) if low == int(low) else int(low) + 1
    return {low, high, *(Decimal(n) for n in range(first, int(high) + 1))}


def covers(whole: Position, single: Position) -> bool:
    """Does ``whole`` ("1-3") contain all of ``single`` ("2")? A part of a split book covers nothing."""
    if whole.part is not None or not whole.numbers or not single.numbers:
        return False
    return set(single.numbers) <= set(whole.numbers)


def same(left: Position, right: Position) -> bool:
    """Are both known and the very same place, part included?"""
    return bool(left.numbers) and left.numbers == right.numbers and left.part == right.part


def is_whole(position: Position) -> bool:
    """Is it one whole-number place, not a part, range or novella between two books?"""
    return len(position.numbers) == 1 and position.part is None and position.numbers[0] % 1 == 0


def sort_key(text: str | None) -> tuple[int, Decimal, int, int, str]:
    """Order of a series listing: by number, a single book before its parts and its omnibus, unknown places last."""
    position = parse(text)
    if not position.numbers:
        return (1, Decimal(0), 0, position.part or 0, (text or "").strip().lower())
    return (0, position.numbers[0], len(position.numbers), position.part or 0, "")


def show(position: Position) -> str:
    """Canonical text: "1", "2.5", "1-3", "1-3, 3.5", "1p2", "p1", ""; ``parse`` reads it back to the same position."""
    if not position.numbers:
        return "" if position.part is None else f"p{position.part}"
    pieces: list[str] = []
    run: list[Decimal] = []
    for value in (*position.numbers, None):
        if run and (value is None or value != run[-1] + 1 or value % 1 != 0 or run[-1] % 1 != 0):
            pieces.append(plain(run[0]) if len(run) == 1 else f"{plain(run[0])}-{plain(run[-1])}")
            run = []
        if value is not None:
            run.append(value)
    return ", ".join(pieces) + ("" if position.part is None else f"p{position.part}")


def plain(value: Decimal) -> str:
    """A single number as text: "1", "2.5", never "1.0" or "1E+1"."""
    return format(value.normalize() + 0, "f")
