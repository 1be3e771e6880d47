"""What each action does to its row of the ledger, as data: the store applies it, the tests replay it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model.download import DownloadState as State
from ..model.download import ReasonCode
from .actions import (
    Abandon,
    Action,
    Fail,
    MarkCompleted,
    MarkDownloading,
    MarkStalled,
    MarkSubmitted,
    NoteBack,
    NoteMissing,
    Progress,
    Resubmit,
    RetryLater,
    StillMissing,
    Wait,
)
from .download import Download
from .reasons import SENTENCES


@dataclass(frozen=True, slots=True)
class Effect:
    """The state after, why (for people, and as a code), and the other fields that change (names of ``Download``)."""

    to: State
    reason: str
    values: dict[str, Any] = field(default_factory=dict)
    code: ReasonCode = ReasonCode.NONE


def effect_of(action: Action, row: Download, now: datetime) -> Effect:
    """The change of the row that the action asks for.

    Submit and StartImport are work for a stage and NextCandidate needs the candidates: they raise TypeError here.
    """
    match action:
        case MarkSubmitted(reason=reason):
            return Effect(State.SUBMITTED, reason, submitted_values(now))
        case MarkDownloading(progress=progress, reason=reason):
            back = row.status in (State.COMPLETED, State.IMPORTING)
            values: dict[str, Any] = {"last_progress": progress, "last_progress_at": now, "tracker_message": ""}
            return Effect(State.DOWNLOADING, reason, values | ({"completed_at": None} if back else {}))
        case Progress(progress=progress):
            return Effect(row.status, "", {"last_progress": progress, "last_progress_at": now})
        case Wait(code=why):
            seen = State.DOWNLOADING if row.status is State.SUBMITTED else row.status
            return Effect(seen, SENTENCES[why], {"last_progress_at": now}, why)
        case MarkStalled(code=why, reason=reason, tracker_message=message):
            return Effect(State.STALLED, reason, {"tracker_message": message}, why)
        case NoteMissing():
            return _missing(row, {"missing_since": now, "missing_seen_at": now})
        case StillMissing():
            return _missing(row, {"missing_seen_at": now})
        case NoteBack():
            return Effect(row.status, "", {"missing_since": None})
        case MarkCompleted(content_path=path, reason=reason):
            return Effect(State.COMPLETED, reason, completed_values(path, now))
        case Resubmit(at=at, reason=reason):
            return Effect(State.QUEUED, reason, _again(row, at), ReasonCode.RETRY)
        case RetryLater(at=at, reason=reason):
            again = _again(row, at) | {"failure_code": "", "missing_since": None}
            return Effect(State.QUEUED, reason, again, ReasonCode.RETRY)
        case Fail(code=code, message=message):
            return Effect(State.FAILED, message, {"failure_code": code})
        case Abandon(code=code, message=message):
            return Effect(State.ABANDONED, message, {"failure_code": code})
        case _:
            raise TypeError(f"{type(action).__name__} is no mere change of a row")


def submitted_values(now: datetime) -> dict[str, Any]:
    """What a row gets when qBittorrent has its torrent: the clock of its progress starts."""
    return {"submitted_at": now, "last_progress_at": now, "missing_since": None, "tracker_message": ""}


def completed_values(content_path: str, now: datetime) -> dict[str, Any]:
    return {
        "content_path": content_path,
        "completed_at": now,
        "last_progress": 1.0,
        "last_progress_at": now,
        "missing_since": None,
        "tracker_message": "",
        "failure_code": "",
        "retry_count": 0,
        "next_attempt_at": None,
    }


def _missing(row: Download, values: dict[str, Any]) -> Effect:
    code = ReasonCode.MAYBE_ADDED if row.status is State.QUEUED else ReasonCode.NOT_LISTED
    return Effect(row.status, SENTENCES[code], values, code)


def _again(row: Download, at: datetime) -> dict[str, Any]:
    return {"next_attempt_at": at, "retry_count": row.retry_count + 1, "attempt": row.attempt + 1}
