from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.download import TorrentPhase
from resources.qbittorrent import PHASES, phase_of, torrent, torrent_file
from resources.qbittorrent.rows import tracker_message
from tests.support.paths import CLIENT_SAMPLES

SAMPLES = CLIENT_SAMPLES / "qbittorrent"
RECORDED: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in SAMPLES.glob("*.json")}
VERSIONS = sorted(RECORDED)
INFOS = [
    pytest.param(version, row, id=f"{version}-{name}")
    for version in VERSIONS
    for name, row in RECORDED[version]["torrents_info"].items()
]
CASES = [(version, name) for version in VERSIONS for name in RECORDED[version]["cases"]]


def test_there_are_recordings_of_three_versions() -> None:
    assert VERSIONS == ["4.5.2", "5.1.0", "5.3.0"]
    assert len(INFOS) == 12


@pytest.mark.parametrize(("version", "row"), INFOS)
def test_every_recorded_torrent_is_understood(version: str, row: dict[str, Any]) -> None:
    read = torrent(row["hash"], row)
    assert read.infohash == row["infohash_v1"]
    assert (read.name, read.state, read.category) == (row["name"], row["state"], row["category"])
    assert read.phase is not TorrentPhase.UNKNOWN
    assert (read.progress, read.amount_left, read.size_bytes) == (row["progress"], row["amount_left"], row["size"])
    assert read.tags == tuple(row["tags"].split(", "))
    assert (read.save_path, read.content_path) == (row["save_path"], row["content_path"])
    assert read.added_at == datetime.fromtimestamp(row["added_on"], UTC)
    assert (read.completed_at is not None) == (row["completion_on"] > 0) == (row["amount_left"] == 0)
    assert read.is_done == (row["state"] == "stalledUP")


@pytest.mark.parametrize(("version", "name"), CASES)
def test_every_state_that_was_seen_has_a_phase(version: str, name: str) -> None:
    seen = {step[1] for step in RECORDED[version]["cases"][name]["states"] if len(step) == 3} - {"ABSENT"}
    assert seen
    assert TorrentPhase.UNKNOWN not in map(phase_of, seen)


PHASE_AT_THE_END = {
    "fast_unlimited": TorrentPhase.SEEDING,
    "files_removed_recheck": TorrentPhase.STALLED,
    "magnet_nobody": TorrentPhase.METADATA,
    "nobody_has_it": TorrentPhase.STALLED,
    "paused_then_resumed": TorrentPhase.SEEDING,
    "queued": TorrentPhase.QUEUED,
    "recheck": TorrentPhase.SEEDING,
    "slow_resumed": TorrentPhase.DOWNLOADING,
    "slow_then_paused": TorrentPhase.STOPPED,
    "tracker_refuses": TorrentPhase.STALLED,
    "unwritable_path": TorrentPhase.ERROR,
}


@pytest.mark.parametrize(("version", "name"), CASES)
def test_every_recorded_case_ends_in_its_phase(version: str, name: str) -> None:
    info = RECORDED[version]["cases"][name]["info"]
    assert torrent(info["hash"], info).phase is PHASE_AT_THE_END[name]


@pytest.mark.parametrize(("version", "name"), CASES)
def test_only_the_tracker_that_refuses_has_something_to_say(version: str, name: str) -> None:
    said = tracker_message(RECORDED[version]["cases"][name]["trackers"])
    assert said == ("Torrent not registered with this tracker." if name == "tracker_refuses" else "")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_row_of_the_changes_is_a_torrent_without_its_hash(version: str) -> None:
    ((infohash, row),) = RECORDED[version]["sync_maindata"]["torrents"].items()
    assert "hash" not in row
    assert torrent(infohash, row).infohash == infohash
    assert torrent(infohash, row).is_done


@pytest.mark.parametrize("version", VERSIONS)
def test_files_are_in_order_with_their_paths(version: str) -> None:
    rows = RECORDED[version]["torrents_files"]
    files = [torrent_file(place, row) for place, row in enumerate(rows)]
    assert [one.name for one in files] == [row["name"] for row in rows]
    assert [one.index for one in files] == list(range(len(rows)))
    assert all(one.selected and one.progress == 1 and one.size_bytes > 0 for one in files)


def test_a_skipped_file_is_not_selected() -> None:
    assert not torrent_file(3, {"name": "a.txt", "size": 1, "priority": 0, "progress": 0}).selected
    assert torrent_file(3, {"name": "a.txt", "priority": 6}).index == 3


@pytest.mark.parametrize(("old", "new"), [("pausedDL", "stoppedDL"), ("pausedUP", "stoppedUP")])
def test_both_names_of_a_stopped_torrent_mean_the_same(old: str, new: str) -> None:
    assert PHASES[old] is PHASES[new]


def test_a_word_of_a_later_version_is_unknown_and_never_done() -> None:
    read = torrent("ab", {"state": "dreamingUP", "progress": 1, "amount_left": 0})
    assert read.phase is TorrentPhase.UNKNOWN
    assert not read.is_done


@pytest.mark.parametrize("state", ["checkingUP", "moving", "stalledDL", "checkingResumeData", "missingFiles", "error"])
def test_progress_alone_is_not_done(state: str) -> None:
    assert not torrent("ab", {"state": state, "progress": 1, "amount_left": 0}).is_done


@pytest.mark.parametrize("state", ["uploading", "stalledUP", "forcedUP", "queuedUP", "stoppedUP", "pausedUP"])
def test_every_upload_state_is_done_once_all_is_there(state: str) -> None:
    assert torrent("ab", {"state": state, "progress": 1, "amount_left": 0}).is_done
    assert not torrent("ab", {"state": state, "progress": 0.999, "amount_left": 5}).is_done


@pytest.mark.parametrize("never", [0, -1, 4294967295, None])
def test_a_time_that_has_not_come_is_none(never: int | None) -> None:
    assert torrent("ab", {"completion_on": never}).completed_at is None


def test_an_infinite_ratio_is_not_a_negative_one() -> None:
    assert torrent("ab", {"ratio": -1}).ratio == 9999.0


def test_trackers_messages_hide_the_passkey_and_come_once() -> None:
    rows = [
        {"url": "** [DHT] **", "status": 0, "msg": "This torrent is private"},
        {"url": "https://t.invalid/PASSKEY/announce", "status": 2, "msg": "Welcome"},
        {"url": "https://t.invalid/PASSKEY/announce", "status": 4, "msg": "no answer from https://t.invalid/PASSKEY/x"},
        {"url": "https://u.invalid/PASSKEY/announce", "status": 5, "msg": "no answer from https://u.invalid/PASSKEY/x"},
    ]
    assert tracker_message(rows) == "no answer from …; Welcome"


@given(
    st.dictionaries(
        st.sampled_from(sorted(RECORDED["5.3.0"]["torrents_info"]["stalledUP"])),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just([]),
    )
)
def test_no_row_does_harm(row: dict[str, Any]) -> None:
    read = torrent("AB", row)
    assert read.infohash == "ab"
    assert 0 <= read.progress <= 1
    assert read.amount_left >= 0
