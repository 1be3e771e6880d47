"""The state table of acquisition, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mam_assets.domain.acquisition import (
    AcquisitionPolicy,
    Download,
    DownloadBook,
    backoff,
    effect_of,
    must_wait,
    reconcile,
)
from mam_assets.domain.acquisition import actions as act
from mam_assets.domain.acquisition.faults import GONE_FROM_TRACKER, STALLED, TRACKER_REFUSES, fault_of_silence
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import ImportStatus, Torrent, TorrentPhase

NOW = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
HASH = "ab" * 20
POLICY = AcquisitionPolicy()


def row(
    status: State = State.DOWNLOADING, book_key: str = "b", imported: ImportStatus = ImportStatus.NONE, **more: Any
) -> Download:
    values: dict[str, Any] = {
        "id": 1,
        "books": (DownloadBook(book_key, abs_import_status=imported),),
        "title": "T",
        "status": status,
        "infohash": HASH,
        "last_progress_at": NOW,
        "submitted_at": NOW,
        **more,
    }
    return Download(**values)


def torrent(phase: TorrentPhase = TorrentPhase.DOWNLOADING, progress: float = 0.0, **more: Any) -> Torrent:
    done = phase is TorrentPhase.SEEDING
    return Torrent(
        HASH,
        "T",
        phase.value,
        phase,
        progress=1.0 if done else progress,
        amount_left=0 if done else 1,
        content_path="/d/T",
        **more,
    )


DONE = torrent(TorrentPhase.SEEDING)


def watched(one: Download, span: timedelta) -> Download:
    """Absent since NOW, and looked for until ``span`` later."""
    return replace(one, missing_since=NOW, missing_seen_at=NOW + span)


def decided(
    one: Download, seen: Torrent | None, after: timedelta = timedelta(0), *others: Download
) -> act.Action | None:
    torrents = {HASH: seen} if seen else {}
    found = [
        action for action in reconcile([one, *others], torrents, NOW + after, POLICY) if action.download_id == one.id
    ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("status", [State.PROPOSED, State.IMPORT_BLOCKED, State.IMPORTED])
@pytest.mark.parametrize("seen", [None, DONE, torrent()])
def test_what_waits_for_a_person_or_is_over_is_left_alone(status: State, seen: Torrent | None) -> None:
    assert decided(row(status), seen, timedelta(days=99)) is None


def test_queued_is_submitted_when_due_and_adopted_when_it_is_there() -> None:
    assert decided(row(State.QUEUED, infohash=""), None) == act.Submit(1, State.QUEUED)
    assert decided(row(State.QUEUED), None) == act.Submit(1, State.QUEUED)
    later = row(State.QUEUED, next_attempt_at=NOW + timedelta(minutes=1))
    assert decided(later, None) is None
    assert decided(later, None, timedelta(minutes=1)) == act.Submit(1, State.QUEUED)
    assert isinstance(decided(later, torrent()), act.MarkSubmitted)


@pytest.mark.parametrize("status", [State.SUBMITTED, State.DOWNLOADING, State.STALLED])
def test_done_is_completed(status: State) -> None:
    assert decided(row(status), DONE, timedelta(days=99)) == act.MarkCompleted(1, status, "/d/T")


@pytest.mark.parametrize(
    "seen",
    [
        torrent(TorrentPhase.MOVING, 1.0),
        torrent(TorrentPhase.CHECKING, 1.0),
        torrent(TorrentPhase.DOWNLOADING, 1.0),
        replace(DONE, progress=0.999),
        replace(DONE, amount_left=5),
        replace(DONE, content_path=""),
        torrent(TorrentPhase.MISSING_FILES, 1.0),
    ],
)
def test_progress_of_one_is_not_yet_done(seen: Torrent) -> None:
    for status in (State.SUBMITTED, State.DOWNLOADING, State.STALLED):
        assert not isinstance(decided(row(status), seen), act.MarkCompleted)


def test_progress_is_written_down_in_steps() -> None:
    assert decided(row(last_progress=0.5), torrent(progress=0.505)) is None
    assert isinstance(decided(row(last_progress=0.5), torrent(progress=0.51)), act.Progress)
    assert isinstance(decided(row(last_progress=0.5), torrent(progress=0.505), timedelta(minutes=1)), act.Progress)
    assert isinstance(decided(row(State.STALLED, last_progress=0.5), torrent(progress=0.501)), act.MarkDownloading)
    assert isinstance(decided(row(State.SUBMITTED), torrent()), act.MarkDownloading)


def test_silence_is_shown_then_ends_the_download() -> None:
    seen = torrent(TorrentPhase.STALLED, tracker_message="all is well")
    assert decided(row(), seen, timedelta(minutes=29)) is None
    shown = decided(row(), seen, timedelta(minutes=30))
    assert isinstance(shown, act.MarkStalled)
    assert "all is well" in shown.reason
    stalled = row(State.STALLED, tracker_message="all is well")
    assert decided(stalled, seen, timedelta(hours=23)) is None
    ended = decided(stalled, seen, timedelta(hours=24))
    assert isinstance(ended, act.Fail)
    assert (ended.code, ended.blocklist) == (STALLED, True)


def test_a_torrent_unknown_to_its_tracker_ends_at_once() -> None:
    seen = torrent(TorrentPhase.STALLED, tracker_message="Unregistered torrent")
    ended = decided(row(), seen, timedelta(minutes=30))
    assert isinstance(ended, act.Fail)
    assert (ended.code, ended.blocklist) == (GONE_FROM_TRACKER, True)


def test_a_tracker_that_refuses_us_does_not_blocklist_the_release() -> None:
    seen = torrent(TorrentPhase.STALLED, tracker_message="Unrecognized host/passkey")
    assert isinstance(decided(row(), seen, timedelta(minutes=30)), act.MarkStalled)
    ended = decided(row(State.STALLED), seen, timedelta(hours=24))
    assert isinstance(ended, act.Fail)
    assert (ended.code, ended.blocklist) == (TRACKER_REFUSES, False)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", STALLED),
        ("Working", STALLED),
        ("Torrent not registered with this tracker.", GONE_FROM_TRACKER),
        ("Torrent has been deleted", GONE_FROM_TRACKER),
        ("torrent not found", GONE_FROM_TRACKER),
        ("Your client is not on the allowed list", TRACKER_REFUSES),
        ("Unregistered passkey", TRACKER_REFUSES),
        ("You have too many unsatisfied torrents", TRACKER_REFUSES),
        ("timed out", STALLED),
    ],
)
def test_whose_fault_silence_is(message: str, code: str) -> None:
    assert fault_of_silence(message) == code


@pytest.mark.parametrize(
    "phase", [TorrentPhase.STOPPED, TorrentPhase.QUEUED, TorrentPhase.CHECKING, TorrentPhase.MOVING]
)
def test_the_clock_is_held_while_nobody_is_at_fault(phase: TorrentPhase) -> None:
    held = decided(row(), torrent(phase, 0.3), timedelta(days=9))
    assert isinstance(held, act.Wait)
    after = effect_of(held, row(), NOW + timedelta(days=9))
    assert after.values["last_progress_at"] == NOW + timedelta(days=9)
    waiting = row(reason_code=held.code, last_progress_at=NOW)
    assert decided(waiting, torrent(phase, 0.3), timedelta(minutes=1)) is None  # not a write every tick


@pytest.mark.parametrize("phase", [TorrentPhase.ERROR, TorrentPhase.MISSING_FILES])
def test_trouble_of_the_client_is_shown_at_once_and_never_blocklists(phase: TorrentPhase) -> None:
    shown = decided(row(), torrent(phase, 0.3))
    assert isinstance(shown, act.MarkStalled)
    assert decided(row(State.STALLED, reason_code=shown.code), torrent(phase, 0.3), timedelta(hours=1)) is None
    ended = decided(row(State.STALLED, reason_code=shown.code), torrent(phase, 0.3), timedelta(hours=24))
    assert isinstance(ended, act.Fail)
    assert not ended.blocklist


@pytest.mark.parametrize("status", [State.DOWNLOADING, State.STALLED, State.COMPLETED, State.IMPORTING])
def test_a_torrent_removed_by_hand_is_given_up_after_a_while(status: State) -> None:
    assert isinstance(decided(row(status), None), act.NoteMissing)
    missed = watched(row(status), timedelta(minutes=9))
    assert decided(missed, None, timedelta(minutes=9)) is None
    assert isinstance(decided(missed, DONE, timedelta(minutes=9)), act.NoteBack)
    given_up = decided(watched(missed, timedelta(minutes=10)), None, timedelta(minutes=10))
    assert isinstance(given_up, act.Abandon)
    assert given_up.blocklist


def test_an_absence_is_noted_as_long_as_it_is_watched() -> None:
    missed = watched(row(), timedelta(0))
    assert decided(missed, None, timedelta(seconds=19)) is None
    assert isinstance(decided(missed, None, timedelta(seconds=20)), act.StillMissing)


def test_after_a_gap_in_looking_an_absence_counts_anew() -> None:
    missed = watched(row(), timedelta(minutes=9))
    assert isinstance(decided(missed, None, timedelta(minutes=10, seconds=1)), act.NoteMissing)


def test_while_torrents_come_back_one_by_one_none_is_given_up() -> None:
    missed = watched(row(), timedelta(hours=25))
    others = [watched(row(id=n, infohash=f"{n:040x}", book_key=f"b{n}"), timedelta(hours=25)) for n in (2, 3)]
    first_back = {others[0].infohash: replace(DONE, infohash=others[0].infohash)}
    actions = reconcile([missed, *others], first_back, NOW + timedelta(hours=25), POLICY)
    assert [type(action) for action in actions] == [act.NoteMissing, act.NoteBack, act.NoteMissing]


def test_what_may_have_been_added_before_is_not_added_until_its_absence_was_watched() -> None:
    sent = row(State.QUEUED, add_sent_at=NOW)
    assert isinstance(decided(sent, None), act.NoteMissing)
    assert isinstance(decided(sent, torrent(TorrentPhase.DOWNLOADING, 0.1)), act.MarkSubmitted)
    waiting = watched(sent, timedelta(seconds=59))
    assert decided(waiting, None, timedelta(seconds=59)) is None
    assert must_wait(waiting, NOW + timedelta(seconds=59), POLICY)
    settled = watched(sent, timedelta(minutes=1))
    assert isinstance(decided(settled, None, timedelta(minutes=1)), act.Submit)
    assert not must_wait(settled, NOW + timedelta(minutes=1), POLICY)
    # A run may begin long after it was asked for: the watch goes on, and is no good once it has stopped.
    assert isinstance(decided(settled, None, timedelta(minutes=1, seconds=30)), act.StillMissing)
    assert must_wait(settled, NOW + timedelta(minutes=3), POLICY)


def test_when_all_torrents_are_gone_it_is_waited_longer() -> None:
    day = timedelta(hours=24)
    others = [watched(row(id=number, infohash=f"{number:040x}", book_key=f"b{number}"), day) for number in (2, 3)]
    missed = watched(row(), day)
    assert decided(missed, None, timedelta(hours=23), *others) is None
    assert isinstance(decided(missed, None, day, *others), act.Abandon)
    off_at_night = watched(row(), timedelta(hours=16))
    assert isinstance(decided(off_at_night, None, day, *others), act.StillMissing)


def test_a_torrent_that_was_never_seen_is_submitted_again_and_again_until_it_is_enough() -> None:
    missed = watched(row(State.SUBMITTED), timedelta(minutes=10))
    again = decided(missed, None, timedelta(minutes=10))
    assert isinstance(again, act.Resubmit)
    assert again.at > NOW + timedelta(minutes=10)
    worn = replace(missed, retry_count=POLICY.max_retries)
    ended = decided(worn, None, timedelta(minutes=10))
    assert isinstance(ended, act.Fail)
    assert not ended.blocklist


def test_finished_downloads_are_imported_when_due_and_whole() -> None:
    for status in (State.COMPLETED, State.IMPORTING):
        assert decided(row(status), DONE) == act.StartImport(1, status, HASH, 1)
        assert decided(row(status, next_attempt_at=NOW + timedelta(seconds=1)), DONE) is None
        assert decided(row(status), torrent(TorrentPhase.CHECKING, 0.2)) is None
        assert decided(row(status), torrent(TorrentPhase.MOVING, 1.0)) is None
        back = decided(row(status), torrent(TorrentPhase.DOWNLOADING, 0.4))
        assert isinstance(back, act.MarkDownloading)


@pytest.mark.parametrize("step", [ImportStatus.PLACED, ImportStatus.SCANNED])
def test_what_lies_in_the_library_does_without_its_torrent(step: str) -> None:
    placed = row(State.IMPORTING, imported=step)
    assert isinstance(decided(placed, None, timedelta(days=9)), act.StartImport)


def test_a_failure_of_the_release_leads_to_the_next_candidate() -> None:
    failed = row(State.FAILED, failure_code=STALLED)
    assert decided(failed, torrent(TorrentPhase.STALLED)) == act.NextCandidate(1, State.FAILED, "b")
    assert isinstance(decided(replace(failed, books=(DownloadBook(),)), None), act.Abandon)


def test_a_failure_of_ours_is_tried_again_until_it_is_enough() -> None:
    failed = row(State.FAILED, failure_code=TRACKER_REFUSES)
    again = decided(failed, torrent(TorrentPhase.STALLED))
    assert isinstance(again, act.RetryLater)
    assert isinstance(decided(replace(failed, retry_count=3), torrent(TorrentPhase.STALLED)), act.Abandon)


@pytest.mark.parametrize("status", [State.FAILED, State.ABANDONED])
def test_a_download_that_is_complete_after_all_is_not_lost(status: State) -> None:
    late = row(status, failure_code=STALLED)
    assert isinstance(decided(late, DONE), act.MarkCompleted)
    for served in (State.QUEUED, State.IMPORTED):
        other = row(served, id=2, infohash="cd" * 20)
        assert not isinstance(decided(late, DONE, timedelta(0), other), act.MarkCompleted)
    assert not isinstance(decided(replace(late, failure_code="rejected_by_hand"), DONE), act.MarkCompleted)


def test_of_two_late_downloads_of_a_book_one_comes_back() -> None:
    other_hash = "cd" * 20
    late = [
        row(State.ABANDONED, failure_code=STALLED),
        row(State.ABANDONED, id=2, infohash=other_hash, failure_code=STALLED),
    ]
    found = reconcile(late, {HASH: DONE, other_hash: replace(DONE, infohash=other_hash)}, NOW, POLICY)
    assert [type(action) for action in found] == [act.MarkCompleted]


def test_retries_wait_longer_each_time_up_to_a_limit_and_never_all_at_once() -> None:
    pauses = [backoff(retries, 0.0, POLICY) for retries in range(9)]
    assert pauses[:4] == [timedelta(minutes=15 * 2**n) for n in range(4)]
    assert pauses[-1] == POLICY.retry_pause_limit
    assert backoff(1000, 1.0, POLICY) == POLICY.retry_pause_limit * 1.25
    failed = [row(State.FAILED, id=n, book_key=f"b{n}", failure_code=TRACKER_REFUSES) for n in range(1, 6)]
    moments = {action.at for action in reconcile(failed, {}, NOW, POLICY) if isinstance(action, act.RetryLater)}
    assert len(moments) == 5


def test_work_for_a_stage_is_no_change_of_a_row() -> None:
    with pytest.raises(TypeError):
        effect_of(act.Submit(1, State.QUEUED), row(State.QUEUED), NOW)


def test_the_last_sign_of_life_is_the_best_that_is_known() -> None:
    """Without progress the hand-over counts, then the last change of the row; a row that tells nothing is new."""
    seen, long_ago = torrent(), NOW - POLICY.stalled_after
    assert isinstance(decided(row(last_progress_at=long_ago, submitted_at=NOW, updated_at=NOW), seen), act.Fail)
    assert decided(row(last_progress_at=NOW, submitted_at=long_ago, updated_at=long_ago), seen) is None
    assert isinstance(decided(row(last_progress_at=None, submitted_at=long_ago, updated_at=NOW), seen), act.Fail)
    assert decided(row(last_progress_at=None, submitted_at=NOW, updated_at=long_ago), seen) is None
    assert isinstance(decided(row(last_progress_at=None, submitted_at=None, updated_at=long_ago), seen), act.Fail)
    assert decided(row(last_progress_at=None, submitted_at=None, updated_at=NOW), seen) is None
    assert decided(row(last_progress_at=None, submitted_at=None, updated_at=None), seen) is None


def test_what_follows_a_failure_names_its_state_and_carries_its_reason() -> None:
    ours = row(State.FAILED, failure_code="lost_by_qbittorrent", status_reason="never listed", last_progress_at=None)
    served = row(State.DOWNLOADING, id=2, infohash="cd" * 20)
    assert decided(ours, None, timedelta(0), served) == act.Abandon(
        1, State.FAILED, "lost_by_qbittorrent", "never listed; served otherwise", blocklist=False
    )
    retried = decided(ours, None)
    assert isinstance(retried, act.RetryLater)
    assert (retried.expected, retried.reason) == (State.FAILED, "never listed")
    assert decided(replace(ours, retry_count=POLICY.max_retries), None) == act.Abandon(
        1, State.FAILED, "lost_by_qbittorrent", "never listed", blocklist=False
    )


def test_of_several_books_all_must_be_served_otherwise() -> None:
    books = (DownloadBook("b"), DownloadBook("c"))
    both = replace(row(State.FAILED, failure_code="lost_by_qbittorrent"), books=books)
    others = [row(State.DOWNLOADING, key, id=at, infohash=f"{at:040x}") for at, key in enumerate("bcd", 2)]
    assert isinstance(decided(both, None, timedelta(0), *others[:2]), act.Abandon)
    assert isinstance(decided(both, None, timedelta(0), *others), act.Abandon)
    assert isinstance(decided(both, None, timedelta(0), others[0]), act.RetryLater)


def test_what_stays_broken_fails_from_the_state_that_it_is_in() -> None:
    failed = decided(row(), torrent(TorrentPhase.ERROR), POLICY.stalled_after)
    assert isinstance(failed, act.Fail)
    assert (failed.expected, failed.blocklist) == (State.DOWNLOADING, False)
