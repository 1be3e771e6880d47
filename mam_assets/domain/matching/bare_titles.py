"""A title without the series' name and number that stand around it unmarked, where the work says which series it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from .. import titles
from .stated_places import Place

# "Dead Beat Dresdon Files 7": a series' name so much alike is a slip of the pen.
_ALIKE = 85
_VOLUME = frozenset(["book", "volume", "part", "no", "number", "episode"])


@lru_cache(maxsize=65536)
def spellings(place: Place) -> tuple[tuple[str, ...], ...]:
    """The words of a series' name, with and without "Series", "Novels" and the like behind it."""
    forms = (titles.normal(place.name), place.strict)
    return tuple(dict.fromkeys(tuple(form.split()) for form in forms if form))


def number_at_end(words: Sequence[str], places: Iterable[Place]) -> tuple[Place, str, str] | None:
    """ "Storm Front Dresden Files 1" -> (place, "1", "stormfront"), the series' name misspelt or not."""
    if len(words) < 2 or not words[-1].isdigit():
        return None
    body = words[:-2] if words[-2] in _VOLUME else words[:-1]
    for place in places:
        for name in spellings(place):
            size = len(name)
            if size <= len(body) and fuzz.ratio(" ".join(body[-size:]), " ".join(name)) >= _ALIKE:
                return place, words[-1], "".join(_without_articles(body[:-size]))
    return None


def behind_number(words: Sequence[str], places: Iterable[Place]) -> str:
    """ "Dresden Files 06 Blood Rites", "Dresden Files Book 6 Blood Rites" -> "bloodrites"; "" if it reads otherwise."""
    for place in places:
        for name in spellings(place):
            at = len(name)
            if at < len(words) and tuple(words[:at]) == name:
                at += words[at] in _VOLUME
                if at < len(words) - 1 and words[at].isdigit():
                    rest = list(words[at + 1 :])
                    while len(rest) > 1 and rest[0] in titles.ARTICLES:
                        rest.pop(0)
                    return "".join(rest)
    return ""


def before_series(words: Sequence[str], places: Iterable[Place]) -> str:
    """ "The Eye of the World, The Wheel of Time" -> "eyeoftheworld"; "" if no series' name stands at the end."""
    for place in places:
        for name in spellings(place):
            if len(words) > len(name) and tuple(words[-len(name) :]) == name:
                return "".join(_without_articles(words[: -len(name)]))
    return ""


def behind_hero(words: Sequence[str], places: Iterable[Place]) -> str:
    """ "Percy Jackson and the Titan's Curse" of "Percy Jackson and the Olympians" -> "titanscurse"."""
    for place in places:
        name = place.strict.split()
        size = 0
        while size < min(len(name), len(words)) and name[size] == words[size]:
            size += 1
        joint = next((at for at in range(size) if at >= 2 and words[at] == "and"), size)
        if joint < 2:
            continue
        rest = list(words[joint:])
        while rest and rest[0] in ("and", "the", "in"):
            rest.pop(0)
        if rest and len(rest) < len(words):
            return "".join(rest)
    return ""


def _without_articles(words: Sequence[str]) -> list[str]:
    rest = list(words)
    while len(rest) > 1 and rest[-1] in titles.ARTICLES:
        rest.pop()
    return rest
