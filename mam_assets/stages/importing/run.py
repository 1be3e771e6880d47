"""Bring finished downloads into the library, until Audiobookshelf shows them.

The steps of one download, in this order; killed between any two and started again, the end is the same:

1. The ledger says ``importing``.
2. The torrent is asked for once more: whole, at rest, and which files.
3. The files are found on disk and compared with that list.
4. Their tags are read.
5. The files are judged and their places planned; this very book at the target is success, anything else blocks.
6. What the hidden staging folder will hold is written down; then the files are linked (or copied) into it,
   ``metadata.json`` beside them.
7. What will be made is written into the ledger (``staged``).
8. The staging folder is renamed to the target.
9. The ledger says ``placed``: from here on the torrent is not needed.
10. Audiobookshelf scans and is asked until it shows the book.
11. Series and authors are set where they differ, and read back; ``metadata.json`` is taken back, for it was read.
12. The ledger says ``imported``.

Each step takes what the one before it gave (``results``). Of the steps none writes the ledger: that is done here,
through ``ledger``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from filelock import FileLock, Timeout

from mam_assets.domain.acquisition import Download
from mam_assets.domain.importing import ImportBlocked
from mam_assets.domain.importing.spelling import Spelling
from mam_assets.domain.model.download import IMPORTABLE
from mam_assets.files import linking
from mam_assets.store.reports.spelling import library_spelling
from resources.errors import ServiceError

from ..protocols import LibraryServer, TorrentLister
from ..task_run import Clock, Tally, utc_now
from . import staging
from .confirmation import await_listing, corrections_of, not_kept
from .duplicate_items import SLOW, remove_duplicates
from .failures import TROUBLE, ImportFailure, Remedy, TryAgain, failure_of, next_try
from .ledger import ImportLedger
from .placement import (
    TargetState,
    check_target,
    earlier_placement,
    move_into_place,
    new_folders,
    placement_of,
    stage_files,
)
from .plan import facts_of, plan_book
from .results import BookPlan, Confirmation, Imports, Listing, Placement
from .sidecar import take_back
from .sources import find_sources
from .sweep import sweep
from .target import ImportSettings

# Few enough for a scan to be over before Audiobookshelf's watcher looks too, and for the first to show soon.
A_SCAN = 8

T = TypeVar("T")


def import_downloads(
    engine: sa.Engine,
    qbittorrent: TorrentLister,
    library: LibraryServer,
    settings: ImportSettings,
    tally: Tally,
    *,
    only: Sequence[int] = (),
    clock: Clock = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    jitter: float = 0.5,
) -> Imports:
    """Import every finished download that is due (or those numbered in ``only``), some with each scan.

    Trouble with one is counted and the next goes on. Only one import runs at a time: while another process holds the
    lock, nothing is done and ``busy`` is set.
    """
    ledger = ImportLedger(engine, clock)
    run = _Orchestrator(ledger, qbittorrent, library, settings, library_spelling(engine), tally, sleep, jitter)
    try:
        with _locked(settings.lock_file):
            sweep(ledger, settings.target.folder, tally)
            ready = ledger.importable()
            run.import_all([row for row in ready if (row.id in only if only else row.is_due(clock()))])
    except Timeout:
        run.done.busy = True
    tally.figures.update(run.done.figures())
    return run.done


def _locked(lock_file: Path | None) -> AbstractContextManager[Any]:
    return FileLock(lock_file, timeout=0) if lock_file else nullcontext()


@dataclass(slots=True)
class _Orchestrator:
    """Takes downloads through the steps, and writes down what became of them."""

    ledger: ImportLedger
    qbittorrent: TorrentLister
    library: LibraryServer
    settings: ImportSettings
    spelling: Spelling
    tally: Tally
    sleep: Callable[[float], None]
    jitter: float
    done: Imports = field(default_factory=Imports)

    def import_all(self, due: Sequence[Download]) -> None:
        size = A_SCAN
        while due:
            batch, due = due[:size], due[size:]
            placements = [placement for row in batch if (placement := self._guarded(row, partial(self._place, row)))]
            # Each scan goes through the whole library: where that takes long, the rest shares one.
            size = A_SCAN if self._confirm_all(placements) < SLOW else max(A_SCAN, len(due))

    # ------------------------------------------------------------------------------------------------- placing

    def _place(self, download: Download) -> Placement:
        """Steps 1 to 9."""
        download = self.ledger.begin(download)
        target = self.settings.target
        if download.is_placed:
            return earlier_placement(download, facts_of(download, self.spelling), target)
        sources = find_sources(download, self.qbittorrent, self.settings)
        plan = plan_book(download, sources, self.spelling, self.settings)
        if check_target(plan) is TargetState.FREE:
            download = self._put(download, plan)
        self._clear(download, plan.folder)
        return placement_of(self.ledger.placed(download, plan), plan.facts, target)

    def _put(self, download: Download, plan: BookPlan) -> Download:
        """Steps 6 to 8. Whatever stops it, no part of ours stays behind in the library."""
        try:
            keep = staging.already_staged(plan, self.ledger.files(download), download.target_path)
            self._clear(download, plan.folder, keep)
            self.ledger.files_to_stage(download, staging.files_to_stage(plan))
            files = stage_files(plan, self.settings)
            download = self.ledger.staged(download, plan, [*new_folders(plan), *files])
            move_into_place(plan, self.settings)
        except (ImportBlocked, linking.DiskFull, linking.CannotLink, OSError):
            self._clear(download, plan.folder)
            raise
        self.done.bytes_linked += sum(file.size_bytes for file in files if file.method == "hardlink")
        self.done.bytes_copied += sum(file.size_bytes for file in files if file.method == "copy")
        return download

    def _clear(self, download: Download, folder: Path, keep: Collection[Path] = ()) -> None:
        clearance = staging.clear(folder, self.ledger.files(download), download.target_path, keep)
        self.ledger.files_removed(clearance.gone)

    # ---------------------------------------------------------------------------------------------- confirming

    def _confirm_all(self, placements: Sequence[Placement]) -> float:
        """Steps 10 to 12, with one scan for all. Returns the seconds that Audiobookshelf took to show them."""
        if not placements:
            return 0.0
        try:
            listing = self._list(placements)
        except ServiceError as error:
            failure = failure_of(error)
            assert failure is not None
            for placement in placements:
                self._write_down(placement.download, failure)
            self.tally.fail_by("Audiobookshelf", error)
            return 0.0
        for placement in placements:
            self._guarded(placement.download, partial(self._import, placement, listing))
        return listing.waited

    def _list(self, placements: Sequence[Placement]) -> Listing:
        target, within = self.settings.target, self.settings.visible_within
        listing = await_listing(self.library, target, placements, within, self.sleep, self.tally)
        if listing.waited >= SLOW or any(placement.by_earlier_run for placement in placements):
            remove_duplicates(self.library, target, placements, listing, self.sleep, self.tally)
        return listing

    def _import(self, placement: Placement, listing: Listing) -> None:
        confirmation = self._confirm(placement, listing)
        if confirmation.problem:
            self.tally.fail(placement.download.title, "match_not_kept", confirmation.problem, "audiobookshelf")
        removal = take_back(self.ledger.files(placement.download))
        self.ledger.files_removed(removal.gone)
        if removal.problem:
            self.tally.fail(placement.download.title, "metadata_file_stays", removal.problem)
        self.done.imported.append(self.ledger.imported(confirmation))
        self.tally.succeed()

    def _confirm(self, placement: Placement, listing: Listing) -> Confirmation:
        """Step 11: series and authors are set where Audiobookshelf has others than we know."""
        abs_id = listing.items.get(placement.download.id, "")
        if not abs_id:
            raise TryAgain(
                "not_shown",
                f"Audiobookshelf does not show {placement.rel_path!r} in library {self.settings.target.name}",
                "Look at the library's folder in Audiobookshelf and at LIBRARY_PATH_MAP, then retry",
            )
        changes = corrections_of(self.library.item(abs_id), placement.facts)
        if not changes:
            return Confirmation(placement.download, abs_id)
        self.library.update_media(abs_id, changes.new)
        self.ledger.corrected(abs_id, changes)
        return Confirmation(placement.download, abs_id, not_kept(self.library.item(abs_id), placement.facts))

    # ------------------------------------------------------------------------------------------------- failing

    def _guarded(self, download: Download, step: Callable[[], T]) -> T | None:
        """Do a part of the import of one download; what goes wrong becomes its state, and is counted."""
        try:
            return step()
        except TROUBLE as error:
            failure = failure_of(error)
        if failure is not None:
            self._write_down(download, failure)
            self.tally.fail(download.title, failure.code, failure.message, failure.service)
        return None

    def _write_down(self, download: Download, failure: ImportFailure) -> None:
        """Tried again at its time, or blocked until a person decides."""
        current, retries = self.ledger.current(download), self.settings.retries
        if current.status not in IMPORTABLE:
            return
        given_up = failure.remedy is Remedy.RETRY and current.retry_count >= retries.max_retries
        if given_up or failure.remedy is Remedy.PERSON:
            self.done.blocked.append(self.ledger.block(current, failure))
            return
        at = next_try(failure, current, self.ledger.clock(), retries, self.jitter)
        self.done.waiting.append(self.ledger.try_later(current, failure, at))
