"""Staging folders: what a killed import left is gone on with or swept; what a person put there is not touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mam_assets.domain.acquisition import Download
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.files.linking import STAGING_PREFIX
from mam_assets.stages.importing import placement, run
from mam_assets.stages.manual import actions
from mam_assets.store.ledgers import downloads, import_files
from tests.stages.importing.test_run import World, make_world, no_links
from tests.support.acquisition_world import Killed, book, chapter, offer

FILES = {"D/CD 1/a.mp3": chapter(1, hours=12), "D/CD 2/b.mp3": chapter(2, hours=12.5)}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    yield made
    made.engine.dispose()


def killed(world: World, monkeypatch: pytest.MonkeyPatch, at: str = "move_into_place") -> tuple[Download, Path]:
    """A download whose import died with a staging folder; where that is."""

    def die(*_: object) -> None:
        raise Killed

    row = world.completed(offer(files=FILES))
    with monkeypatch.context() as patch:
        patch.setattr(run if at == "move_into_place" else placement, at, die)
        with pytest.raises(Killed):
            world.run()
    (folder,) = world.abs.folder.glob(f"{STAGING_PREFIX}*")
    return world.row(row.id), folder


def given_up(world: World, row: Download) -> None:
    downloads.step(world.engine, world.clock(), row.id, expected=State.IMPORTING, to=State.IMPORT_BLOCKED, reason="odd")
    actions.reject(world.engine, row.id, world.clock())


@pytest.mark.parametrize("copies", [False, True], ids=["links", "copies"])
@pytest.mark.parametrize("at", ["_write_metadata", "move_into_place"])
def test_the_folder_of_a_download_that_is_given_up_is_cleared(
    world: World, monkeypatch: pytest.MonkeyPatch, at: str, copies: bool
) -> None:
    if copies:
        no_links(monkeypatch)
    row, _ = killed(world, monkeypatch, at)
    given_up(world, row)
    world.run()
    assert world.library() == {}
    assert world.tally.figures["staging_folders_cleared"] == 1
    assert world.tally.failures == []
    assert all((world.root / "downloads" / name).read_bytes() == data for name, data in FILES.items())
    assert [file.method for file in import_files.of_download(world.engine, row.id) if file.method == "staged"] == []


def test_the_folder_of_a_download_that_is_importing_is_gone_on_with(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, folder = killed(world, monkeypatch)
    inode = (folder / "CD 1/a.mp3").stat().st_ino
    world.run(only=[999])
    assert (folder / "CD 1/a.mp3").stat().st_ino == inode
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert not folder.exists()


def test_half_a_copy_goes_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, folder = killed(world, monkeypatch)
    (folder / "CD 1/.mam-assets-part").write_bytes(b"half")
    given_up(world, row)
    world.run()
    assert world.library() == {}


def test_what_a_person_put_there_or_changed_stays_and_is_said_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, folder = killed(world, monkeypatch)
    (folder / "CD 1/notes.txt").write_text("mine")
    (folder / "metadata.json").write_text("{}")
    (folder / "CD 2/b.mp3").unlink()
    (folder / "CD 2/b.mp3").write_bytes(b"another recording")
    given_up(world, row)
    world.run()
    assert world.library() == {
        f"{folder.name}/CD 1/notes.txt": b"mine",
        f"{folder.name}/CD 2/b.mp3": b"another recording",
        f"{folder.name}/metadata.json": b"{}",
    }
    assert sorted(Path(failure.subject).name for failure in world.tally.failures) == [
        "b.mp3",
        "metadata.json",
        "notes.txt",
    ]
    world.run()
    assert world.tally.failures == []
    assert world.tally.figures["left_in_staging_folders"] == 3
    for path in (folder / "CD 1/notes.txt", folder / "CD 2/b.mp3", folder / "metadata.json"):
        path.unlink()
    world.run()
    assert world.library() == {}


def test_the_last_copy_of_a_book_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, folder = killed(world, monkeypatch)
    (world.root / "downloads/D/CD 1/a.mp3").unlink()
    given_up(world, row)
    world.run()
    assert list(world.library()) == [f"{folder.name}/CD 1/a.mp3"]
    assert "the last copy" in world.tally.failures[0].message


def test_links_are_never_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, folder = killed(world, monkeypatch)
    elsewhere = world.root / "elsewhere"
    (elsewhere / "CD 1").mkdir(parents=True)
    os.link(world.root / "downloads/D/CD 1/a.mp3", elsewhere / "CD 1/a.mp3")
    (folder / "CD 1/a.mp3").unlink()
    (folder / "CD 1").rmdir()
    (folder / "CD 1").symlink_to(elsewhere / "CD 1")
    (folder / "dangling").symlink_to("nowhere")
    given_up(world, row)
    world.run()
    assert (elsewhere / "CD 1/a.mp3").exists()
    assert {path.name for path in folder.iterdir()} == {"CD 1", "dangling"}


def test_a_staging_folder_that_is_a_link_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, folder = killed(world, monkeypatch)
    moved = world.root / "moved"
    folder.rename(moved)
    folder.symlink_to(moved)
    given_up(world, row)
    world.run()
    assert folder.is_symlink()
    assert (moved / "CD 1/a.mp3").exists()


@pytest.mark.parametrize(
    "name",
    [
        f"{STAGING_PREFIX}1-00000000",  # another installation's download 1
        f"{STAGING_PREFIX}77-0123abcd",  # a download that the ledger does not know
        f"{STAGING_PREFIX}1",
        f"{STAGING_PREFIX}one-0123abcd",
        ".mam-assets-other",
    ],
)
def test_a_folder_that_is_not_surely_ours_is_left(world: World, name: str) -> None:
    world.completed(offer())
    file = world.abs.folder / name / "a.m4b"
    file.parent.mkdir()
    file.write_bytes(book())
    world.run()
    assert world.tally.failures == []
    assert file.read_bytes() == book()
    old = (world.clock() - timedelta(days=2)).timestamp()
    os.utime(file.parent, (old, old))
    world.run()
    assert file.read_bytes() == book()
    fits = name.endswith(("1-00000000", "77-0123abcd"))
    assert [failure.code for failure in world.tally.failures] == (["left_in_staging"] if fits else [])


def test_a_folder_in_a_library_that_imports_no_longer_go_to_is_cleared(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    row, folder = killed(world, monkeypatch, "_write_metadata")
    other = world.root / "other library"
    other.mkdir()
    world.abs.folder = other
    world.settings = replace(world.settings, target=replace(world.settings.target, folder=other))
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert not folder.exists()


def test_a_changed_file_in_the_folder_is_not_taken_for_the_book(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, folder = killed(world, monkeypatch)
    (folder / "CD 2/b.mp3").unlink()
    (folder / "CD 2/b.mp3").write_bytes(b"mine")
    world.run()
    assert (world.row(row.id).status, world.row(row.id).failure_code) == (State.IMPORT_BLOCKED, "staging_changed")
    assert (folder / "CD 2/b.mp3").read_bytes() == b"mine"
    (folder / "CD 2/b.mp3").unlink()
    actions.retry(world.engine, row.id, world.clock())
    world.run()
    assert world.row(row.id).status is State.IMPORTED
