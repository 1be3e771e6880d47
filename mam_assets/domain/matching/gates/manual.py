"""A person's word: this item is that book, or it is not. It wins over everything else."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair
from mam_assets.domain.model.completion import MatchVerdict


def manual(pair: Pair) -> MatchVerdict | None:
    if not pair.book_key:
        return None
    key = (pair.item.item.abs_id, pair.book_key)
    if key in pair.overrides.manual_matches:
        return verdicts.same("manual_match", pair, "a person matched them")
    if key in pair.overrides.excluded_matches:
        return verdicts.different("manual_exclusion", pair, "a person said that they are not the same book")
    return None
