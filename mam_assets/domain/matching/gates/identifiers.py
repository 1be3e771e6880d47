"""The same ASIN or ISBN: the very book, whatever the titles say. A differing one says nothing: editions differ."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair
from mam_assets.domain.model.completion import MatchVerdict

from ..identifiers import item_ids, work_ids

__all__ = ["item_ids", "same_id", "work_ids"]


def same_id(pair: Pair) -> MatchVerdict | None:
    shared = pair.item.ids & pair.work.ids
    if not shared:
        return None
    if pair.item.kinds.part is not None and pair.work.kinds.part is None:
        return None  # the parts of a split book often carry the number of the whole
    return verdicts.same("same_id", pair, f"both carry {min(shared)}")
