"""Is a book of an author counted with a tracked series already?"""

from __future__ import annotations

from collections.abc import Iterable

from mam_assets.domain import matching, people, titles
from mam_assets.domain.matching.gates.identifiers import work_ids
from mam_assets.domain.model.catalogue import SeriesEntry, Work
from mam_assets.domain.model.library import SeriesRef, TrackedSeries


class SeriesBooks:
    """The books of all tracked series, found by their numbers, by title and author, or by the series that they name."""

    def __init__(self, tracked: Iterable[TrackedSeries], entries: Iterable[SeriesEntry]) -> None:
        self._ids: set[str] = set()
        self._titles: set[tuple[str, str]] = set()
        self._names: set[tuple[str, str]] = set()
        for series in tracked:
            for name in (series.name, *series.aliases):
                self._add_name(name, [series.author])
        for entry in entries:
            self._ids.update(_ids(entry.work))
            for writer in people.writers(entry.work.authors):
                self._titles.update((title, writer) for title in _titles(entry.work))
            for name in (entry.series_name, *entry.series_aliases):
                self._add_name(name, entry.work.authors)

    def _add_name(self, name: str, authors: Iterable[str]) -> None:
        loose = titles.series_name(name, loose=True)
        if loose:
            self._names.update((loose, writer) for writer in people.writers(authors))

    def hold(self, work: Work) -> bool:
        """Is the work one of them, or does a provider say that it belongs to one of these series?"""
        if _ids(work) & self._ids:
            return True
        writers = people.writers(work.authors)
        if any((title, writer) in self._titles for writer in writers for title in _titles(work)):
            return True
        return any((_loose(ref), writer) in self._names for writer in writers for ref in work.series)


def _ids(work: Work) -> set[str]:
    return {work.work_id, *work_ids(work), *(f"{name}:{value}" for name, value in work.provider_ids)} - {""}


def _titles(work: Work) -> frozenset[str]:
    forms = matching.work_forms(work)
    return forms.whole | forms.other


def _loose(ref: SeriesRef) -> str:
    return titles.series_name(ref.name, loose=True)
