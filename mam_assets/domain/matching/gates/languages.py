"""A translation is another work, unless its language is one that the person wants."""

from __future__ import annotations

from mam_assets.domain import titles
from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Pair
from mam_assets.domain.model.completion import Match, MatchVerdict


def other_language(pair: Pair) -> MatchVerdict | None:
    item, work = pair.item, pair.work
    stated = item.parsed.language or item.item.language.lower()
    if stated:
        if stated in pair.languages or stated == work.work.language.lower():
            return None
        return verdicts.different("other_language", pair, f"the item is in {stated}")
    if _names_original(pair):
        guess = titles.language_hint(item.parsed.title)
        if not guess and item.parsed.second_title:
            if any(place.strict == titles.series_name(item.parsed.second_title) for place in work.places):
                return None  # "Starsight (Skyward)": its series
            why = f"«{item.parsed.second_title}» in brackets: another title of it, or a translation?"
            return verdicts.unsure("second_title", pair, why, Match.SAME)
        if guess not in pair.languages:
            return verdicts.different("other_language", pair, f"a translation of «{item.parsed.original}»")
        return None
    bare = item.parsed.original or len(item.pieces) < len(item.parsed.pieces)  # an author's "dos" is no Portuguese
    guess = titles.language_hint(": ".join(item.pieces) if bare else item.item.title)
    if not guess or guess in pair.languages or item.item.title.casefold() == work.work.title.casefold():
        return None
    theirs = titles.language_hint(work.work.title) or work.work.language.lower()
    if theirs and theirs != guess:
        return verdicts.different("other_language", pair, f"the item's title reads as {guess}, the entry's as {theirs}")
    return None


def _names_original(pair: Pair) -> bool:
    """ "El leopardo [The Leopard]": audiobook shops put the original title in brackets behind that of a translation."""
    original, own = pair.item.parsed.original, pair.item.parsed.title
    if not original or original.casefold() == own.casefold():
        return False
    inside = titles.parse(original)
    texts = (original, inside.title, inside.full, *inside.tails)
    named = {titles.compact(text) for text in texts}
    theirs = pair.work.whole | {titles.compact(pair.work.parsed.title)}
    return bool(named & theirs) and own.casefold() not in (
        pair.work.work.title.casefold(),
        pair.work.parsed.title.casefold(),
    )
