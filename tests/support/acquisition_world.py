"""A small world for the stages of acquisition: real files and a real store, with a tracker, a torrent client and a
library server that are as simple as can be and know nothing of the code under test.

``Fuse`` counts every question and every write of the outside world, and blows before or after the n-th.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import libtorrent as lt
import sqlalchemy as sa

from mam_assets.domain.model.download import Torrent, TorrentFile, TorrentPhase
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.domain.model.release import Account, Release, Wanted
from mam_assets.sandbox.world.audio import Tags, m4b, mp3
from mam_assets.store.engine import open_engine
from mam_assets.store.tables import metadata
from resources.errors import AuthError, NotFound, Unavailable

START = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
HOUR = 3600
ACCOUNT = Account("reader", uploaded_bytes=10**12, downloaded_bytes=10**10, unsatisfied_limit=150)


class Killed(BaseException):
    """The process dies here: nothing may catch it."""


class Fuse:
    """Dies at a numbered effect: before it happens, or after it happened but before anybody heard of it."""

    def __init__(self) -> None:
        self.burnt = 0
        self.at = 0
        self.after = False

    def arm(self, at: int, *, after: bool) -> None:
        self.burnt, self.at, self.after = 0, at, after

    @contextmanager
    def effect(self) -> Iterator[None]:
        self.burnt += 1
        number = self.burnt
        if number == self.at and not self.after:
            raise Killed
        try:
            yield
        finally:
            if number == self.at and self.after:
                raise Killed


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def watch_commits(engine: sa.Engine, fuse: Fuse) -> None:
    """Count every commit of the store as an effect: a death before it loses the transaction, one after keeps it."""
    real = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        with fuse.effect():
            real(connection)

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign]


@cache
def _empty_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        engine = open_engine(f"sqlite:///{path}")
        metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()


def new_store(path: Path) -> sa.Engine:
    """A store with empty tables; made once and copied, because the tests of death need hundreds."""
    path.write_bytes(_empty_store())
    return open_engine(f"sqlite:///{path}")


# ---------------------------------------------------------------------------------------------------------- books


def torrent_bytes(name: str, files: Mapping[str, int]) -> bytes:
    """A .torrent of files (name within the torrent → size) of unknown content."""
    size = 16 * 1024
    pieces = -(-sum(files.values()) // size)
    info: dict[bytes, Any] = {
        b"name": name.encode(),
        b"piece length": size,
        b"pieces": b"x" * 20 * pieces,
        b"private": 1,
    }
    if len(files) == 1 and "/" not in next(iter(files)):
        info[b"length"] = next(iter(files.values()))
    else:
        info[b"files"] = [{b"length": length, b"path": path.encode().split(b"/")} for path, length in files.items()]
    return bytes(lt.bencode({b"announce": b"http://127.0.0.1:9/announce", b"info": info}))


@dataclass(frozen=True, slots=True)
class Offer:
    """A release on the tracker and what its torrent holds."""

    release: Release
    torrent: bytes
    files: dict[str, bytes]


def book(
    title: str = "The Dragon Reborn", artist: str = "Robert Jordan", hours: float = 24.5, seed: str = "x"
) -> bytes:
    return m4b(Tags(title=title, album=title, artist=artist), hours * HOUR, seed=seed + title, size=20_000)


def chapter(number: int, album: str = "The Dragon Reborn", artist: str = "Robert Jordan", hours: float = 1) -> bytes:
    tags = Tags(title=f"Chapter {number}", album=album, artist=artist, track=str(number))
    return mp3(tags, hours * HOUR, seed=f"{album} {number}", size=6_000)


WANTED = Wanted(
    "jordan|dragon reborn",
    "The Dragon Reborn",
    ("Robert Jordan",),
    series=(SeriesRef("The Wheel of Time", "3"),),
    year=1991,
    expected_runtime_seconds=round(24.5 * HOUR),
    series_titles=("The Eye of the World", "The Great Hunt", "The Shadow Rising"),
)


def offer(
    torrent_id: int = 3, files: Mapping[str, bytes] | None = None, name: str = "The Dragon Reborn", **more: Any
) -> Offer:
    files = dict(files if files is not None else {"The Dragon Reborn.m4b": book()})
    size = sum(len(content) for content in files.values())
    release = Release(
        torrent_id,
        name,
        ("Robert Jordan",),
        ("Kate Reading", "Michael Kramer"),
        filetypes=("m4b",),
        size_bytes=size,
        seeders=5,
        **more,
    )
    return Offer(
        release, torrent_bytes(f"{name} {torrent_id}", {path: len(data) for path, data in files.items()}), files
    )


# -------------------------------------------------------------------------------------------------------- tracker


class FakeTracker:
    def __init__(self, fuse: Fuse, offers: Sequence[Offer] = ()) -> None:
        self.fuse = fuse
        self.offers = {offered.release.torrent_id: offered for offered in offers}
        self.down: Exception | None = None
        self.asked: list[str] = []

    def find(self, torrent_id: int) -> Release:
        self._ask(f"find {torrent_id}")
        return self._offer(torrent_id).release

    def download(self, torrent_id: int) -> bytes:
        self._ask(f"download {torrent_id}")
        return self._offer(torrent_id).torrent

    def _ask(self, what: str) -> None:
        with self.fuse.effect():
            self.asked.append(what)
            if self.down is not None:
                raise self.down

    def _offer(self, torrent_id: int) -> Offer:
        if torrent_id not in self.offers:
            raise NotFound("myanonamouse", f"torrent {torrent_id} is gone")
        return self.offers[torrent_id]


# ------------------------------------------------------------------------------------------------- torrent client


class FakeQbit:
    """A torrent client: it refuses nothing, forgets nothing and writes files when told that a torrent is complete."""

    def __init__(self, fuse: Fuse, save_path: Path, clock: Clock, theirs: str = "") -> None:
        self.fuse = fuse
        self.save_path = save_path
        self.theirs = theirs or str(save_path)  # how it calls the same folder
        self.clock = clock
        self.rows: dict[str, Torrent] = {}
        self.contents: dict[str, dict[str, bytes]] = {}
        self.skipped: dict[str, set[str]] = {}
        self.messages: dict[str, str] = {}
        self.added: list[str] = []
        self.requests: list[str] = []
        self.down = False
        self.lose_answers = False

    # what the code under test calls

    def torrents(self, category: str | None = None, hashes: Sequence[str] | None = None) -> list[Torrent]:
        self._request("torrents")
        wanted = None if hashes is None else set(hashes)
        return [
            row
            for key, row in self.rows.items()
            if (wanted is None or key in wanted) and (category is None or row.category == category)
        ]

    def sync(self) -> dict[str, Torrent]:
        self._request("sync")
        return dict(self.rows)

    def tracker_message(self, infohash: str) -> str:
        self._request("tracker_message")
        return self.messages.get(infohash, "")

    def files(self, infohash: str) -> list[TorrentFile]:
        self._request("files")
        if infohash not in self.rows:
            raise NotFound("qbittorrent", "no such torrent")
        skipped = self.skipped.get(infohash, set())
        return [
            TorrentFile(number, name, len(data), 1.0, name not in skipped)
            for number, (name, data) in enumerate(self.contents[infohash].items())
        ]

    def add(
        self,
        torrent_bytes: bytes,
        *,
        infohash: str,
        category: str,
        tags: Sequence[str],
        save_path: str | None = None,
        seeding_minutes: int,
        stopped: bool = False,
    ) -> None:
        self._request("add")
        info = lt.torrent_info(torrent_bytes)
        assert str(info.info_hashes().v1) == infohash
        assert seeding_minutes >= 72 * 60
        if infohash in self.rows:
            return
        with self.fuse.effect():
            self.added.append(infohash)
            self.rows[infohash] = Torrent(
                infohash,
                info.name(),
                "stalledDL",
                TorrentPhase.STALLED,
                category=category,
                tags=tuple(tags),
                save_path=self.theirs,
                added_at=self.clock(),
            )
        if self.lose_answers:
            raise Unavailable("qbittorrent", "the connection broke")

    def add_magnet(self, magnet: str, *, infohash: str, category: str, tags: Sequence[str], **_: Any) -> None:
        self._request("add_magnet")
        self.added.append(infohash)
        self.rows[infohash] = Torrent(
            infohash,
            magnet,
            "metaDL",
            TorrentPhase.METADATA,
            category=category,
            tags=tuple(tags),
            save_path=self.theirs,
        )

    def _request(self, what: str) -> None:
        self.requests.append(what)
        if self.down:
            raise Unavailable("qbittorrent", "refuses connections")

    # what the test does to it

    def progress(self, infohash: str, progress: float, state: str = "downloading") -> None:
        self.rows[infohash] = replace(
            self.rows[infohash], progress=progress, state=state, phase=TorrentPhase.DOWNLOADING, amount_left=1
        )

    def set_phase(self, infohash: str, phase: TorrentPhase) -> None:
        self.rows[infohash] = replace(self.rows[infohash], phase=phase, state=phase.value)

    def complete(self, infohash: str, files: Mapping[str, bytes], names: Mapping[str, str] | None = None) -> None:
        """Write the files and be done. ``names``: what a file is called instead."""
        contents = {(names or {}).get(name, name): data for name, data in files.items()}
        for name, data in contents.items():
            path = self.save_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.contents[infohash] = contents
        roots = {name.split("/")[0] for name in contents}
        content = f"{self.theirs}/{roots.pop()}" if len(roots) == 1 else self.theirs
        self.rows[infohash] = replace(
            self.rows[infohash],
            progress=1.0,
            amount_left=0,
            state="stalledUP",
            phase=TorrentPhase.SEEDING,
            content_path=content,
        )


# ------------------------------------------------------------------------------------------------- library server


@dataclass
class FakeAbs:
    """A library server over a real folder: a scan finds folders with audio and reads their ``metadata.json``."""

    folder: Path
    fuse: Fuse
    items: dict[str, LibraryItem] = field(default_factory=dict)
    scans: int = 0
    blind: bool = False
    may_scan: bool = True
    down: bool = False
    read_metadata: bool = True
    keeps: bool = True
    late: int = 0  # looks before a scan finds anything
    busy: int = 0  # looks before it and its watcher are done
    twins: list[LibraryItem] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)  # what it read, by the item's path
    updates: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    on_scan: Callable[[], object] | None = None

    def scan(self, library_id: str) -> None:
        self._up()
        with self.fuse.effect():
            self.scans += 1
        if not self.may_scan:
            raise AuthError("audiobookshelf", "this user may not scan")
        self._find()
        if self.on_scan is not None:
            self.on_scan()

    def _find(self) -> None:
        if self.blind:
            return
        for parent, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            rel = os.path.relpath(parent, self.folder)
            if re.fullmatch(r"(?i)(cd|dis[ck])\s*\d+", Path(rel).name):
                rel, parent = os.path.dirname(rel), os.path.dirname(parent)
            if not any(name.endswith((".m4b", ".mp3")) for name in names) or rel in self.items:
                continue
            known: dict[str, Any] = {}
            if self.read_metadata and Path(parent, "metadata.json").exists():
                known = self.said[rel] = json.loads(Path(parent, "metadata.json").read_text("utf-8"))
            self.items[rel] = LibraryItem(
                f"item-{len(self.items) + 1}",
                known.get("title", Path(rel).name),
                authors=tuple(known.get("authors", ())),
                series=tuple(
                    SeriesRef(text.rpartition(" #")[0], text.rpartition(" #")[2]) for text in known.get("series", ())
                ),
                num_audio_files=sum(name.endswith((".m4b", ".mp3")) for name in names),
                rel_path=rel,
            )

    def scan_finished(self, library_id: str) -> bool:
        self._up()
        return True

    def find_by_paths(
        self, library_id: str, rel_paths: Collection[str], *, folder_id: str = "", only_newest: bool = False
    ) -> dict[str, LibraryItem]:
        self._up()
        if not self.may_scan:
            self._find()  # its own watcher
        self.late -= 1
        return {path: self.items[path] for path in rel_paths if path in self.items and self.late < 0}

    def is_quiet(self, library_id: str) -> bool:
        self._up()
        self.busy = max(0, self.busy - 1)
        return self.busy == 0

    def listed_at(self, library_id: str, rel_path: str, *, folder_id: str = "") -> list[LibraryItem]:
        self._up()
        return [*self.twins, *(item for item in self.items.values() if item.rel_path == rel_path)]

    def forget(self, abs_id: str) -> None:
        self._up()
        if not self.may_scan:
            raise AuthError("audiobookshelf", "this user may not delete")
        self.forgotten.append(abs_id)

    def item(self, abs_id: str) -> LibraryItem:
        self._up()
        return next(item for item in self.items.values() if item.abs_id == abs_id)

    def update_media(self, abs_id: str, metadata: Mapping[str, Any]) -> None:
        self._up()
        with self.fuse.effect():
            self.updates.append((abs_id, dict(metadata)))
            if not self.keeps:
                return
            item = self.item(abs_id)
            series = metadata.get("series")
            authors = metadata.get("authors")
            self.items[item.rel_path] = replace(
                item,
                series=item.series
                if series is None
                else tuple(SeriesRef(entry["name"], entry["sequence"] or "") for entry in series),
                authors=item.authors if authors is None else tuple(entry["name"] for entry in authors),
            )

    def _up(self) -> None:
        if self.down:
            raise Unavailable("audiobookshelf", "refuses connections")
