"""Entries of several series that are one book: then owned in one is owned in all, and missing is missing once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mam_assets.domain import people
from mam_assets.domain.matching.gates.identifiers import work_ids
from mam_assets.domain.model import EntryKind, SeriesEntry

_BOOKS = frozenset([EntryKind.PRIMARY, EntryKind.SECONDARY])


def joined(entries: Sequence[SeriesEntry]) -> list[list[SeriesEntry]]:
    """The entries in groups of one book each, in the order in which the books first appear.

    One book is: the same key; a number (a provider's id, ASIN, ISBN) in common; or the same title by an author in
    common, whichever of two names first. Two places of one series are two books unless the key is the same.
    """
    groups: list[list[SeriesEntry]] = []
    by_mark: dict[str, int] = {}
    by_title: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        marks = _marks(entry)
        title = entry.book_key.rpartition("|")[2]
        known = by_mark.get(f"key:{entry.book_key}|{entry.work.kind in _BOOKS}")
        if known is None and entry.work.kind in _BOOKS:
            hits = [by_mark[mark] for mark in marks if mark in by_mark]
            hits += [at for at in by_title[title] if _share_author(groups[at][0], entry)]
            known = next((at for at in hits if _may_join(groups[at], entry)), None)
        if known is None:
            known = len(groups)
            groups.append([])
            if entry.work.kind in _BOOKS:
                by_title[title].append(known)
        groups[known].append(entry)
        by_mark.setdefault(f"key:{entry.book_key}|{entry.work.kind in _BOOKS}", known)
        for mark in marks:
            by_mark.setdefault(mark, known)
    return groups


def _marks(entry: SeriesEntry) -> Iterable[str]:
    if entry.work.kind not in _BOOKS:
        return ()
    marks = set(work_ids(entry.work))
    if entry.work.work_id:
        marks.add(entry.work.work_id)
    marks.update(f"{name.lower()}:{value}" for name, value in entry.work.provider_ids if value)
    return sorted(marks)


def _share_author(one: SeriesEntry, two: SeriesEntry) -> bool:
    return people.shared_author(one.work.authors, two.work.authors)


def _may_join(group: Sequence[SeriesEntry], entry: SeriesEntry) -> bool:
    """No group holds two places of one series: that series knows them for two books."""
    return all(known.series_key != entry.series_key or known.position == entry.position for known in group) and all(
        known.work.kind in _BOOKS for known in group
    )
