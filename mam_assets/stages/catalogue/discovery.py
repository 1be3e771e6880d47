"""Find the series of books whose items name none, a bounded number of new questions at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from mam_assets.domain import identity, titles
from mam_assets.domain.model.catalogue import ProviderSeries
from mam_assets.domain.model.library import LibraryItem, TrackedSeries

from .series_questions import CachedCatalogue, series_answer, series_named, series_of, subject_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def discover(
    items: Iterable[LibraryItem],
    tracked: Sequence[TrackedSeries],
    askers: Sequence[CachedCatalogue],
    new_questions: int,
) -> list[TrackedSeries]:
    """The tracked series and those that providers name for items in none of them, the latest additions first.

    At most ``new_questions`` books are asked for that never were; the others follow in later runs. What is known
    already costs nothing.
    """
    members = {abs_id for series in tracked for abs_id, _ in series.members}
    lone = [item for item in items if item.abs_id not in members and _can_be_asked(item)]
    lone.sort(key=lambda item: (item.added_at or LONG_AGO, item.abs_id), reverse=True)
    discoveries: list[tuple[LibraryItem, ProviderSeries]] = []
    for item in lone:
        for asker in askers:
            if asker.known("series_of", subject_of(_titles(item)[0], item.authors)) is None:
                if new_questions <= 0:
                    continue
                new_questions -= 1
            series = _series_holding(item, asker)
            if series is not None:
                discoveries.append((item, series))
                break
    return identity.adopt(tracked, discoveries)


def _series_holding(item: LibraryItem, asker: CachedCatalogue) -> ProviderSeries | None:
    """The series that holds the item: found through its title, else through a name in it that may be a series'."""
    for title in _titles(item):
        for series_id in series_of(asker, title, item.authors)[:1]:
            series, _, _ = series_answer(asker, series_id)
            if series is not None and identity.holds(series, item):
                return series
    parsed = titles.parse(item.title, item.subtitle)
    for name in dict.fromkeys(ref.name for ref in (*parsed.series, *parsed.maybe_series) if ref.name):
        for series_id in series_named(asker, name, item.authors)[:1]:
            series, _, _ = series_answer(asker, series_id)
            if series is not None and identity.holds(series, item):
                return series
    return None


def _titles(item: LibraryItem) -> list[str]:
    """The titles to ask by: the bare one, and what follows it where a number says that a series stands before it
    ("Imperial Radch 02 - Ancillary Sword")."""
    parsed = titles.parse(item.title, item.subtitle)
    numbered = any(ref.position for ref in (*parsed.series, *parsed.maybe_series))
    return list(dict.fromkeys([parsed.title or item.title, *(parsed.tails[:1] if numbered else ())]))


def _can_be_asked(item: LibraryItem) -> bool:
    """An audiobook with a title and an author that is a work of its own, not a study guide or the like."""
    if not item.title or not item.authors or not item.takes_part:
        return False
    return not titles.parse(item.title, item.subtitle).derivative
