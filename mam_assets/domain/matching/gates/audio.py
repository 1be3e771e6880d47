"""Only audio that is there counts: an ebook, or an item whose files have vanished, owns nothing."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair
from mam_assets.domain.model.completion import MatchVerdict


def no_audio(pair: Pair) -> MatchVerdict | None:
    item = pair.item.item
    if item.is_missing:
        return verdicts.different("no_audio", pair, "the item's files have vanished from the library folder")
    if not item.has_audio:
        held = f"only a {item.ebook_format} ebook" if item.ebook_format else "no audio file"
        return verdicts.different("no_audio", pair, f"the item holds {held}")
    return None
