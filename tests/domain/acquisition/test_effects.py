"""What each action changes in its row, field by field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mam_assets.domain.acquisition import Download, DownloadBook, effect_of
from mam_assets.domain.acquisition import actions as act
from mam_assets.domain.acquisition.effects import Effect, completed_values, submitted_values
from mam_assets.domain.acquisition.reasons import SENTENCES
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import ReasonCode

NOW = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


def row(status: State, **more: Any) -> Download:
    return Download(1, (DownloadBook("b"),), "T", status=status, **more)


def test_qbittorrent_has_it() -> None:
    effect = effect_of(act.MarkSubmitted(1, State.QUEUED, "it has it"), row(State.QUEUED), NOW)
    assert effect == Effect(State.SUBMITTED, "it has it", submitted_values(NOW))
    assert submitted_values(NOW) == {
        "submitted_at": NOW,
        "last_progress_at": NOW,
        "missing_since": None,
        "tracker_message": "",
    }


@pytest.mark.parametrize("status", [State.SUBMITTED, State.DOWNLOADING, State.STALLED])
def test_it_moves(status: State) -> None:
    effect = effect_of(act.MarkDownloading(1, status, 0.25, "moves"), row(status), NOW)
    changed = {"last_progress": 0.25, "last_progress_at": NOW, "tracker_message": ""}
    assert effect == Effect(State.DOWNLOADING, "moves", changed)


@pytest.mark.parametrize("status", [State.COMPLETED, State.IMPORTING])
def test_it_is_no_longer_whole(status: State) -> None:
    effect = effect_of(act.MarkDownloading(1, status, 0.9, "not whole"), row(status), NOW)
    assert effect.to is State.DOWNLOADING
    assert effect.values == {
        "last_progress": 0.9,
        "last_progress_at": NOW,
        "tracker_message": "",
        "completed_at": None,
    }


def test_progress_is_noted_and_says_nothing() -> None:
    effect = effect_of(act.Progress(1, State.STALLED, 0.5), row(State.STALLED), NOW)
    assert effect == Effect(State.STALLED, "", {"last_progress": 0.5, "last_progress_at": NOW})


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (State.SUBMITTED, State.DOWNLOADING),
        (State.DOWNLOADING, State.DOWNLOADING),
        (State.STALLED, State.STALLED),
    ],
)
def test_what_waits_keeps_its_state_and_its_clock_is_held(status: State, after: State) -> None:
    effect = effect_of(act.Wait(1, status, ReasonCode.STOPPED), row(status), NOW)
    said = SENTENCES[ReasonCode.STOPPED]
    assert effect == Effect(after, said, {"last_progress_at": NOW}, ReasonCode.STOPPED)


def test_a_stalled_one_keeps_its_clock() -> None:
    silent = ReasonCode.NO_PROGRESS
    action = act.MarkStalled(1, State.DOWNLOADING, silent, "silent for hours", "no seeds")
    effect = effect_of(action, row(State.DOWNLOADING), NOW)
    assert effect == Effect(State.STALLED, "silent for hours", {"tracker_message": "no seeds"}, silent)


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (
            State.QUEUED,
            "it may have been added before: qBittorrent is given time to list it",
            ReasonCode.MAYBE_ADDED,
        ),
        (State.DOWNLOADING, "not listed by qBittorrent", ReasonCode.NOT_LISTED),
    ],
)
def test_an_absence_is_counted(status: State, reason: str, code: ReasonCode) -> None:
    absent = row(status)
    first = effect_of(act.NoteMissing(1, status), absent, NOW)
    assert first == Effect(status, reason, {"missing_since": NOW, "missing_seen_at": NOW}, code)
    again = effect_of(act.StillMissing(1, status), absent, LATER)
    assert again == Effect(status, reason, {"missing_seen_at": LATER}, code)
    back = effect_of(act.NoteBack(1, status), absent, LATER)
    assert back == Effect(status, "", {"missing_since": None})


def test_a_complete_torrent_starts_its_counters_anew() -> None:
    tried = row(State.DOWNLOADING, retry_count=2, next_attempt_at=LATER, failure_code="stalled")
    effect = effect_of(act.MarkCompleted(1, State.DOWNLOADING, "/d/T", "whole"), tried, NOW)
    assert effect == Effect(State.COMPLETED, "whole", completed_values("/d/T", NOW))
    assert effect.values == {
        "content_path": "/d/T",
        "completed_at": NOW,
        "last_progress": 1.0,
        "last_progress_at": NOW,
        "missing_since": None,
        "tracker_message": "",
        "failure_code": "",
        "retry_count": 0,
        "next_attempt_at": None,
    }


def test_another_try_is_counted() -> None:
    tried = row(State.SUBMITTED, retry_count=2, attempt=4, failure_code="lost_by_qbittorrent", missing_since=NOW)
    counted = {"next_attempt_at": LATER, "retry_count": 3, "attempt": 5}
    resubmitted = effect_of(act.Resubmit(1, State.SUBMITTED, LATER, "never listed"), tried, NOW)
    assert resubmitted == Effect(State.QUEUED, "never listed", counted, ReasonCode.RETRY)
    retried = effect_of(act.RetryLater(1, State.FAILED, LATER, "once more"), tried, NOW)
    cleared = {"failure_code": "", "missing_since": None}
    assert retried == Effect(State.QUEUED, "once more", counted | cleared, ReasonCode.RETRY)


def test_ends_carry_their_code() -> None:
    failed = effect_of(act.Fail(1, State.STALLED, "stalled", "no progress", True), row(State.STALLED), NOW)
    assert failed == Effect(State.FAILED, "no progress", {"failure_code": "stalled"})
    given_up = effect_of(act.Abandon(1, State.FAILED, "lost", "served otherwise", False), row(State.FAILED), NOW)
    assert given_up == Effect(State.ABANDONED, "served otherwise", {"failure_code": "lost"})


@pytest.mark.parametrize(
    "action",
    [
        act.Submit(1, State.QUEUED),
        act.StartImport(1, State.COMPLETED, "ab" * 20, 1),
        act.NextCandidate(1, State.FAILED, "b"),
    ],
)
def test_work_for_a_stage_is_no_change_of_a_row(action: act.Action) -> None:
    with pytest.raises(TypeError, match=type(action).__name__):
        effect_of(action, row(State.QUEUED), NOW)
