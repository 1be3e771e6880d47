"""Bring finished downloads into the library, until Audiobookshelf shows them.

The steps of one download, in this order; killed between any two and started again, the end is the same:

1. The ledger says ``importing``.
2. The torrent is asked for once more: whole, at rest, and which files.
3. The files are found on disk and compared with that list.
4. Their tags are read; they must not contradict the wanted book.
5. The target is looked at: this very book there is success, anything else blocks.
6. What the hidden staging folder will hold is written down; then the files are linked (or copied) into it,
   ``metadata.json`` beside them.
7. What will be made is written into the ledger (``staged``).
8. The staging folder is renamed to the target.
9. The ledger says ``placed``: from here on the torrent is not needed.
10. Audiobookshelf scans and is asked until it shows the book.
11. Series and authors are set where they differ, and read back; ``metadata.json`` is taken back, for it was read.
12. The ledger says ``imported``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from mam_assets.domain import importing as planning
from mam_assets.domain import paths
from mam_assets.domain.acquisition import Download
from mam_assets.domain.figures import ImportFigure
from mam_assets.domain.importing import AudioTags, BookFacts, ImportBlocked
from mam_assets.domain.model.download import DownloadState, ImportStatus, ReasonCode, Torrent
from mam_assets.files import linking
from mam_assets.files.tags import read_tags
from mam_assets.store.engine import writing
from mam_assets.store.ledgers import downloads, import_files
from mam_assets.store.reports.spelling import library_spelling
from resources.errors import ServiceError

from ..manual.actions import next_mapped
from ..protocols import LibraryServer, TorrentLister
from ..task_run import Clock, Tally, utc_now
from .confirmation import Shown, apply_match, await_shown
from .duplicate_items import SLOW, take_off_twins
from .failures import IMPORTABLE, ImportRun, Imports, NotReady, guarded, later
from .placement import (
    Existing,
    Staging,
    look_at_target,
    move_into_place,
    new_folders,
    refuse_target,
    stage_files,
    target_folder,
)
from .sidecar import take_back
from .sources import TryAgain, base_folder, check_sources
from .staging import clear, prepare, staging_folder, sweep
from .target import ImportSettings

# Few enough for a scan to be over before Audiobookshelf's watcher looks too, and for the first to show soon.
A_SCAN = 8


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
    run = ImportRun(engine, qbittorrent, library, settings, tally, clock, jitter, library_spelling(engine))
    try:
        with _locked(settings.lock_file):
            sweep(run)
            ready = downloads.with_states(engine, *IMPORTABLE)
            due = [row for row in ready if (row.id in only if only else row.is_due(clock()))]
            size = A_SCAN
            while due:
                rows, due = due[:size], due[size:]
                placed = [shown for row in rows if (shown := guarded(run, row, partial(_place, run)))]
                # Each scan goes through the whole library: where that takes long, the rest shares one.
                size = A_SCAN if _confirm_all(run, placed, sleep) < SLOW else max(A_SCAN, len(due))
    except Timeout:
        run.done.busy = True
    tally.figures.update(figures(run.done))
    return run.done


def _locked(lock_file: Path | None) -> AbstractContextManager[Any]:
    return FileLock(lock_file, timeout=0) if lock_file else nullcontext()


# ------------------------------------------------------------------------------------------------------- placing


def _place(run: ImportRun, row: Download) -> Shown | None:
    """Steps 1 to 9."""
    if row.status is DownloadState.COMPLETED:
        row = downloads.step(
            run.engine, run.clock(), row.id, expected=row.status, to=DownloadState.IMPORTING, reason="import begun"
        )
    if row.is_placed:
        return _placed_before(run, row)
    torrent = _torrent(run, row)
    options = row.import_options
    chosen = planning.choose(run.qbittorrent.files(row.infohash), extras=run.settings.extras, only=options.files)
    base = base_folder(torrent, chosen.taken, run.settings.download_paths)
    check_sources(base, chosen.taken)
    tags = {file.name: read_tags(base / file.name) for file in chosen.audio}
    facts = _facts(run, row, list(tags.values()))
    plan = planning.plan(
        chosen,
        tags,
        facts,
        wanted=row.wanted,
        release=row.release,
        template=run.settings.template,
        verify_runtime=run.settings.verify_runtime,
        accepted=options.accept,
    )
    library = run.settings.target.folder
    folder = staging_folder(library, row.id, row.infohash)
    staging = Staging(plan, base, folder, _target_of(row, library, plan.folder))
    row = _put(run, row, staging)
    return _shown(run, row, facts)


def _target_of(row: Download, library: Path, parts: tuple[str, ...]) -> Path:
    """Where the book goes; once that is written down, it stays, whatever the template says meanwhile."""
    written = Path(row.target_path) if row.abs_import_status is ImportStatus.STAGED and row.target_path else None
    return written if written and paths.below(str(written), str(library)) else target_folder(library, parts)


def _torrent(run: ImportRun, row: Download) -> Torrent:
    found = next((one for one in run.qbittorrent.torrents(hashes=[row.infohash]) if one.infohash == row.infohash), None)
    if found is None or not found.is_done:
        raise NotReady("gone from qBittorrent" if found is None else f"{found.state} at {found.progress:.0%}")
    return found


def _facts(run: ImportRun, row: Download, tags: Sequence[AudioTags] = ()) -> BookFacts:
    return run.spelling.applied(planning.facts_of(row.wanted, row.release, tags, title=row.title, author=row.author))


def _put(run: ImportRun, row: Download, staging: Staging) -> Download:
    """Steps 5 to 9. Whatever stops it, no part of ours stays behind in the library."""
    found = look_at_target(staging)
    if found is Existing.OTHER:
        raise refuse_target(staging)
    if found is Existing.NOTHING:
        try:
            prepare(run.engine, run.clock(), row, staging)
            files = stage_files(staging, run.settings)
            with writing(run.engine) as connection:
                import_files.forget(connection, row.id, staging.inside())
                import_files.record(connection, run.clock(), row.id, [*new_folders(staging), *files])
                row = downloads.note(
                    connection, run.clock(), row, abs_import_status=ImportStatus.STAGED, target_path=str(staging.target)
                )
            move_into_place(staging, run.settings)
        except (ImportBlocked, linking.DiskFull, linking.CannotLink, OSError):
            clear(run.engine, run.clock(), row, staging.folder)
            raise
        run.done.bytes_linked += sum(file.size_bytes for file in files if file.method == "hardlink")
        run.done.bytes_copied += sum(file.size_bytes for file in files if file.method == "copy")
    clear(run.engine, run.clock(), row, staging.folder)
    return downloads.note(
        run.engine,
        run.clock(),
        row,
        status_reason="in the library, Audiobookshelf is to scan",
        abs_import_status=ImportStatus.PLACED,
        target_path=str(staging.target),
        retry_count=0,
        next_attempt_at=None,
    )


def _placed_before(run: ImportRun, row: Download) -> Shown:
    if linking.lstat(Path(row.target_path)) is None:
        raise ImportBlocked(
            "vanished", f"{row.target_path} is gone from the library", "Retry to place it again, or reject the download"
        )
    return replace(_shown(run, row, _facts(run, row)), placed_before=True)


def _shown(run: ImportRun, row: Download, facts: BookFacts) -> Shown:
    inner = paths.below(row.target_path, str(run.settings.target.folder))
    if inner is None:
        raise ImportBlocked(
            "other_library",
            f"{row.target_path} is not in {run.settings.target.folder}",
            "Set library.import_into back to the library that it was placed in",
        )
    return Shown(row, inner, facts)


# ---------------------------------------------------------------------------------------------------- confirming


def _confirm_all(run: ImportRun, placed: Sequence[Shown], sleep: Callable[[float], None]) -> float:
    """Steps 10 to 12, with one scan for all. Returns the seconds that Audiobookshelf took to show them."""
    if not placed:
        return 0.0
    target = run.settings.target
    try:
        seen, waited = await_shown(run.library, target, placed, run.settings.visible_within, sleep, run.tally)
        if waited >= SLOW or any(one.placed_before for one in placed):
            take_off_twins(run.library, target, placed, seen, sleep, run.tally)
    except ServiceError as error:
        for one in placed:
            later(run, one.row, ReasonCode.SERVICE, str(error), count=False)
        run.tally.fail_by("Audiobookshelf", error)
        return 0.0
    for one in placed:
        guarded(run, one.row, partial(_confirm, run, one, seen.get(one.row.id, "")))
    return waited


def _confirm(run: ImportRun, one: Shown, abs_id: str, row: Download) -> None:
    if not abs_id:
        raise TryAgain(
            "not_shown",
            f"Audiobookshelf does not show {one.rel_path!r} in library {run.settings.target.name}",
            "Look at the library's folder in Audiobookshelf and at LIBRARY_PATH_MAP, then retry",
        )
    problem = apply_match(run.library, run.engine, run.clock(), abs_id, one.facts)
    if problem:
        run.tally.fail(row.title, "match_not_kept", problem, "audiobookshelf")
    if stays := take_back(run.engine, row.id, run.clock):
        run.tally.fail(row.title, "metadata_file_stays", stays)
    now = run.clock()
    with writing(run.engine) as connection:
        imported = downloads.step(
            connection,
            now,
            row.id,
            expected=DownloadState.IMPORTING,
            to=DownloadState.IMPORTED,
            reason=problem,
            abs_import_status=ImportStatus.CONFIRMED,
            abs_item_id=abs_id,
            imported_at=now,
            torrent_file=None,
            next_attempt_at=None,
        )
        next_mapped(connection, now, imported)
    run.done.imported.append(imported)
    run.tally.succeed()


def figures(done: Imports) -> dict[str, int]:
    """The figures of an import, for people."""
    return {
        ImportFigure.IMPORTED: len(done.imported),
        ImportFigure.TO_BE_TRIED_AGAIN: len(done.waiting),
        ImportFigure.BLOCKED: len(done.blocked),
        ImportFigure.BYTES_LINKED: done.bytes_linked,
        ImportFigure.BYTES_COPIED: done.bytes_copied,
    }
