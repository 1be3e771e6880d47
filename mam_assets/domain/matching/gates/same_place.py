"""Same series under any known name, same position, and titles that do not contradict."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model.completion import MatchVerdict
from mam_assets.domain.model.confidence import Confidence

# Below this many letters in a hundred alike, two titles name two books, or one book under two titles.
_ALIKE = 80


def same_series_position(pair: Pair) -> MatchVerdict | None:
    where = pair.places.same
    if not where:
        return None
    if pair.titles >= Titles.HEADS or pair.generic_title:
        if pair.authors is Authors.UNKNOWN:
            return verdicts.same("same_series_position", pair, f"{where}; no author to compare", Confidence.MEDIUM)
        return verdicts.same("same_series_position", pair, str(where))
    if pair.authors is Authors.UNKNOWN:
        return None
    if pair.likeness >= _ALIKE or _contains(pair):
        return verdicts.same("same_series_position", pair, f"{where}; titles alike", Confidence.MEDIUM)
    return verdicts.unsure(
        "other_title_in_place", pair, f"{where}, but the titles differ: retitled, or numbered otherwise?"
    )


def _contains(pair: Pair) -> bool:
    """One title's words are all in the other's, in a row: "Ancillary Justice", "Radch Ancillary Justice Retail"."""
    short, long = sorted((pair.item.main, pair.work.main), key=len)
    return len(short.split()) > 1 and f" {short} " in f" {long} "
