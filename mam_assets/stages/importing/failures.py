"""What goes wrong in an import, and what becomes of the download then: tried again, waiting, or blocked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from mam_assets.domain.acquisition import AcquisitionPolicy, Download, backoff
from mam_assets.domain.importing import ImportBlocked
from mam_assets.domain.model.download import ReasonCode
from mam_assets.domain.naming import TemplateError
from mam_assets.files.linking import CannotLink, DiskFull
from mam_assets.store.ledgers.downloads import StaleStep
from resources.errors import ServiceError

SHORTEST_REST = timedelta(minutes=1)


class NotReady(Exception):
    """The torrent is not whole and at rest after all: the next tick decides about it."""


class TryAgain(ImportBlocked):
    """It may pass by itself: tried again some times before a person is asked."""


class Remedy(Enum):
    """What is done about a failure."""

    PERSON = "person"  # blocked until somebody decides
    RETRY = "retry"  # tried again, some times
    WAIT = "wait"  # an outage: uses up no try


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """One failure: ``reason`` for the ledger, with ``waits_for`` while it is tried again; ``message`` for the task;
    ``service`` is blank when none was involved."""

    remedy: Remedy
    waits_for: ReasonCode
    code: str
    reason: str
    message: str
    service: str = ""


TROUBLE = (NotReady, StaleStep, ImportBlocked, CannotLink, TemplateError, DiskFull, ServiceError, OSError)
"""Every error that ends the import of one download and not of the others."""


def failure_of(error: Exception) -> ImportFailure | None:
    """What is done about an error of ``TROUBLE``; None: nothing, the next tick looks at the download anew."""
    match error:
        case NotReady() | StaleStep():
            return None
        case TryAgain():
            return _blocked(error, Remedy.RETRY)
        case ImportBlocked():
            return _blocked(error, Remedy.PERSON)
        case CannotLink() | TemplateError():
            code = "cannot_link" if isinstance(error, CannotLink) else "template"
            advice = "Set import.copy_across_devices or mend import.folder, then retry"
            return _blocked(ImportBlocked(code, str(error), advice), Remedy.PERSON)
        case DiskFull():
            return ImportFailure(
                Remedy.WAIT, ReasonCode.LIBRARY_FULL, "disk_full", f"the disk is full: {error}", str(error)
            )
        case ServiceError():
            return ImportFailure(Remedy.WAIT, ReasonCode.SERVICE, error.code, str(error), str(error), error.service)
        case OSError():
            what = f"{error.strerror or error}: {error.filename or ''}"
            return ImportFailure(
                Remedy.RETRY,
                ReasonCode.RETRY,
                "file_system",
                f"{what}. Check the disk and its permissions, then retry",
                what,
            )
        case _:
            raise error


def _blocked(error: ImportBlocked, remedy: Remedy) -> ImportFailure:
    return ImportFailure(remedy, ReasonCode.RETRY, error.code, str(error), str(error))


def next_try(
    failure: ImportFailure, download: Download, now: datetime, policy: AcquisitionPolicy, jitter: float
) -> datetime:
    """When the import is tried again. After an outage the pause is as long as the book has waited already: a server
    that only restarts costs a minute."""
    if failure.remedy is Remedy.RETRY:
        return now + backoff(download.retry_count, jitter, policy)
    waited = now - download.completed_at if download.completed_at else timedelta.max
    pause = min(max(waited, SHORTEST_REST), policy.retry_pause)
    return now + pause + pause * 0.25 * jitter
