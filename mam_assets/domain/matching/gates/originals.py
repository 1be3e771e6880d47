"""A work's original title names the original: an item so titled is the work only where both are of one language."""

from __future__ import annotations

from mam_assets.domain import titles
from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair
from mam_assets.domain.model.completion import MatchVerdict


def foreign_original(pair: Pair) -> MatchVerdict | None:
    """ "Män som hatar kvinnor" is not "The Girl with the Dragon Tattoo", "Dune" not "Der Wüstenplanet"; the American
    title of an English book stays the book."""
    item, work = pair.item, pair.work
    if not work.other or item.whole.isdisjoint(work.other) or item.whole & work.whole:
        return None
    stated = item.parsed.language or item.item.language.lower()
    theirs = work.work.language.lower() or titles.language_hint(work.work.title)
    # catalogues name most works in English, whatever the listener's language
    if stated and theirs not in ("", "english", stated, *pair.languages):
        return verdicts.different("other_language", pair, f"the item is in {stated}, the entry in {theirs}")
    if not stated and titles.reads_foreign(item.item.title, pair.languages):
        return verdicts.different("other_language", pair, f"the item is the original of a translation in {theirs}")
    return None
