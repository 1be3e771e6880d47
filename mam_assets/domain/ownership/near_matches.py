"""Likeness is asked only of what the keys left over: unowned works beside unclaimed items of the same author."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from mam_assets.domain.matching import ItemForms, WorkForms

# Below these a person would not call two titles near: whole titles, and the shorter inside the longer.
_ALIKE = 82
_INSIDE = 92


def near_pairs(
    works: Sequence[tuple[int, WorkForms]], items: Sequence[tuple[int, ItemForms]]
) -> Iterable[tuple[int, int]]:
    """(number of the work, number of the item) for titles that resemble each other, author by author."""
    items_of: dict[str, list[tuple[int, ItemForms]]] = defaultdict(list)
    for at, item in items:
        for name in {_block(author) for author in item.authors}:
            items_of[name].append((at, item))
    works_of: dict[str, list[tuple[int, WorkForms]]] = defaultdict(list)
    for at, work in works:
        for name in {_block(author) for author in work.authors}:
            if name in items_of:
                works_of[name].append((at, work))
    seen: set[tuple[int, int]] = set()
    for name, wanted in works_of.items():
        for pair in _alike(wanted, items_of[name]):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _block(author: str) -> str:
    """Surname and first initial: whoever is of another block has another name, or writes it in another order."""
    return f"{author.split()[-1]} {author[0]}"


def _alike(works: Sequence[tuple[int, WorkForms]], items: Sequence[tuple[int, ItemForms]]) -> Iterable[tuple[int, int]]:
    names = [work.main for _, work in works]
    mains = [item.main for _, item in items]
    fulls = [" ".join(item.words) for _, item in items]
    whole = process.cdist(names, mains, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8)
    inside = process.cdist(names, fulls, scorer=fuzz.token_set_ratio, score_cutoff=_INSIDE, dtype=np.uint8)
    for row, column in np.argwhere((whole > 0) | (inside > 0)):
        yield works[row][0], items[column][0]
