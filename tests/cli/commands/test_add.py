"""`mam-assets add`: a MAM torrent, a file or a magnet link, for a missing book or any title."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.catalogue import Work
from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.download import DownloadState
from mam_assets.domain.model.library import SeriesRef
from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.sandbox.world.release import Release
from mam_assets.settings import Settings, load_settings
from mam_assets.stages.task_run import utc_now
from mam_assets.store import mappers
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import downloads
from tests.support.command_line import run


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with open_sandbox(tmp_path_factory.mktemp("box"), speed=40) as made:
        yield made


@pytest.fixture
def release(box: Sandbox) -> Release:
    releases = box.torrents.releases.values()
    return next(release for release in releases if not release.decoy and release.seeders and not release.free)


@pytest.fixture
def engine(box: Sandbox, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mam-assets.toml").write_text("[search]\nseconds_between_requests = 1.0\n", "utf-8")
    for name, value in box.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MAM_ID", box.state.read("mam").get("cookie", box.environment()["MAM_ID"]))
    monkeypatch.setenv("COLUMNS", "250")
    made = open_engine(load_settings().store_url)
    upgrade(made)
    place = SeriesRef("The Series", "1")
    work = Work("w:1", release.book_title, release.authors, series=(place,))
    missing = MissingBook(
        "the key", "s", "The Series", "1", (place,), (), work, EntryStatus.MISSING, "", Confidence.HIGH, 1
    )
    derived.write(made, mappers.MISSING_BOOKS, [replace(missing, identified_date=utc_now())])
    yield made
    made.dispose()


def test_a_mam_torrent_for_a_missing_book(engine: sa.Engine, release: Release) -> None:
    status, text = run("add", str(release.release_id), "--book", "the key")
    assert (status, "is queued" in text, "waits" in text) == (0, True, False), text
    row = downloads.get(engine, 1)
    assert (row.status, row.source, row.book_key) == (DownloadState.QUEUED, "manual", "the key")
    assert row.torrent_id == release.release_id
    assert row.wanted is not None
    assert row.wanted.series == (SeriesRef("The Series", "1"),)


def test_what_the_budget_forbids_waits_and_says_why(engine: sa.Engine, box: Sandbox, release: Release) -> None:
    box.faults["mam"].set("unsat_at_limit", times=1)
    status, text = run("add", str(release.release_id), "--book", "the key")
    assert status == 0, text
    assert "It waits for now: unsatisfied slots: 150 unsatisfied of 150" in text
    assert downloads.get(engine, 1).status is DownloadState.QUEUED


def test_a_file_for_any_title(engine: sa.Engine, box: Sandbox, release: Release, tmp_path: Path) -> None:
    path = tmp_path / "mine.torrent"
    path.write_bytes(box.torrents.torrent(release.release_id))
    assert run("add", str(path), "--title", "Some Title", "--author", "Some Author")[0] == 0
    row = downloads.get(engine, 1)
    assert (row.title, row.author, row.book_key) == ("Some Title", "Some Author", "")
    assert row.infohash == box.torrents.infohash(release.release_id)


def test_a_magnet_link_needs_no_mam(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAM_ID")
    status, text = run("add", f"magnet:?xt=urn:btih:{'cd' * 20}&dn=Emma", "--title", "Emma", "--author", "Jane Austen")
    assert status == 0, text
    row = downloads.get(engine, 1)
    assert (row.infohash, row.magnet[:7]) == ("cd" * 20, "magnet:")
    status, text = run("add", "12345", "--title", "Emma")
    assert status == 1
    assert "MAM is not set up" in text


def test_the_size_of_a_magnet_link_can_be_said(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAM_ID")
    link = f"magnet:?xt=urn:btih:{'cd' * 20}"
    assert run("add", link, "--title", "Emma", "--size", "big")[0] == 2
    assert downloads.with_states(engine, *DownloadState) == []
    assert run("add", link, "--title", "Emma", "--size", "1.5 GiB")[0] == 0
    assert downloads.get(engine, 1).size_bytes == 1536 * 1024**2
    status, text = run("add", link.replace("cd", "ef"), "--title", "Persuasion")
    assert status == 0
    assert "size is not known" in text


def test_a_book_on_its_way_is_not_queued_twice(engine: sa.Engine, release: Release) -> None:
    assert run("add", str(release.release_id), "--book", "the key")[0] == 0
    status, text = run("add", f"magnet:?xt=urn:btih:{'cd' * 20}", "--book", "the key")
    assert status == 1
    assert "download 1 is queued" in text
    assert len(downloads.with_states(engine, *DownloadState)) == 1


def test_one_must_say_which_book_it_is(engine: sa.Engine) -> None:
    assert run("add", "12345")[0] == 2
    assert run("add", "12345", "--book", "the key", "--title", "Other")[0] == 2
    status, text = run("add", "12345", "--book", "no such book")
    assert status == 1
    assert "No missing book matches" in text


def test_what_is_nothing_of_the_kind_is_a_sentence(engine: sa.Engine) -> None:
    status, text = run("add", "not-there.torrent", "--title", "Emma")
    assert status == 1
    assert "neither a MAM torrent, nor a magnet link, nor a .torrent file" in text
    assert downloads.with_states(engine, *DownloadState) == []
