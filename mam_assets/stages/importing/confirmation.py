"""Audiobookshelf's part of an import: scan, wait until the book shows, set its series and authors, read them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.domain import people, titles
from mam_assets.domain.acquisition import Download
from mam_assets.domain.figures import ImportFigure
from mam_assets.domain.importing import BookFacts, authors_payload, series_payload
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.domain.naming import shown_position
from mam_assets.store.ledgers import corrections
from resources.errors import AuthError, Refused

from ..protocols import LibraryServer
from ..task_run import Tally
from .target import LibraryTarget

FIRST_LOOK = 0.3  # seconds; a scan of one new book takes less than a second
LONGEST_PAUSE = 2.0
SCAN_AGAIN_AFTER = 5.0  # a scan asked for while another runs is ignored without a word


@dataclass(frozen=True, slots=True)
class Shown:
    """A placed book that Audiobookshelf is to show. ``rel_path`` is below the library's folder; ``placed_before`` by an
    earlier run, whose scan may have found it already."""

    row: Download
    rel_path: str
    facts: BookFacts
    placed_before: bool = False


def await_shown(
    library: LibraryServer,
    target: LibraryTarget,
    placed: Sequence[Shown],
    within: timedelta,
    sleep: Callable[[float], None],
    tally: Tally,
) -> tuple[dict[int, str], float]:
    """Scan and look until every book shows or the time is over. Returns download id → item id of those that do, and the
    seconds that were waited.

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
        due = {one.rel_path: one.row.id for one in placed if one.row.id not in shown}
        # While it scans, only what is new is looked through: a large library would be read again and again.
        found = library.find_by_paths(
            target.library_id, due.keys(), folder_id=target.folder_id, only_newest=not scanned
        )
        for path, item in found.items():
            if item.num_audio_files > 0 and not item.is_missing:
                shown[due[path]] = item.abs_id
        if len(shown) == len(placed) or waited >= within.total_seconds():
            return shown, waited
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


def apply_match(library: LibraryServer, engine: sa.Engine, now: datetime, abs_id: str, facts: BookFacts) -> str:
    """Set series and authors where Audiobookshelf has others than we know; returns what it did not keep, or "".

    Every change goes into the ledger of corrections. Raises ServiceError.
    """
    before = library.item(abs_id)
    changes = _differences(before, facts)
    if not changes:
        return ""
    library.update_media(abs_id, changes)
    for field, new in changes.items():
        corrections.record(engine, now, abs_id, field, _as_payload(before, field), new, "import", "HIGH")
    after = _differences(library.item(abs_id), facts)
    return f"Audiobookshelf did not keep: {', '.join(sorted(after))}" if after else ""


def _differences(item: LibraryItem, facts: BookFacts) -> dict[str, Any]:
    """What to send: whole lists, because the server replaces them. Order and spelling do not count."""
    changes: dict[str, Any] = {}
    if facts.series and _series_forms(item.series) != _series_forms(facts.series):
        changes["series"] = series_payload(facts)
    if facts.authors and {people.normal(name) for name in item.authors} != {people.normal(n) for n in facts.authors}:
        changes["authors"] = authors_payload(facts)
    return changes


def _series_forms(series: Sequence[SeriesRef]) -> set[tuple[str, str]]:
    return {(titles.series_name(place.name), shown_position(place.position)) for place in series}


def _as_payload(item: LibraryItem, field: str) -> list[dict[str, Any]]:
    if field == "series":
        return [{"name": place.name, "sequence": place.position or None} for place in item.series]
    return [{"name": name} for name in item.authors]
