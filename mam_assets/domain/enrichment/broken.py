"""The rules by which a value counts as broken, each with a name, and is overwritten where the person allows it.

A broken value is no knowledge: it counts as blank in the completeness. An untidy one says something all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.enrichment.numbers import is_asin, isbn13
from mam_assets.domain.enrichment.values import current
from mam_assets.domain.model.library import LibraryItem

EARLIEST_YEAR = 1000  # older works are dated by their editions
ANNOUNCED_YEARS = 2

# A description with tags in it was pasted by a program, and many players show them as they stand. "&amp;", "&lt;" and
# "&gt;" are no such sign: Audiobookshelf itself writes them when it cleans a text.
_MARKUP = re.compile(
    r"</?(?:p|br|b|i|em|strong|div|span|ul|ol|li|a|h[1-6]|font|u)\b[^>]*>|&(?:nbsp|quot|#\d+);", re.IGNORECASE
)
_NOT_KNOWN = frozenset(
    ("unknown", "n/a", "na", "none", "null", "nil", "-", "--", "?", "tba", "tbd", "undefined", "not available",
     "no description", "no description available", "unknown narrator", "unknown publisher", "unknown author", "und")
)  # fmt: skip
# "Blues" is what the tag reader shows for ID3v1 genre 0: nobody chose it.
_EVERY_AUDIOBOOK = frozenset(
    ("audiobook", "audiobooks", "audio book", "audio books", "audio", "book", "books", "speech", "spoken word", "other",
     "spoken", "vocal", "misc", "general", "genre", "blues")
)  # fmt: skip


class BrokenRule(NamedTuple):
    """``breaks`` gets a value that is not blank. The values of an untidy rule may be replaced, but count as known."""

    name: str
    breaks: Callable[[Any, Rules], bool]
    untidy: bool = False


def is_placeholder(text: str) -> bool:
    """The text says that nothing is known: "Unknown", "N/A", "null", "-"."""
    return text.strip().strip(".!").casefold() in _NOT_KNOWN


def says_nothing(genre: str) -> bool:
    """The genre fits every audiobook."""
    return genre.strip().casefold() in _EVERY_AUDIOBOOK or is_placeholder(genre)


def is_possible_year(year: int, rules: Rules) -> bool:
    """A year in which a book can have come out, or be announced for; 9999 is none. (0 reads as blank already.)"""
    return EARLIEST_YEAR <= year <= rules.this_year + ANNOUNCED_YEARS


def _is_placeholder_value(value: str | list[str], rules: Rules) -> bool:
    return all(is_placeholder(text) for text in (value if isinstance(value, list) else [value]))


_HTML = BrokenRule("html_description", lambda text, rules: bool(_MARKUP.search(text)), untidy=True)
_PLACEHOLDER = BrokenRule("placeholder", _is_placeholder_value)

BROKEN: dict[Field, tuple[BrokenRule, ...]] = {
    Field.DESCRIPTION: (_HTML, _PLACEHOLDER),
    Field.YEAR: (BrokenRule("impossible_year", lambda year, rules: not is_possible_year(int(year), rules)),),
    Field.PUBLISHER: (_PLACEHOLDER,),
    Field.ISBN: (BrokenRule("invalid_isbn", lambda text, rules: not isbn13(text)),),
    Field.ASIN: (BrokenRule("invalid_asin", lambda text, rules: not is_asin(text)),),
    Field.GENRES: (BrokenRule("telling_nothing", lambda genres, rules: all(map(says_nothing, genres))),),
    Field.NARRATORS: (_PLACEHOLDER,),
    Field.LANGUAGE: (_PLACEHOLDER,),
}


def broken_by(item: LibraryItem, field: Field, rules: Rules) -> BrokenRule | None:
    """The first rule by which the item's value is broken; None for a sound or blank one."""
    value = current(item, field)
    if not value:
        return None
    return next((rule for rule in BROKEN.get(field, ()) if rule.breaks(value, rules)), None)
