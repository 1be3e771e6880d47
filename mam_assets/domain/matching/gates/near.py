"""Titles that are nearly alike are shown to a person: likeness alone never says owned."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model.completion import MatchVerdict

_NEAR = 90


def near_match(pair: Pair) -> MatchVerdict | None:
    if pair.authors < Authors.NEAR or pair.item.is_set != pair.work.is_set:
        return None
    mine, theirs = pair.item.main, pair.work.main
    if pair.titles is Titles.OTHER and mine == theirs:
        return None  # what agrees was found to be the series' name
    if pair.likeness < _NEAR or min(len(mine), len(theirs)) < 5:
        return None
    if pair.titles is Titles.HEADS and (pair.item.places or pair.work.places):
        return None  # "Star Wars: …" and "Star Wars: …": a series tells its books apart behind the colon
    if any(place.position.is_known for place in pair.item.places) and pair.places.other:
        return None
    return verdicts.unsure("near_match", pair, f"titles are {pair.likeness:.0f} % alike, shared author")
