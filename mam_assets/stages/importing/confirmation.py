"""Steps 10 and 11: scan, wait until Audiobookshelf shows the book, and see which of its series and authors differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mam_assets.domain import people, titles
from mam_assets.domain.figures import ImportFigure
from mam_assets.domain.importing import BookFacts, authors_payload, series_payload
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.domain.naming import shown_position
from resources.errors import AuthError, Refused

from ..protocols import LibraryServer
from ..task_run import Tally
from .results import Listing, Placement
from .target import LibraryTarget

FIRST_LOOK = 0.3  # seconds; a scan of one new book takes less than a second
LONGEST_PAUSE = 2.0
SCAN_AGAIN_AFTER = 5.0  # a scan asked for while another runs is ignored without a word


@dataclass(frozen=True, slots=True)
class ItemCorrections:
    """What an item says and what it is to say, by field; whole lists, because the server replaces them."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]

    def __bool__(self) -> bool:
        return bool(self.new)


def await_listing(
    library: LibraryServer,
    target: LibraryTarget,
    placements: Sequence[Placement],
    within: timedelta,
    sleep: Callable[[float], None],
    tally: Tally,
) -> Listing:
    """Scan and look until every book shows or the time is over.

    A user who may not scan is no obstacle: Audiobookshelf's own watcher finds the folder a little later. Raises
    ServiceError for other trouble.
    """
    shown: dict[int, str] = {}
    waited, pause, scanned_at = 0.0, FIRST_LOOK, 0.0
    may_scan = _scan(library, target.library_id, tally)
    while True:
        sleep(pause)
        waited += pause
        scanned = library.scan_finished(target.library_id)
        due = {book.rel_path: book.download.id for book in placements if book.download.id not in shown}
        # While it scans, only what is new is looked through: a large library would be read again and again.
        items = library.find_by_paths(
            target.library_id, due.keys(), folder_id=target.folder_id, only_newest=not scanned
        )
        for path, item in items.items():
            if item.num_audio_files > 0 and not item.is_missing:
                shown[due[path]] = item.abs_id
        if len(shown) == len(placements) or waited >= within.total_seconds():
            return Listing(shown, waited)
        pause = min(pause * 1.5, LONGEST_PAUSE)
        if may_scan and scanned and waited - scanned_at >= SCAN_AGAIN_AFTER:
            may_scan = _scan(library, target.library_id, tally)
            scanned_at = waited


def _scan(library: LibraryServer, library_id: str, tally: Tally) -> bool:
    try:
        library.scan(library_id)
    except (AuthError, Refused) as error:
        tally.figures[ImportFigure.SCAN] = f"not allowed, waiting for Audiobookshelf's own watcher: {error.message}"
        return False
    return True


def corrections_of(item: LibraryItem, facts: BookFacts) -> ItemCorrections:
    """The series and authors that differ from what we know. Order and spelling do not count."""
    new: dict[str, Any] = {}
    if facts.series and _series_forms(item.series) != _series_forms(facts.series):
        new["series"] = series_payload(facts)
    if facts.authors and {people.normal(name) for name in item.authors} != {people.normal(n) for n in facts.authors}:
        new["authors"] = authors_payload(facts)
    return ItemCorrections({field: _as_payload(item, field) for field in new}, new)


def not_kept(item: LibraryItem, facts: BookFacts) -> str:
    """What of the corrections the server did not keep, in words; blank when all is as it should be."""
    wrong = corrections_of(item, facts)
    return f"Audiobookshelf did not keep: {', '.join(sorted(wrong.new))}" if wrong else ""


def _series_forms(series: Sequence[SeriesRef]) -> set[tuple[str, str]]:
    return {(titles.series_name(place.name), shown_position(place.position)) for place in series}


def _as_payload(item: LibraryItem, field: str) -> list[dict[str, Any]]:
    if field == "series":
        return [{"name": place.name, "sequence": place.position or None} for place in item.series]
    return [{"name": name} for name in item.authors]
