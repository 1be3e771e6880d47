"""The import: from a finished torrent's files to a book that the library shows, and back."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.domain.acquisition import Download, MappedBook
from mam_assets.domain.model.download import DownloadState as State
from mam_assets.domain.model.download import Torrent, TorrentPhase
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.domain.model.release import Wanted
from mam_assets.files import linking
from mam_assets.files.torrents import read_torrent
from mam_assets.policy import ImportSection
from mam_assets.stages.importing import run as importing
from mam_assets.stages.importing import undo
from mam_assets.stages.importing.results import Imports
from mam_assets.stages.importing.target import ImportSettings, LibraryTarget
from mam_assets.stages.manual import actions
from mam_assets.stages.task_run import Tally
from mam_assets.store.errors import StoreError
from mam_assets.store.ledgers import corrections, downloads, import_files
from mam_assets.store.tables import books
from tests.support.acquisition_world import (
    WANTED,
    Clock,
    FakeAbs,
    FakeQbit,
    Fuse,
    Killed,
    Offer,
    book,
    chapter,
    new_store,
    offer,
    watch_commits,
)

FOLDER = "Robert Jordan/The Wheel of Time/Vol 3 - The Dragon Reborn {Kate Reading, Michael Kramer}"


@dataclass
class World:
    """One installation: folders on disk, a store and the three outside systems."""

    root: Path
    engine: sa.Engine
    fuse: Fuse
    clock: Clock
    qbit: FakeQbit
    abs: FakeAbs
    settings: ImportSettings
    tally: Tally

    def completed(self, one: Offer, wanted: Wanted | None = WANTED, names: Mapping[str, str] | None = None) -> Download:
        """A download whose torrent lies complete in qBittorrent."""
        infohash = read_torrent(one.torrent).infohash
        made = downloads.propose(
            self.engine,
            self.clock(),
            book_key=wanted.book_key if wanted else "",
            wanted=wanted,
            release=one.release,
            approved=True,
        ).download
        self.qbit.rows[infohash] = Torrent(
            infohash, "x", "stalledDL", TorrentPhase.STALLED, tags=(made.tag,), save_path=self.qbit.theirs
        )
        self.qbit.complete(infohash, one.files, names)
        return downloads.step(
            self.engine,
            self.clock(),
            made.id,
            expected=State.QUEUED,
            to=State.COMPLETED,
            infohash=infohash,
            torrent_file=one.torrent,
            content_path=self.qbit.rows[infohash].content_path,
        )

    def run(self, **more: Any) -> Imports:
        self.tally = Tally()
        return importing.import_downloads(
            self.engine,
            self.qbit,
            self.abs,
            self.settings,
            self.tally,
            clock=self.clock,
            sleep=self.clock.sleep,
            **more,
        )

    def library(self) -> dict[str, bytes]:
        """Everything in the library: path → content; folders without files are listed too."""
        found = {}
        for parent, folders, names in os.walk(self.abs.folder):
            rel = Path(parent).relative_to(self.abs.folder)
            found |= {str(rel / name): Path(parent, name).read_bytes() for name in names}
            if not folders and not names and parent != str(self.abs.folder):
                found[f"{rel}/"] = b""
        return found

    def row(self, number: int) -> Download:
        return downloads.get(self.engine, number)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    yield made
    made.engine.dispose()


def make_world(root: Path) -> World:
    fuse, clock = Fuse(), Clock()
    engine = new_store(root / "store.db")
    (root / "downloads").mkdir()
    (root / "library").mkdir()
    settings = ImportSettings(
        target=LibraryTarget("lib", "Books", root / "library"),
        template=ImportSection().folder,
        download_paths=(("/data/torrents", str(root / "downloads")),),
        visible_within=timedelta(seconds=20),
        lock_file=root / "import.lock",
    )
    qbit = FakeQbit(fuse, root / "downloads", clock, theirs="/data/torrents")
    return World(root, engine, fuse, clock, qbit, FakeAbs(root / "library", fuse), settings, Tally())


# -------------------------------------------------------------------------------------------------- the usual way


def test_a_single_file_is_linked_described_and_confirmed(world: World) -> None:
    row = world.completed(offer())
    done = world.run()
    assert [one.id for one in done.imported] == [row.id]
    after = world.row(row.id)
    assert (after.status, after.abs_import_status, after.abs_item_id) == (State.IMPORTED, "confirmed", "item-1")
    assert downloads.torrent_file(world.engine, row.id) is None
    linked = world.abs.folder / FOLDER / "The Dragon Reborn.m4b"
    assert os.path.samefile(linked, world.root / "downloads/The Dragon Reborn.m4b")
    assert world.abs.said[FOLDER] == {
        "title": "The Dragon Reborn",
        "authors": ["Robert Jordan"],
        "narrators": ["Kate Reading", "Michael Kramer"],
        "series": ["The Wheel of Time #3"],
        "publishedYear": "1991",
        "language": "English",
    }
    assert world.abs.updates == []  # Audiobookshelf had it right from the file
    assert sorted(world.library()) == [f"{FOLDER}/The Dragon Reborn.m4b"]


def test_a_metadata_file_that_is_the_servers_own_by_now_stays(world: World) -> None:
    row = world.completed(offer())
    theirs = world.abs.folder / FOLDER / "metadata.json"
    world.abs.on_scan = lambda: theirs.write_text("{}")  # it stores metadata with its items
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert theirs.read_text() == "{}"
    undone = undo.undo_import(world.engine, row.id, clock=world.clock)
    assert [path for path, _ in undone.left] == [str(theirs)]


def test_a_metadata_file_that_cannot_be_removed_is_told_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.completed(offer())
    remove = Path.unlink

    def stuck(path: Path, missing_ok: bool = False) -> None:
        if path.name == "metadata.json":
            raise PermissionError(13, "Permission denied")
        remove(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", stuck)
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert [failure.code for failure in world.tally.failures] == ["metadata_file_stays"]


def test_a_second_run_has_nothing_to_do(world: World) -> None:
    world.completed(offer())
    world.run()
    before, scans = world.library(), world.abs.scans
    assert world.run().imported == []
    assert (world.library(), world.abs.scans) == (before, scans)


def test_several_books_share_one_scan(world: World) -> None:
    world.completed(offer())
    other = replace(WANTED, book_key="b", title="The Great Hunt", series=(SeriesRef("The Wheel of Time", "2"),))
    world.completed(offer(4, {"b.m4b": book("The Great Hunt")}, "The Great Hunt"), other)
    assert len(world.run().imported) == 2
    assert world.abs.scans == 1


@pytest.mark.parametrize(("late", "scans"), [(0, 4), (8, 3)])  # a slow scan is asked for twice
def test_many_books_come_a_few_with_each_scan_unless_a_scan_is_slow(world: World, late: int, scans: int) -> None:
    count = 3 * importing.A_SCAN + 1
    for number in range(1, count + 1):
        title = f"Tale {number}"
        wanted = replace(WANTED, book_key=title, title=title, series=(SeriesRef("The Wheel of Time", str(number)),))
        world.completed(offer(100 + number, {f"{title}.m4b": book(title)}, title), wanted)
    world.abs.late = late
    assert len(world.run().imported) == count
    assert world.abs.scans == scans


def test_a_folder_of_chapters_keeps_its_discs_and_extras(world: World) -> None:
    files = {
        f"Dragon/CD {disc}/{track:02}.mp3": chapter(disc * 10 + track, hours=6.125)
        for disc in (1, 2)
        for track in (1, 2)
    }
    files |= {"Dragon/cover.jpg": b"jpg", "Dragon/CD 1/list.cue": b"cue", "Dragon/run.exe": b"MZ", "Dragon/.x.mp3": b""}
    row = world.completed(offer(files=files))
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert sorted(world.library()) == [
        f"{FOLDER}/CD 1/01.mp3",
        f"{FOLDER}/CD 1/02.mp3",
        f"{FOLDER}/CD 1/list.cue",
        f"{FOLDER}/CD 2/01.mp3",
        f"{FOLDER}/CD 2/02.mp3",
        f"{FOLDER}/cover.jpg",
    ]


def test_a_torrent_without_a_root_folder_takes_nothing_of_its_neighbours(world: World) -> None:
    (world.root / "downloads/neighbour.mp3").write_bytes(chapter(9))
    row = world.completed(offer(files={f"{n}.mp3": chapter(n, hours=12.25) for n in (1, 2)}))
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert sorted(world.library()) == [f"{FOLDER}/1.mp3", f"{FOLDER}/2.mp3"]


def test_files_not_selected_stay_behind(world: World) -> None:
    row = world.completed(offer(files={"a.m4b": book(), "b.m4b": book("The Great Hunt")}))
    world.qbit.skipped[row.infohash] = {"b.m4b"}
    world.run()
    assert f"{FOLDER}/a.m4b" in world.library()
    assert f"{FOLDER}/b.m4b" not in world.library()


def test_a_title_brought_by_hand_is_named_by_its_tags(world: World) -> None:
    infohash = "cd" * 20
    made = downloads.propose(
        world.engine, world.clock(), book_key="", wanted=None, release=None, source="manual", approved=True
    ).download
    world.qbit.rows[infohash] = Torrent(infohash, "x", "x", TorrentPhase.STALLED, save_path=world.qbit.theirs)
    world.qbit.complete(infohash, {"some.m4b": book("Emma", "Jane Austen")})
    downloads.step(world.engine, world.clock(), made.id, expected=State.QUEUED, to=State.COMPLETED, infohash=infohash)
    world.run()
    assert "Jane Austen/Emma/some.m4b" in world.library()


def test_a_copy_is_made_where_no_link_can_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    no_links(monkeypatch)
    world.settings = replace(world.settings, modes=linking.Modes(file_mode=0o640, folder_mode=0o750))
    row = world.completed(offer())
    done = world.run()
    copied = world.abs.folder / FOLDER / "The Dragon Reborn.m4b"
    source = world.root / "downloads/The Dragon Reborn.m4b"
    assert world.row(row.id).status is State.IMPORTED
    assert copied.read_bytes() == source.read_bytes()
    assert done.bytes_copied == source.stat().st_size
    assert (copied.stat().st_mode & 0o777, copied.parent.stat().st_mode & 0o777) == (0o640, 0o750)


def test_modes_are_never_set_on_the_torrents_own_file(world: World) -> None:
    world.settings = replace(world.settings, modes=linking.Modes(file_mode=0o600, folder_mode=0o700))
    world.completed(offer())
    source = world.root / "downloads/The Dragon Reborn.m4b"
    source.chmod(0o664)
    modes = []
    world.abs.on_scan = lambda: modes.append((world.abs.folder / FOLDER / "metadata.json").stat().st_mode & 0o777)
    world.run()
    assert source.stat().st_mode & 0o777 == 0o664
    assert modes == [0o600]


def test_an_author_folder_keeps_the_spelling_that_is_there(world: World) -> None:
    (world.abs.folder / "robert jordan").mkdir()
    world.completed(offer())
    world.run()
    assert (world.abs.folder / FOLDER.replace("Robert Jordan", "robert jordan")).is_dir()
    assert not (world.abs.folder / "Robert Jordan").exists()


def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(linking.os, "link", link)


# -------------------------------------------------------------------------------------------------------- blocked


def blocked(
    world: World, one: Offer, code: str, wanted: Wanted = WANTED, names: Mapping[str, str] | None = None
) -> Download:
    before = world.library()
    row = world.completed(one, wanted, names)
    world.run()
    after = world.row(row.id)
    assert (after.status, after.failure_code) == (State.IMPORT_BLOCKED, code)
    assert world.library() == before
    assert [failure.code for failure in world.tally.failures] == [code]
    return after


def test_another_length_is_another_book(world: World) -> None:
    row = blocked(world, offer(files={"a.m4b": book(hours=3)}), "wrong_runtime")
    assert "3:00 h" in row.status_reason
    assert "24:30 h" in row.status_reason


def test_a_blocked_import_shows_every_reason(world: World) -> None:
    row = blocked(world, offer(files={"a.m4b": book("A Cookbook", "Jane Doe", hours=3)}), "wrong_runtime")
    for reason in ("wrong runtime: 3:00 h", "wrong title: 'A Cookbook'", "wrong author: Jane Doe"):
        assert reason in row.status_reason
    assert row.status_reason.count("Listen to it") == 1
    actions.accept(world.engine, row.id, world.clock())
    world.run()
    assert world.row(row.id).status is State.IMPORTED


def test_what_a_person_accepts_still_needs_its_files_and_a_free_place(world: World) -> None:
    row = blocked(world, offer(files={"a.m4b": book("A Cookbook")}), "wrong_title")
    actions.accept(world.engine, row.id, world.clock())
    (world.abs.folder / FOLDER).mkdir(parents=True)
    (world.abs.folder / FOLDER / "other.m4b").write_bytes(b"another")
    world.run()
    assert (world.row(row.id).status, world.row(row.id).failure_code) == (State.IMPORT_BLOCKED, "target_exists")


def test_another_author_is_another_book(world: World) -> None:
    blocked(world, offer(files={"a.m4b": book("A Cookbook", "Jane Doe")}), "wrong_title")
    blocked(
        world, offer(7, files={"c.m4b": book("Untitled", "Jane Doe")}), "wrong_author", replace(WANTED, book_key="b")
    )


def test_another_volume_is_another_book(world: World) -> None:
    blocked(world, offer(files={"a.m4b": book("The Wheel of Time, Book 4")}), "wrong_volume")


def test_several_books_in_one_torrent_are_blocked_until_somebody_chooses(world: World) -> None:
    files = {"WoT/2/hunt.m4b": book("The Great Hunt", hours=26), "WoT/3/dragon.m4b": book()}
    row = blocked(world, offer(files=files), "several_books")
    assert "The Great Hunt" in row.status_reason
    actions.accept(world.engine, row.id, world.clock(), files=["WoT/3"])
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert sorted(world.library()) == [f"{FOLDER}/dragon.m4b"]


def test_several_books_are_mapped_and_imported_one_after_the_other(world: World) -> None:
    files = {
        "WoT/2/hunt.m4b": book("The Great Hunt", hours=26),
        "WoT/3/dragon.m4b": book(),
        "WoT/4/rise.m4b": book("X"),
    }
    row = blocked(world, offer(files=files), "several_books")
    hunt = replace(WANTED, book_key="hunt", title="The Great Hunt", series=(SeriesRef("The Wheel of Time", "2"),))
    rise = replace(WANTED, book_key="rise", title="The Shadow Rising", series=(SeriesRef("The Wheel of Time", "4"),))
    mapped = [MappedBook(hunt, ("WoT/2",)), MappedBook(WANTED, ("WoT/3/dragon.m4b",))]
    with pytest.raises(StoreError):
        actions.map_books(world.engine, row.id, world.clock(), mapped[:1])
    actions.map_books(world.engine, row.id, world.clock(), [*mapped, MappedBook(rise, ("WoT/4",))])
    assert [len(world.run().imported) for _ in range(4)] == [1, 1, 1, 0]
    base = "Robert Jordan/The Wheel of Time"
    told = " {Kate Reading, Michael Kramer}"
    audio = [path for path in world.library() if path.endswith(".m4b")]
    assert sorted(audio) == [
        f"{base}/Vol 2 - The Great Hunt{told}/hunt.m4b",
        f"{base}/Vol 3 - The Dragon Reborn{told}/dragon.m4b",
        f"{base}/Vol 4 - The Shadow Rising{told}/rise.m4b",
    ]
    assert {one.status for one in downloads.with_states(world.engine, *State)} == {State.IMPORTED}
    undo.undo_import(world.engine, row.id, clock=world.clock)
    assert len([path for path in world.library() if path.endswith(".m4b")]) == 2


def test_a_person_may_take_it_as_it_is(world: World) -> None:
    row = blocked(world, offer(files={"a.m4b": book(hours=3)}), "wrong_runtime")
    actions.accept(world.engine, row.id, world.clock())
    assert [one.id for one in world.run().imported] == [row.id]


def test_a_rejected_book_makes_room_for_the_next_candidate(world: World) -> None:
    row = blocked(world, offer(files={"a.m4b": book(hours=3)}), "wrong_runtime")
    after = actions.reject(world.engine, row.id, world.clock())
    assert (after.status, after.failure_code) == (State.FAILED, "wrong_book")


@pytest.mark.parametrize("name", ["../../escape.m4b", "/etc/x.m4b", "a/../../b.m4b"])
def test_a_hostile_name_touches_nothing(world: World, name: str) -> None:
    row = world.completed(offer())
    world.qbit.contents[row.infohash] = {name: b"x"}
    world.run()
    assert world.row(row.id).failure_code == "hostile_name"
    assert world.library() == {}


def test_a_link_in_the_torrents_folder_is_not_followed(world: World) -> None:
    row = world.completed(offer())
    secret = world.root / "secret.m4b"
    secret.write_bytes(book())
    source = world.root / "downloads/The Dragon Reborn.m4b"
    source.unlink()
    source.symlink_to(secret)
    world.run()
    assert world.row(row.id).failure_code == "not_a_file"
    assert world.library() == {}


def test_a_name_of_300_bytes_is_shortened(world: World) -> None:
    long = "é" * 120 + ".m4b"  # as long as the disk takes
    world.completed(offer(files={"a.m4b": book()}), names={"a.m4b": f"{'ö' * 100}/{long}"})
    world.completed(
        offer(4, {"b.m4b": book("T" * 300)}, "T" * 300), replace(WANTED, book_key="b", title="T" * 300, series=())
    )
    assert len(world.run().imported) == 2
    assert all(len(part.encode()) <= 255 for path in world.library() for part in path.split("/"))


def test_what_is_there_already_is_never_overwritten(world: World) -> None:
    target = world.abs.folder / FOLDER
    target.mkdir(parents=True)
    (target / "mine.m4b").write_bytes(b"mine")
    row = blocked(world, offer(), "target_exists")
    assert "4 bytes" in row.status_reason
    assert str(row.size_bytes) in row.status_reason
    actions.retry(world.engine, row.id, world.clock())
    (target / "mine.m4b").rename(world.abs.folder / "mine.m4b")
    assert len(world.run().imported) == 1
    assert (world.abs.folder / "mine.m4b").read_bytes() == b"mine"


@pytest.mark.parametrize("how", ["link", "copy"])
def test_the_very_book_at_the_target_is_success(world: World, how: str) -> None:
    row = world.completed(offer())
    target = world.abs.folder / FOLDER / "The Dragon Reborn.m4b"
    target.parent.mkdir(parents=True)
    source = world.root / "downloads/The Dragon Reborn.m4b"
    if how == "link":
        target.hardlink_to(source)
    else:
        target.write_bytes(source.read_bytes())
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert import_files.of_download(world.engine, row.id) == []  # not ours, so an undo leaves it alone
    assert sorted(world.library()) == [f"{FOLDER}/The Dragon Reborn.m4b"]


def test_archives_and_ebooks_are_no_audiobook(world: World) -> None:
    row = blocked(world, offer(files={"a.rar": b"x"}), "archive")
    actions.reject(world.engine, row.id, world.clock())
    blocked(world, offer(4, files={"a.epub": b"x"}), "no_audio", replace(WANTED, book_key="b"))


# ------------------------------------------------------------------------------------------------------- try again


def test_a_wrong_path_mapping_is_named_after_some_tries(world: World) -> None:
    world.settings = replace(world.settings, download_paths=())
    row = world.completed(offer())
    for _ in range(world.settings.retries.max_retries):
        world.run()
        assert world.row(row.id).status is State.IMPORTING
        assert world.run().waiting == []  # not due yet
        world.clock.pass_(timedelta(days=2))
    world.run()
    after = world.row(row.id)
    assert (after.status, after.failure_code) == (State.IMPORT_BLOCKED, "files_not_found")
    assert "DOWNLOAD_PATH_MAP" in after.status_reason


def test_a_torrent_that_is_not_whole_is_not_imported(world: World) -> None:
    row = world.completed(offer())
    world.qbit.progress(row.infohash, 0.9)
    world.run()
    assert world.row(row.id).status is State.IMPORTING
    assert world.library() == {}
    world.qbit.set_phase(row.infohash, TorrentPhase.CHECKING)
    world.run()
    assert world.library() == {}


def test_a_file_of_another_size_waits(world: World) -> None:
    row = world.completed(offer())
    with (world.root / "downloads/The Dragon Reborn.m4b").open("ab") as file:
        file.write(b"more")
    world.run()
    assert world.row(row.id).status is State.IMPORTING
    assert "20004 bytes on disk, 20000 in the torrent" in world.row(row.id).status_reason


def test_an_outage_of_the_library_uses_up_no_try(world: World) -> None:
    row = world.completed(offer())
    world.abs.down = True
    for _ in range(6):
        world.run()
        world.clock.pass_(timedelta(days=1))
    assert (world.row(row.id).status, world.row(row.id).retry_count) == (State.IMPORTING, 0)
    world.abs.down = False
    assert len(world.run().imported) == 1


def test_a_library_that_restarts_costs_a_minute_and_one_that_is_gone_is_asked_less_and_less(world: World) -> None:
    row = world.completed(offer())
    downloads.note(world.engine, world.clock(), row, completed_at=world.clock())
    world.abs.down = True
    pauses = []
    for _ in range(7):
        world.run()
        due = world.row(row.id).next_attempt_at
        assert due is not None
        pauses.append((due - world.clock()).total_seconds() / 60)
        world.clock.now = due
    assert pauses[0] < 2
    assert pauses == sorted(pauses)
    assert pauses[-1] == pauses[-2] == pytest.approx(15, rel=0.26)


def test_a_book_that_never_shows_is_blocked_and_a_late_one_is_imported(world: World) -> None:
    world.abs.blind = True
    row = world.completed(offer())
    world.run()
    assert (world.row(row.id).status, world.row(row.id).abs_import_status) == (State.IMPORTING, "placed")
    assert world.abs.scans > 1  # a scan that another one swallowed is asked for again
    for _ in range(world.settings.retries.max_retries):
        world.clock.pass_(timedelta(days=2))
        world.run()
    assert world.row(row.id).failure_code == "not_shown"
    world.abs.blind = False
    actions.retry(world.engine, row.id, world.clock())
    assert len(world.run().imported) == 1


def test_a_user_who_may_not_scan_waits_for_the_watcher(world: World) -> None:
    world.abs.may_scan = False
    world.completed(offer())
    assert len(world.run().imported) == 1
    assert "not allowed" in str(world.tally.figures["scan"])


def test_a_full_disk_leaves_nothing_behind_and_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.completed(offer(files={"a.m4b": book(), "cover.jpg": b"1"}))
    with monkeypatch.context() as patch:
        no_links(patch)
        real = linking.shutil.copyfileobj

        def full(reading: Any, writing: Any, length: int) -> None:
            writing.write(reading.read(100))
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(linking.shutil, "copyfileobj", full)
        world.run()
        assert real is not full
    assert world.library() == {}
    assert "disk is full" in world.row(row.id).status_reason
    world.clock.pass_(timedelta(hours=1))
    assert len(world.run().imported) == 1


def test_without_leave_to_copy_a_missing_link_is_blocked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    no_links(monkeypatch)
    world.settings = replace(world.settings, may_copy=False)
    blocked(world, offer(), "cannot_link")


def test_while_another_process_imports_nothing_is_done(world: World) -> None:
    from filelock import FileLock

    row = world.completed(offer())
    assert world.settings.lock_file is not None
    with FileLock(world.settings.lock_file):
        assert world.run().busy
    assert world.row(row.id).status is State.COMPLETED


# ---------------------------------------------------------------------------------------------------------- match


def test_series_and_authors_are_set_where_the_server_read_others(world: World) -> None:
    world.abs.read_metadata = False
    row = world.completed(offer())
    world.run()
    assert world.abs.updates == [
        (
            "item-1",
            {"series": [{"name": "The Wheel of Time", "sequence": "3"}], "authors": [{"name": "Robert Jordan"}]},
        )
    ]
    assert {one.field for one in corrections.of_item(world.engine, "item-1")} == {"series", "authors"}
    assert world.row(row.id).status_reason == ""


def test_authors_and_series_are_written_as_the_library_writes_them(world: World) -> None:
    def item(number: int, author: str, series: str) -> dict[str, Any]:
        names: dict[str, Any] = {"authors": [author], "series": [{"name": series, "sequence": "1", "id": "s"}]}
        return {"abs_id": str(number), "narrators": [], "genres": [], **names}

    with world.engine.begin() as connection:
        rows = [
            item(1, "Jordan, Robert", "Wheel of Time"),
            item(2, "Robert  Jordan.", "Wheel of Time"),
            item(3, "A", "B"),
        ]
        connection.execute(sa.insert(books).values([*rows, item(4, "Jordan, Robert", "The Wheel of Time Series")]))
    world.completed(offer())
    world.run()
    (said,) = world.abs.said.values()
    assert said["authors"] == ["Jordan, Robert"]
    assert said["series"] == ["Wheel of Time #3"]
    assert world.abs.updates == []


def test_what_the_server_does_not_keep_is_said_and_the_book_is_imported(world: World) -> None:
    world.abs.read_metadata = world.abs.keeps = False
    row = world.completed(offer())
    world.run()
    assert world.row(row.id).status is State.IMPORTED
    assert "did not keep: authors, series" in world.row(row.id).status_reason
    assert [failure.code for failure in world.tally.failures] == ["match_not_kept"]


# ------------------------------------------------------------------------------------------- a book listed twice


def listed_twice(world: World) -> None:
    """A slow scan, in which Audiobookshelf's own watcher finds the book as well; an older item lies at its path."""
    world.abs.late, world.abs.busy = 8, 3
    added = world.clock()
    world.abs.on_scan = lambda: world.abs.items.update(
        {path: replace(item, added_at=added) for path, item in world.abs.items.items()}
    )
    second = LibraryItem("second", "x", rel_path=FOLDER, added_at=added + timedelta(seconds=20))
    world.abs.twins = [second, replace(second, abs_id="old", added_at=added - timedelta(days=1))]


