"""Entries of several series that are one book: then owned in one is owned in all, and missing is missing once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from . import people
from .matching.identifiers import work_ids
from .model.catalogue import EntryKind, SeriesEntry

_BOOKS = frozenset([EntryKind.PRIMARY, EntryKind.SECONDARY])


def joined(entries: Sequence[SeriesEntry]) -> list[list[SeriesEntry]]:
    """The entries in groups of one book each, in the order in which the books first appear.

    One book is: the same key; a number (a provider's id, ASIN, ISBN) in common; or the same title by an author in
    common, whichever of two names first. Two places of one series are two books unless the key is the same.
    """
    groups: list[list[SeriesEntry]] = []
    by_key: dict[tuple[str, bool], int] = {}
    by_mark: dict[str, int] = {}
    by_title: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        is_book = entry.work.kind in _BOOKS
        known = by_key.get((entry.book_key, is_book))
        marks = _marks(entry) if is_book else ()
        if known is None and is_book:
            title = entry.book_key.rpartition("|")[2]
            hits = [by_mark[mark] for mark in marks if mark in by_mark]
            hits += [at for at in by_title[title] if _share_author(groups[at][0], entry)]
            known = next((at for at in hits if _may_join(groups[at], entry)), None)
        if known is None:
            known = len(groups)
            groups.append([])
            if is_book:
                by_title[title].append(known)
        groups[known].append(entry)
        by_key.setdefault((entry.book_key, is_book), known)
        for mark in marks:
            by_mark.setdefault(mark, known)
    return groups


def _marks(entry: SeriesEntry) -> Iterable[str]:
    marks = set(work_ids(entry.work))
    if entry.work.work_id:
        marks.add(entry.work.work_id)
    marks.update(f"{name.lower()}:{value}" for name, value in entry.work.provider_ids if value)
    return sorted(marks)


def _share_author(left: SeriesEntry, right: SeriesEntry) -> bool:
    first, second = _writers(left.work.authors), _writers(right.work.authors)
    return not first.isdisjoint(second) or any(people.same_person(a, b) for a in first for b in second)


@lru_cache(maxsize=131072)
def _writers(authors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(people.writers(authors))


def _may_join(group: Sequence[SeriesEntry], entry: SeriesEntry) -> bool:
    """No group holds two places of one series: that series knows them for two books."""
    return all(known.series_key != entry.series_key or known.position == entry.position for known in group) and all(
        known.work.kind in _BOOKS for known in group
    )
