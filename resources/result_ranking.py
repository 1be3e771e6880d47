"""Choosing among a provider's hits: is this name that person, is this title that title?

Deliberately coarse. It only picks which book to look at; whether the library owns it is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anyascii import anyascii
from rapidfuzz import fuzz

from mam_assets.domain.model.catalogue import BookMetadata

_WORD = re.compile(r"[a-z0-9]+")
_TITLES_OF_PEOPLE = frozenset(("jr", "sr", "phd", "md", "dr", "prof", "mr", "mrs", "ms", "sir"))
_ARTICLES = frozenset(("the", "a", "an"))
_NEAR = 80  # of 100: a provider finds "Philosopher's Stone" by its other titles and shows "Sorcerer's Stone"


def words(shown: str) -> tuple[str, ...]:
    """The words of a text in plain lower-case letters: "Brontë's" is "brontes"."""
    return tuple(_WORD.findall(anyascii(shown.replace("'", "").replace("’", "")).casefold()))


def same_person(name: str, other: str) -> bool:
    """The same letters, or the same surname and first initial: "J.R.R. Tolkien", "Tolkien, John R. R."."""
    here, there = _name(name), _name(other)
    if not here or not there:
        return False
    if "".join(here) == "".join(there):
        return True
    return len(here) > 1 and len(there) > 1 and here[-1] == there[-1] and here[0][0] == there[0][0]


def shares_a_person(some: Iterable[str], others: Iterable[str]) -> bool:
    """Any of these is any of those."""
    listed = list(others)
    return any(same_person(name, other) for name in some for other in listed)


def title_fit(wanted: str, offered: str) -> int:
    """How well a title fits: 3 the same words, 2 the same before a subtitle, 1 near and the same numbers, 0 not."""
    here, there = _title(wanted), _title(offered)
    if not here or not there:
        return 0
    if here == there:
        return 3
    if here == _title(offered, main=True) or there == _title(wanted, main=True):
        return 2
    if _numbers(here) != _numbers(there):
        return 0
    return 1 if fuzz.ratio(" ".join(here), " ".join(there)) >= _NEAR else 0


def ranked(books: Iterable[BookMetadata], title: str, author: str) -> list[BookMetadata]:
    """The same books, those by that author and with the better fitting title first; nothing is left out."""
    return sorted(
        books,
        key=lambda book: (
            not author or any(same_person(writer, author) for writer in book.authors),
            title_fit(title, book.title),
        ),
        reverse=True,
    )


def _name(shown: str) -> tuple[str, ...]:
    last, comma, first = shown.partition(",")
    in_order = f"{first} {last}" if comma and not set(words(first)) <= _TITLES_OF_PEOPLE else shown
    return tuple(word for word in words(in_order) if word not in _TITLES_OF_PEOPLE)


def _title(shown: str, *, main: bool = False) -> tuple[str, ...]:
    if main:
        shown = re.split(r":|\s[-–—]\s|\(", shown, maxsplit=1)[0]
    parts = words(shown.replace("&", " and "))
    return parts[1:] if len(parts) > 1 and parts[0] in _ARTICLES else parts


def _numbers(title: tuple[str, ...]) -> list[str]:
    return sorted(word.lstrip("0") for word in title if word.isdigit())