def test_the_second_listing_of_a_new_book_is_taken_off_after_a_slow_scan(world: World) -> None:
    listed_twice(world)
    row = world.completed(offer())
    world.run()
    assert world.row(row.id).abs_item_id == "item-1"
    assert world.abs.forgotten == ["second"]
    assert world.abs.busy == 0, "it waited until the watcher was done"
    assert (world.abs.folder / FOLDER / "The Dragon Reborn.m4b").is_file()


def test_a_user_who_may_not_take_it_off_is_told(world: World) -> None:
    listed_twice(world)
    world.abs.may_scan = False
    world.abs.late = 8
    world.completed(offer())
    world.abs.items[FOLDER] = LibraryItem(
        "item-1", "The Dragon Reborn", ("Robert Jordan",), rel_path=FOLDER, num_audio_files=1, added_at=world.clock()
    )
    world.run()
    assert world.abs.forgotten == []
    assert [failure.code for failure in world.tally.failures] == ["listed_twice"]


def test_what_a_killed_run_had_placed_is_looked_at_for_a_second_listing_however_quickly_it_shows(world: World) -> None:
    row = world.completed(offer())
    world.abs.down = True
    world.run()
    assert world.row(row.id).abs_import_status == "placed"
    world.abs.down = False
    listed_twice(world)
    world.abs.late = 0
    world.clock.pass_(timedelta(hours=1))
    world.run()
    assert (world.row(row.id).status, world.abs.forgotten) == (State.IMPORTED, ["second"])


