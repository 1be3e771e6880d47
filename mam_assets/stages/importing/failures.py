"""What goes wrong in an import becomes the download's state: tried again, waiting, or blocked with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from mam_assets.domain.acquisition import Download, backoff
from mam_assets.domain.importing import ImportBlocked
from mam_assets.domain.importing.spelling import Spelling
from mam_assets.domain.model.download import DownloadState, ReasonCode
from mam_assets.domain.naming import TemplateError
from mam_assets.files import linking
from mam_assets.store.ledgers import downloads
from resources.errors import ServiceError

from ..protocols import LibraryServer, TorrentLister
from ..task_run import Clock, Tally
from .confirmation import Shown
from .sources import TryAgain
from .target import ImportSettings

SHORTEST_REST = timedelta(minutes=1)
IMPORTABLE = (DownloadState.COMPLETED, DownloadState.IMPORTING)


class NotReady(Exception):
    """The torrent is not whole and at rest after all: the next tick decides about it."""


@dataclass(slots=True)
class Imports:
    """What became of the finished downloads. ``waiting``: placed or to be tried again by itself."""

    imported: list[Download] = field(default_factory=list)
    waiting: list[Download] = field(default_factory=list)
    blocked: list[Download] = field(default_factory=list)
    bytes_linked: int = 0
    bytes_copied: int = 0
    busy: bool = False


@dataclass(slots=True)
class ImportRun:
    """What all parts of one import run share."""

    engine: sa.Engine
    qbittorrent: TorrentLister
    library: LibraryServer
    settings: ImportSettings
    tally: Tally
    clock: Clock
    jitter: float
    spelling: Spelling
    done: Imports = field(default_factory=Imports)


def guarded(run: ImportRun, row: Download, work: Callable[[Download], Shown | None]) -> Shown | None:
    """Do a part of the import of one download; what goes wrong becomes its state, and is counted."""
    try:
        return work(row)
    except (NotReady, downloads.StaleStep):
        return None
    except TryAgain as error:
        _again_or_block(run, row, error)
        run.tally.fail_by(row.title, error)
    except ImportBlocked as error:
        _block(run, row, error)
        run.tally.fail_by(row.title, error)
    except (linking.CannotLink, TemplateError) as error:
        code = "cannot_link" if isinstance(error, linking.CannotLink) else "template"
        blocked = ImportBlocked(code, str(error), "Set import.copy_across_devices or mend import.folder, then retry")
        _block(run, row, blocked)
        run.tally.fail_by(row.title, blocked)
    except linking.DiskFull as error:
        later(run, row, ReasonCode.LIBRARY_FULL, f"the disk is full: {error}", count=False)
        run.tally.fail(row.title, "disk_full", str(error))
    except ServiceError as error:
        later(run, row, ReasonCode.SERVICE, str(error), count=False)
        run.tally.fail_by(row.title, error)
    except OSError as error:
        what = f"{error.strerror or error}: {error.filename or ''}"
        _again_or_block(run, row, TryAgain("file_system", what, "Check the disk and its permissions, then retry"))
        run.tally.fail(row.title, "file_system", what)
    return None


def _again_or_block(run: ImportRun, row: Download, error: TryAgain) -> None:
    if downloads.get(run.engine, row.id).retry_count >= run.settings.retries.max_retries:
        _block(run, row, error)
    else:
        later(run, row, ReasonCode.RETRY, str(error), count=True)


def later(run: ImportRun, row: Download, code: ReasonCode, reason: str, *, count: bool) -> None:
    """Once more after a pause; ``count`` false: an outage, which uses up no try."""
    current = downloads.get(run.engine, row.id)
    if current.status not in IMPORTABLE:
        return
    now = run.clock()
    at = now + (backoff(current.retry_count, run.jitter, run.settings.retries) if count else _rest(run, current))
    values = {"retry_count": current.retry_count + 1} if count else {}
    run.done.waiting.append(
        downloads.note(
            run.engine, run.clock(), current, status_reason=reason, reason_code=code, next_attempt_at=at, **values
        )
    )


def _rest(run: ImportRun, row: Download) -> timedelta:
    """The pause in an outage: as long as the book has waited already. A server that only restarts costs a minute."""
    waited = run.clock() - row.completed_at if row.completed_at else timedelta.max
    pause = min(max(waited, SHORTEST_REST), run.settings.retries.retry_pause)
    return pause + pause * 0.25 * run.jitter


def _block(run: ImportRun, row: Download, error: ImportBlocked) -> None:
    current = downloads.get(run.engine, row.id)
    if current.status not in IMPORTABLE:
        return
    run.done.blocked.append(
        downloads.step(
            run.engine,
            run.clock(),
            row.id,
            expected=current.status,
            to=DownloadState.IMPORT_BLOCKED,
            reason=str(error),
            failure_code=error.code,
            next_attempt_at=None,
            retry_count=0,
        )
    )
