"""Study guides, excerpts, single parts, comics and young readers' editions are other works than the book itself."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model import MatchVerdict


def other_kind(pair: Pair) -> MatchVerdict | None:
    item, work = pair.item.kinds, pair.work.kinds
    if item is work:
        return None  # two plain books
    if item.part is not None and work.part != item.part:
        number = f"part {item.part}" + (f" of {item.parts}" if item.parts else "")
        return verdicts.different("part", pair, f"the item is {number} only")
    if work.part is not None and item.part is None:
        return verdicts.different("other_kind", pair, f"the catalogue entry is part {work.part} only")
    for name, mine, theirs in (
        (item.derivative or work.derivative, item.derivative, work.derivative),
        ("young readers' edition", item.young_readers, work.young_readers),
        ("graphic novel", item.graphic, work.graphic),
    ):
        if mine != theirs:
            return verdicts.different("other_kind", pair, f"{'the item' if mine else 'the entry'} is a {name}")
    if item.dramatised != work.dramatised:
        side = "the item" if item.dramatised else "the entry"
        if item.dramatised and pair.titles >= Titles.MAIN and pair.authors >= Authors.NEAR and not pair.places.other:
            return verdicts.unsure("dramatised", pair, "the item is a dramatisation: a person may count it or not")
        return verdicts.different("dramatised", pair, f"{side} is a dramatisation")
    return None