def test_nothing_counts_as_imported_before_the_second_listing_is_off(world: World) -> None:
    listed_twice(world)
    row = world.completed(offer())
    seen: list[State] = []
    forget = world.abs.forget
    world.abs.forget = lambda abs_id: (seen.append(world.row(row.id).status), forget(abs_id))  # type: ignore[assignment]
    world.run()
    assert seen == [State.IMPORTING]


def test_a_quick_scan_leaves_no_time_for_the_watcher(world: World) -> None:
    listed_twice(world)
    world.abs.late = 0
    world.completed(offer())
    world.run()
    assert (world.abs.forgotten, world.abs.busy) == ([], 3)


# ----------------------------------------------------------------------------------------------------------- death


def outcome(world: World) -> tuple[Any, ...]:
    rows = [
        (row.status, row.abs_import_status, row.abs_item_id, row.target_path)
        for row in downloads.with_states(world.engine, *State)
    ]
    files = [(file.target_path, file.method, file.size_bytes) for file in import_files.of_download(world.engine, 1)]
    root = str(world.root)
    return (
        [(*row[:3], row[3].replace(root, "")) for row in rows],
        sorted((path.replace(root, ""), method, size) for path, method, size in files),
        world.library(),
        sorted(world.abs.items),
    )


@pytest.mark.parametrize("copies", [False, True], ids=["hardlinks", "copies"])
def test_death_at_any_step_and_a_new_start_end_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: bool
) -> None:
    """Every effect on disk, in the store and on the server is a step; the process dies before and after each."""
    if copies:
        no_links(monkeypatch)
    files = {
        "Dragon/CD 1/1.mp3": chapter(1, hours=12),
        "Dragon/CD 2/1.mp3": chapter(2, hours=12.5),
        "Dragon/c.jpg": b"j",
    }
    one = offer(files=files)

    def world_at(name: str) -> World:
        (tmp_path / name).mkdir()
        made = make_world(tmp_path / name)
        made.abs.read_metadata = False
        made.completed(one)
        watch_commits(made.engine, made.fuse)
        watch_disk(monkeypatch, made.fuse)
        return made

    whole = world_at("whole")
    whole.run()
    expected, steps = outcome(whole), whole.fuse.burnt
    assert expected[0][0][0] is State.IMPORTED
    assert steps > 20
    for step in range(1, steps + 1):
        for after in (False, True):
            world = world_at(f"{step}-{after}")
            world.fuse.arm(step, after=after)
            with pytest.raises(Killed):
                world.run()
            world.fuse.arm(0, after=False)
            assert_nothing_half_done(world)
            world.run()
            assert outcome(world) == expected, f"died {'after' if after else 'before'} step {step}"
            world.engine.dispose()
    whole.engine.dispose()


