"""A differing volume number vetoes before any likeness is asked: "Fall 3" and "Fall 4" are 95 % alike."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair, Titles
from mam_assets.domain.model.completion import MatchVerdict


def other_volume(pair: Pair) -> MatchVerdict | None:
    places = pair.places
    if places.same or places.covered:
        return None
    if places.other and not _own_title(pair):
        return verdicts.different("other_volume", pair, str(places.other))
    if places.volume and not _own_title(pair):
        return verdicts.different("other_volume", pair, str(places.volume))
    if pair.titles < Titles.MAIN and (numbers := _titles_differ_in_number_alone(pair)):
        return verdicts.different("other_volume", pair, numbers)
    return None


def _own_title(pair: Pair) -> bool:
    """The same full title, and one that names this volume alone: then lists merely number the series differently."""
    return pair.titles is Titles.SAME and not pair.title_is_series and not pair.generic_title


def _titles_differ_in_number_alone(pair: Pair) -> str:
    mine, theirs = _roman_tails(pair.item.main.split(), pair.work.main.split())
    if [word for word in mine if not word.isdigit()] != [word for word in theirs if not word.isdigit()]:
        return ""
    first = " ".join(word for word in mine if word.isdigit())
    second = " ".join(word for word in theirs if word.isdigit())
    return "" if first == second else f"the titles differ in their number: '{first}' and '{second}'"


def _roman_tails(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """ "World War I" beside "World War II": a lone I, V or X is a number where the other title has one."""
    if left and right and left[-1].isdigit() != right[-1].isdigit():
        left, right = ([*words[:-1], _AS_DIGIT.get(words[-1], words[-1])] for words in (left, right))
    return left, right


_AS_DIGIT = {"i": "1", "v": "5", "x": "10"}
