"""Find the series of books whose items name none, a bounded number of new questions at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from mam_assets.domain import identity, titles
from mam_assets.domain.model import LibraryItem, ProviderSeries, TrackedSeries
from mam_assets.stages.asking import Asker
from mam_assets.stages.series_answers import series_answer, series_of, subject_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def discover(
    items: Iterable[LibraryItem], tracked: Sequence[TrackedSeries], askers: Sequence[Asker], new_questions: int
) -> list[TrackedSeries]:
    """The tracked series and those that providers name for items in none of them, the latest additions first.

    At most ``new_questions`` books are asked for that never were; the others follow in later runs. What is known
    already costs nothing.
    """
    members = {abs_id for series in tracked for abs_id, _ in series.members}
    lone = [item for item in items if item.abs_id not in members and _can_be_asked(item)]
    lone.sort(key=lambda item: (item.added_at or LONG_AGO, item.abs_id), reverse=True)
    found: list[tuple[LibraryItem, ProviderSeries]] = []
    for item in lone:
        title = titles.parse(item.title, item.subtitle).title or item.title
        for asker in askers:
            if asker.known("series_of", subject_of(title, item.authors)) is None:
                if new_questions <= 0:
                    continue
                new_questions -= 1
            ids = series_of(asker, title, item.authors)
            series = series_answer(asker, ids[0])[0] if ids else None
            if series is not None and identity.holds(series, item):
                found.append((item, series))
                break
    return identity.adopt(tracked, found)


def _can_be_asked(item: LibraryItem) -> bool:
    """An audiobook with a title and an author that is a work of its own, not a study guide or the like."""
    if not item.title or not item.authors or item.num_audio_files == 0 or item.is_missing or item.is_invalid:
        return False
    return not titles.parse(item.title, item.subtitle).derivative