def watch_disk(monkeypatch: pytest.MonkeyPatch, fuse: Fuse) -> None:
    """Count what changes the disk as effects."""

    def watched(owner: Any, name: str) -> None:
        real = getattr(owner, name)
        real = getattr(real, "unwatched", real)

        def effect(*arguments: Any, **more: Any) -> Any:
            with fuse.effect():
                return real(*arguments, **more)

        effect.unwatched = real  # type: ignore[attr-defined]
        monkeypatch.setattr(owner, name, effect)

    for name in ("link", "fsync"):
        watched(linking.os, name)
    for name in ("rename", "mkdir", "unlink"):
        watched(Path, name)


def assert_nothing_half_done(world: World) -> None:
    """What the library server can see is nothing or the whole book."""
    visible = {path for path in world.library() if not path.startswith(".")}
    books = {path for path in visible if not path.endswith("/")}
    assert not books or len(books - {path for path in books if path.endswith("metadata.json")}) == 3


# ------------------------------------------------------------------------------------------------------------ undo


def test_an_undo_removes_exactly_what_the_import_made(world: World) -> None:
    keep = world.abs.folder / "Robert Jordan/Other/a.m4b"
    keep.parent.mkdir(parents=True)
    keep.write_bytes(b"keep")
    row = world.completed(offer())
    world.run()
    undone = undo.undo_import(world.engine, row.id, clock=world.clock)
    assert world.library() == {"Robert Jordan/Other/a.m4b": b"keep"}
    assert undone.left == []
    assert (world.root / "downloads/The Dragon Reborn.m4b").read_bytes() == book()
    assert (undone.download.status, undone.download.failure_code) == (State.ABANDONED, "import_undone")
    assert import_files.of_download(world.engine, row.id) == []


def test_an_undo_never_removes_the_last_copy_or_what_was_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.completed(offer(files={"D/a.mp3": chapter(1, hours=12), "D/b.mp3": chapter(2, hours=12.5)}))
    world.run()
    folder = world.abs.folder / FOLDER
    (world.root / "downloads/D/a.mp3").unlink()
    (folder / "b.mp3").unlink()
    (folder / "b.mp3").write_bytes(b"a person's own file")
    (folder / "metadata.json").write_text("{}")
    (folder / "cover.jpg").write_bytes(b"the server's")
    undone = undo.undo_import(world.engine, row.id, clock=world.clock)
    assert undone.removed == []
    assert sorted(Path(path).name for path, _ in undone.left) == ["a.mp3", "b.mp3"]
    assert len(world.library()) == 4


def test_only_an_import_can_be_undone(world: World) -> None:
    row = world.completed(offer())
    with pytest.raises(downloads.StaleStep):
        undo.undo_import(world.engine, row.id, clock=world.clock)
