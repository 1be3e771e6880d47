"""The ledger of downloads: one active download a book, compare-and-set steps, an event for each."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release, ReleaseSeries, Wanted
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import downloads, import_files, tasks
from mam_assets.store.ledgers.import_files import ImportedFile
from mam_assets.store.mappers import codec

NOW = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
WANTED = Wanted("weir|artemis", "Artemis", ("Andy Weir",), series=(SeriesRef("Moon", "1"),))
RELEASE = Release(
    4711,
    "Artemis",
    ("Andy Weir",),
    series=(ReleaseSeries("Moon", "01"),),
    size_bytes=400,
    flags=frozenset({"violence", "crude language"}),
    added_at=NOW,
)
HASH = "ab" * 20


def propose(engine: sa.Engine, book_key: str = "weir|artemis", **more: object) -> downloads.Proposal:
    values: dict = {"book_key": book_key, "wanted": WANTED, "release": RELEASE, "approved": True, **more}
    return downloads.propose(engine, NOW, **values)


def test_a_row_comes_back_as_it_was_written(engine: sa.Engine) -> None:
    made = propose(engine)
    row = downloads.get(engine, made.download.id)
    assert row.wanted == WANTED
    assert row.release == RELEASE
    assert (row.title, row.author, row.torrent_id, row.size_bytes) == ("Artemis", "Andy Weir", 4711, 400)
    assert row.tag == f"mam-assets:{row.id}"
    assert (row.status, row.approved_at, row.created_at) == (State.QUEUED, NOW, NOW)


def test_the_same_release_is_always_the_same_json() -> None:
    flags = ["violence", "crude language", "lgbt", "explicit"]
    texts = {str(codec.to_json(Release(1, "T", flags=frozenset(order)))) for order in (flags, flags[::-1])}
    assert len(texts) == 1


def test_json_of_another_version_stays_readable() -> None:
    assert codec.from_json(Release, {"torrent_id": 1, "title": "T", "a_new_field": [Decimal("1")]}) == Release(1, "T")


def test_a_book_on_its_way_is_not_proposed_twice(engine: sa.Engine) -> None:
    first = propose(engine, approved=False)
    second = propose(engine, release=Release(9, "Another"))
    assert (first.created, second.created) == (True, False)
    assert second.download == first.download
    assert downloads.book_keys_on_their_way(engine, NOW) == {"weir|artemis"}
    assert downloads.active_torrent_ids(engine) == {4711}


def test_a_book_imported_after_the_library_was_read_is_on_its_way_until_it_is_read_again(engine: sa.Engine) -> None:
    made = propose(engine).download
    minute = timedelta(minutes=1)
    read = tasks.start(engine, NOW - minute, "library_snapshot")
    tasks.finish(engine, read, NOW)
    values = {"imported_at": NOW, "abs_item_id": "li_1"}
    downloads.step(engine, NOW, made.id, expected=State.QUEUED, to=State.IMPORTED, **values)
    day = timedelta(days=1)
    assert downloads.book_keys_on_their_way(engine, NOW + minute) == {"weir|artemis"}
    assert downloads.book_keys_on_their_way(engine, NOW + day) == {"weir|artemis"}, "not read since"
    again = tasks.start(engine, NOW + minute, "library_snapshot")
    assert downloads.book_keys_on_their_way(engine, NOW + day) == {"weir|artemis"}, "not read to the end"
    tasks.finish(engine, again, NOW + 2 * minute)
    assert downloads.book_keys_on_their_way(engine, NOW + day) == frozenset()
    assert downloads.book_keys_on_their_way(engine, NOW + timedelta(hours=1)) == {"weir|artemis"}, "a run may be slow"
    assert downloads.imported_items(engine) == {"weir|artemis": "li_1"}
    downloads.step(engine, NOW, made.id, expected=State.IMPORTED, to=State.ABANDONED)
    assert downloads.imported_items(engine) == {}
    assert downloads.book_keys_on_their_way(engine, NOW) == frozenset()


def test_titles_without_a_book_do_not_shut_each_other_out(engine: sa.Engine) -> None:
    assert propose(engine, "", wanted=None).created
    assert propose(engine, "", wanted=None).created


def test_proposals_of_several_at_once_make_one_download(engine: sa.Engine) -> None:
    results: list[downloads.Proposal] = []
    gate = threading.Barrier(4)

    def run() -> None:
        own = open_engine(engine.url.render_as_string(hide_password=False))
        gate.wait()
        results.append(propose(own))
        own.dispose()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.created for result in results) == [False, False, False, True]
    assert len(downloads.active(engine)) == 1


def test_a_step_needs_the_state_it_was_decided_in(engine: sa.Engine) -> None:
    row = propose(engine).download
    downloads.step(engine, NOW, row.id, expected=State.QUEUED, to=State.SUBMITTED, submitted_at=NOW)
    with pytest.raises(downloads.StaleStep) as caught:
        downloads.step(engine, NOW, row.id, expected=State.QUEUED, to=State.ABANDONED)
    assert caught.value.found == "submitted"
    assert downloads.get(engine, row.id).status is State.SUBMITTED
    assert [event.to_status for event in downloads.events(engine, row.id)] == ["queued", "submitted"]


def test_a_note_changes_fields_without_an_event(engine: sa.Engine) -> None:
    row = propose(engine, reason="because").download
    noted = downloads.note(engine, NOW, row, last_progress=0.5)
    assert (noted.last_progress, noted.status_reason) == (0.5, "because")
    assert len(downloads.events(engine, row.id)) == 1


def test_a_field_that_does_not_exist_is_refused(engine: sa.Engine) -> None:
    row = propose(engine).download
    with pytest.raises(TypeError, match="no field"):
        downloads.note(engine, NOW, row, no_such_thing=1)
    with pytest.raises(downloads.UnknownDownload):
        downloads.get(engine, 999)


def test_two_downloads_never_hold_one_torrent(engine: sa.Engine) -> None:
    one, two = propose(engine, "a").download, propose(engine, "b").download
    intent = downloads.record_intent(engine, NOW, one.id, infohash=HASH.upper(), torrent_file=b"d1:ae")
    assert intent.infohash == HASH
    assert downloads.torrent_file(engine, one.id) == b"d1:ae"
    with pytest.raises(downloads.AlreadyActive) as caught:
        downloads.record_intent(engine, NOW, two.id, infohash=HASH, torrent_file=b"d1:ae")
    assert caught.value.other_id == one.id
    assert downloads.get(engine, two.id).infohash == ""
    with pytest.raises(downloads.AlreadyActive):
        propose(engine, "c", infohash=HASH)


def test_a_torrent_may_come_again_after_it_was_given_up(engine: sa.Engine) -> None:
    one = propose(engine, "a").download
    downloads.record_intent(engine, NOW, one.id, infohash=HASH, torrent_file=None)
    downloads.step(engine, NOW, one.id, expected=State.QUEUED, to=State.ABANDONED)
    two = propose(engine, "a", infohash=HASH).download
    assert two.id != one.id
    found = downloads.by_hash(engine, HASH)
    assert found is not None
    assert found.id == two.id


def test_reviving_a_download_whose_book_is_served_is_refused(engine: sa.Engine) -> None:
    one = propose(engine, "a").download
    downloads.step(engine, NOW, one.id, expected=State.QUEUED, to=State.FAILED)
    two = propose(engine, "a").download
    with pytest.raises(downloads.AlreadyActive) as caught:
        downloads.step(engine, NOW, one.id, expected=State.FAILED, to=State.COMPLETED)
    assert caught.value.other_id == two.id


def test_the_next_candidate_takes_the_place_of_the_failed(engine: sa.Engine) -> None:
    one = propose(engine).download
    failed = downloads.step(
        engine, NOW, one.id, expected=State.QUEUED, to=State.FAILED, reason="dead", failure_code="stalled"
    )
    new = downloads.replace_failed(engine, NOW, failed, Release(4712, "Artemis (2)"), approved=True)
    assert new is not None
    assert (new.status, new.torrent_id, new.wanted) == (State.QUEUED, 4712, WANTED)
    old = downloads.get(engine, one.id)
    assert (old.status, old.failure_code) == (State.ABANDONED, "stalled")
    assert downloads.tried_torrent_ids(engine, "weir|artemis") == {4711, 4712}
    with pytest.raises(downloads.StaleStep):  # a second process that saw the same failure
        downloads.replace_failed(engine, NOW, failed, Release(4713, "Artemis (3)"), approved=True)
    assert len(downloads.active(engine)) == 1


def test_what_is_in_flight_is_counted_with_what_is_left(engine: sa.Engine) -> None:
    for number, (state, progress) in enumerate(
        [(State.SUBMITTED, 0.0), (State.DOWNLOADING, 0.75), (State.COMPLETED, 1)]
    ):
        row = propose(engine, f"book {number}").download
        downloads.step(engine, NOW, row.id, expected=State.QUEUED, to=state, last_progress=progress)
    assert downloads.in_flight(engine) == downloads.InFlight(2, 800, 500)
    assert downloads.counts(engine) == {State.SUBMITTED: 1, State.DOWNLOADING: 1, State.COMPLETED: 1}


def test_the_reconciler_sees_what_may_still_change(engine: sa.Engine) -> None:
    def ended(book_key: str, to: State, code: str = "", infohash: str = "") -> int:
        row = propose(engine, book_key).download
        downloads.step(engine, NOW, row.id, expected=State.QUEUED, to=to, failure_code=code, infohash=infohash)
        return row.id

    late = ended("a", State.ABANDONED, "stalled", "01" * 20)
    served = ended("a", State.IMPORTED)
    ended("b", State.IMPORTED)
    ended("c", State.ABANDONED, "rejected_by_hand", "02" * 20)
    ended("d", State.ABANDONED, "stalled")
    failed = ended("e", State.FAILED, "stalled")
    waiting = propose(engine, "f").download.id
    assert [row.id for row in downloads.to_reconcile(engine)] == [late, served, failed, waiting]


def test_approval_queues_only_what_was_proposed(engine: sa.Engine) -> None:
    row = propose(engine, approved=False).download
    later = NOW + timedelta(hours=1)
    approved = downloads.approve(engine, later, row.id)
    assert (approved.status, approved.approved_at) == (State.QUEUED, later)
    with pytest.raises(downloads.StaleStep):
        downloads.approve(engine, later, row.id)


def test_files_of_an_import_are_written_down_once(engine: sa.Engine) -> None:
    row = propose(engine).download
    linked = ImportedFile("/d/a.m4b", "/l/A/a.m4b", "hardlink", 5)
    written = ImportedFile("", "/l/A/metadata.json", "written", 9, "ff")
    for _ in range(2):
        import_files.record(engine, NOW, row.id, [linked, written])
    found = import_files.of_download(engine, row.id)
    assert [(file.target_path, file.method, file.digest) for file in found] == [
        ("/l/A/a.m4b", "hardlink", ""),
        ("/l/A/metadata.json", "written", "ff"),
    ]
    import_files.mark_removed(engine, NOW, [found[0].id])
    assert [file.target_path for file in import_files.of_download(engine, row.id)] == ["/l/A/metadata.json"]
