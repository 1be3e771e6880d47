"""A part of a split book is not the book; "Part 2" beside the series' name is its second volume."""

from __future__ import annotations

from mam_assets.domain import titles
from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair, Titles
from mam_assets.domain.model.completion import MatchVerdict

from ..place_relations import same_series
from ..stated_places import place_of


def other_part(pair: Pair) -> MatchVerdict | None:
    mine, theirs = pair.item.kinds.part, pair.work.kinds.part
    if mine is None and theirs is None:
        if len(pair.item.joined) > len(pair.work.main) and titles.is_part_behind(pair.item.joined, pair.work.main):
            return verdicts.different("part", pair, "the item's title is the book's with that of a part behind it")
        return None
    if mine == theirs or _same_words(pair):
        return None
    if mine is None:
        return verdicts.different("other_kind", pair, f"the catalogue entry is part {theirs} only")
    if theirs is None and _is_volume(pair):
        return None
    number = f"part {mine}" + (f" of {pair.item.kinds.parts}" if pair.item.kinds.parts else "")
    return verdicts.different("part", pair, f"the item is {number} only")


def _same_words(pair: Pair) -> bool:
    """ "Henry IV, Part 2" and "Henry IV Part Two": the part belongs to the title of either."""
    told = pair.item.parsed.part is not None or pair.work.parsed.part is not None
    return told and pair.item.words == pair.work.words


def _is_volume(pair: Pair) -> bool:
    """Does the part's number stand beside a series' name, the book's title apart: "(Winternight Trilogy, Part 2)"?"""
    if pair.item.kinds.parts or pair.titles < Titles.MAIN:
        return False
    for ref in pair.item.parsed.part_series:
        place = place_of(ref)
        if place.strict == titles.series_name(pair.work.main):
            return False
        if any(same_series(place, known) and known.numbers in ((), place.numbers) for known in pair.work.places):
            return True
    return False
