"""Study guides, excerpts, comics and young readers' editions are other works than the book itself."""

from __future__ import annotations

from mam_assets.domain.matching import verdicts
from mam_assets.domain.matching.pair import Authors, Pair, Titles
from mam_assets.domain.model import MatchVerdict


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
        if _by_publisher_alone(pair):
            return verdicts.unsure("dramatised", pair, f"{pair.item.item.publisher} dramatises: a person may tell")
        return verdicts.different("dramatised", pair, f"{side} is a dramatisation")
    return None


def _by_publisher_alone(pair: Pair) -> bool:
    """Is it only who published the item that makes it a dramatisation, with everything else as of the book?"""
    if not pair.item.kinds.dramatised or pair.item.parsed.dramatised or not pair.item.item.publisher:
        return False
    return pair.titles >= Titles.MAIN and pair.authors >= Authors.NEAR and not pair.places.other
