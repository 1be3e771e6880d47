"""Study guides, excerpts, comics and young readers' editions are other works than the book itself."""

from __future__ import annotations

import re

from mam_assets.domain import titles
from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model.completion import MatchVerdict


def other_kind(pair: Pair) -> MatchVerdict | None:
    item, work = pair.item.kinds, pair.work.kinds
    if item is work:
        return None  # two plain books
    for name, mine, theirs in (
        (item.derivative or work.derivative, item.derivative, work.derivative),
        ("young readers' edition", item.young_readers, work.young_readers),
        ("graphic novel", item.graphic, work.graphic),
    ):
        if mine != theirs:
            return verdicts.different("other_kind", pair, f"{'the item' if mine else 'the entry'} is a {name}")
    if item.dramatised != work.dramatised:
        side = "the item" if item.dramatised else "the entry"
        if item.dramatised and not _said_plainly(pair) and _is_the_book(pair):
            return verdicts.unsure("dramatised", pair, "the item may be a dramatisation: a person may count it or not")
        return verdicts.different("dramatised", pair, f"{side} is a dramatisation")
    return None


# Audible's "original dramas" are plays, and casts that read the whole text.
_VAGUE = re.compile(r"\boriginal drama\b", re.I)


def _said_plainly(pair: Pair) -> bool:
    """Do title, subtitle or series call it a dramatisation, and not only a vague word or its publisher?"""
    item = pair.item.item
    texts = (item.title, item.subtitle, *(f"{ref.name}, {ref.position}" for ref in item.series))
    return any(titles.read_kinds(_VAGUE.sub("", f"({text})"), "").dramatised for text in texts)


def _is_the_book(pair: Pair) -> bool:
    return pair.titles >= Titles.MAIN and pair.authors >= Authors.NEAR and not pair.places.other
