"""The torrent client behind the qBittorrent stand-in: torrents that make progress with time and really leave files.

Nothing here knows HTTP. A torrent goes checkingResumeData → stalledDL → downloading → moving → stalledUP; what it
shows lags behind what it does, as in a real client: full progress is seen before the state says so, and the files are
at their place only after ``moving``. The durations below are in seconds and are divided by ``speed``.

Faults, matched against "<infohash> <name>": ``stalled`` (no progress), ``tracker_refuses`` (the same, and the tracker
says `text`), ``queued``, ``disk_full`` (state error), ``missing_files``, ``removed`` (gone, as if a person removed it).
"""

from __future__ import annotations

import base64
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..serving.faults import Faults
from ..serving.state import State
from .torrent_file import TorrentFile
from .torrent_record import FLOWING, REMEMBERED, VIRTUAL_ROOT, Progress, Torrent, document_of

DOCUMENT = "qbittorrent"
INCOMPLETE = f"{VIRTUAL_ROOT}/incomplete"

CHECKING = 0.6
STARTING = 1.2
DOWNLOADING = 2.0
MOVING = 0.4
LAG = 1.5

FREEZING_FAULTS = ("stalled", "tracker_refuses", "queued", "disk_full", "missing_files")

Payload = Callable[[TorrentFile], Sequence[bytes] | None]
Seeders = Callable[[TorrentFile], int]


class Duplicate(Exception):
    """The client has this torrent already."""


class TorrentClient:
    """The torrents, categories and tags; safe to use from several threads.

    download_dir: the real folder that the virtual ``/downloads`` stands for.
    payload: the bytes of each file of a torrent, in its order, or None (then zeros of the right length are written).
    seeders: how many have the torrent; 0: it never gets anywhere.
    """

    def __init__(
        self,
        state: State,
        download_dir: Path,
        faults: Faults,
        *,
        payload: Payload = lambda _: None,
        seeders: Seeders = lambda _: 2,
        speed: float = 1.0,
        incomplete_folder: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.state = state
        self.download_dir = download_dir
        self.faults = faults
        self.payload = payload
        self.seeders = seeders
        self.speed = speed
        self.incomplete_folder = incomplete_folder
        self.clock = clock
        self.lock = threading.RLock()
        download_dir.mkdir(parents=True, exist_ok=True)
        saved = state.read(DOCUMENT)
        documents = [state.read(document_of(infohash)) for infohash in saved.get("torrents", [])]
        rows = [Torrent(**{k: v for k, v in row.items() if k in REMEMBERED}) for row in documents]
        self._saved: dict[str, dict[str, Any]] = {}
        self.torrents: dict[str, Torrent] = {torrent.infohash: torrent for torrent in rows}
        self.categories: dict[str, str] = saved.get("categories", {})
        self.tags: list[str] = saved.get("tags", [])
        for torrent in rows:
            torrent.missing = torrent.in_place and not self._all_files_there(torrent)

    # ---------------------------------------------------------------------------------------------- changing

    def add(self, content: bytes, **options: Any) -> Torrent:
        """Add a torrent; the options are fields of Torrent. Raises NotATorrent, Duplicate."""
        return self._add(content=base64.b64encode(content).decode(), **options)

    def add_magnet(self, uri: str, **options: Any) -> Torrent:
        """Add a magnet link, which then waits for metadata. Raises NotATorrent, Duplicate."""
        return self._add(content="", magnet=uri, **options)

    def _add(self, **options: Any) -> Torrent:
        with self.lock:
            self.advance()
            now = self.clock()
            torrent = Torrent(added_on=now, since=now, **options)
            if torrent.infohash in self.torrents:
                raise Duplicate(torrent.infohash)
            if torrent.category and torrent.category not in self.categories:
                self.categories[torrent.category] = ""
            if torrent.auto_tmm:
                torrent.save_path = self.category_path(torrent.category)
            self.tags += [tag for tag in torrent.tags if tag not in self.tags]
            self.torrents[torrent.infohash] = torrent
            self.save()
            return torrent

    def delete(self, torrents: Iterable[Torrent], *, delete_files: bool) -> None:
        with self.lock:
            for torrent in torrents:
                self.torrents.pop(torrent.infohash, None)
                if delete_files:
                    self._delete_files(torrent)
            self.save()

    def stop(self, torrents: Iterable[Torrent], *, stopped: bool) -> None:
        with self.lock:
            self.advance()
            for torrent in torrents:
                torrent.stopped = stopped
                torrent.since = self.clock()
            self.save()

    def recheck(self, torrents: Iterable[Torrent]) -> None:
        """Compare with the disk: a torrent whose files are gone starts again from nothing."""
        with self.lock:
            self.advance()
            for torrent in torrents:
                torrent.missing = torrent.error = False
                if torrent.in_place and not self._all_files_there(torrent):
                    torrent.in_place = False
                    torrent.completed_on = None
                    torrent.active = CHECKING / self.speed
            self.save()

    def move(self, torrent: Torrent, save_path: str) -> None:
        """Move the finished files. Raises OSError when the folder cannot be made."""
        with self.lock:
            target = self.real(save_path)
            target.mkdir(parents=True, exist_ok=True)
            if torrent.in_place:
                self._move_files(torrent, self.real(torrent.save_path), target)
            torrent.save_path = save_path
            torrent.auto_tmm = False
            self.save()

    def save(self) -> None:
        """Remember what changed: each torrent has a document of its own, and one names them all."""
        with self.lock:
            for infohash, torrent in self.torrents.items():
                row = torrent.row()
                steady = {name: value for name, value in row.items() if name not in FLOWING}
                if self._saved.get(infohash) != steady:
                    with self.state.editing(document_of(infohash)) as document:
                        document.update(row)
                    self._saved[infohash] = steady
            with self.state.editing(DOCUMENT) as document:
                document["torrents"] = list(self.torrents)
                document["categories"] = dict(self.categories)
                document["tags"] = list(self.tags)
            for infohash in self._saved.keys() - self.torrents.keys():
                del self._saved[infohash]
                with self.state.editing(document_of(infohash)) as document:
                    document.clear()

    # ------------------------------------------------------------------------------------------------ looking

    def category_path(self, category: str) -> str:
        """Where automatic management puts a category."""
        path = self.categories.get(category) or category
        return path if path.startswith("/") else f"{VIRTUAL_ROOT}/{path}".rstrip("/")

    def real(self, path: str) -> Path:
        """The folder on this machine behind a path of the client. Raises OSError for one outside of the client."""
        parts = path.removeprefix(VIRTUAL_ROOT).strip("/").split("/")
        if not (path == VIRTUAL_ROOT or path.startswith(f"{VIRTUAL_ROOT}/")) or ".." in parts:
            raise PermissionError(f"{path} cannot be written")
        return self.download_dir.joinpath(*parts)

    def advance(self) -> None:
        """Let the time since the last look pass for all torrents."""
        with self.lock:
            changed = False
            for torrent in list(self.torrents.values()):
                if self.faults.take("removed", torrent.subject):
                    del self.torrents[torrent.infohash]
                    changed = True
                else:
                    changed |= self._advance(torrent)
            if changed:
                self.save()

    def _advance(self, torrent: Torrent) -> bool:
        now = self.clock()
        elapsed = max(0.0, now - torrent.since)
        torrent.since = now
        if torrent.magnet:
            return False
        frozen = torrent.stopped or torrent.error or torrent.missing or self._fault(torrent) is not None
        frozen = frozen or (torrent.completed_on is None and self._unwritable(torrent))
        if torrent.completed_on is None and (frozen or not self.seeders(torrent.file)):
            # Only the check at the start goes on without peers.
            torrent.active = max(torrent.active, min(torrent.active + elapsed, STARTING / self.speed))
        elif not frozen:
            torrent.active += elapsed
        changed = False
        finished = (STARTING + DOWNLOADING) / self.speed
        if torrent.completed_on is None and not frozen and torrent.active >= finished:
            torrent.completed_on = now - (torrent.active - finished)
            changed = True
        moving = MOVING / self.speed if self.incomplete_folder else 0.0
        if torrent.completed_on is not None and not torrent.in_place and not torrent.error and not torrent.missing:
            changed |= self._put_files(torrent, moved=torrent.active >= finished + moving)
        if torrent.in_place and not torrent.stopped:
            torrent.seeded += elapsed
            if 0 <= torrent.seeding_time_limit * 60 <= torrent.seeded:
                torrent.stopped = changed = True
        return changed

    def _fault(self, torrent: Torrent) -> str | None:
        return next((name for name in FREEZING_FAULTS if self.faults.find(name, torrent.subject)), None)

    def progress(self, torrent: Torrent) -> Progress:
        """What the client shows for a torrent now."""
        with self.lock:
            active = torrent.active * self.speed
            done = 1.0 if torrent.completed_on else max(0.0, min(1.0, (active - STARTING) / DOWNLOADING))
            seeders = self.seeders(torrent.file)
            fault = self._fault(torrent)
            message = ""
            if fault == "tracker_refuses":
                refusal = self.faults.find(fault, torrent.subject)
                message = (refusal.text if refusal else "") or "Torrent not registered with this tracker."
            return Progress(self._state(torrent, active, fault), done, 0 if message else seeders, message)

    def _state(self, torrent: Torrent, active: float, fault: str | None) -> str:
        finished = torrent.completed_on is not None
        if torrent.magnet:
            return "stoppedDL" if torrent.stopped else "metaDL"
        if active < CHECKING:
            return "checkingResumeData"
        if finished and not torrent.in_place and not torrent.error and self.incomplete_folder:
            return "moving"
        if torrent.missing or fault == "missing_files":
            return "missingFiles"
        if torrent.error or fault == "disk_full" or (not finished and self._unwritable(torrent)):
            return "error"
        if torrent.stopped:
            return "stoppedUP" if finished else "stoppedDL"
        if fault == "queued" and not finished:
            return "queuedDL"
        if finished and active >= STARTING + DOWNLOADING + LAG:
            return "stalledUP"
        stuck = fault is not None or not self.seeders(torrent.file)
        return "downloading" if active >= STARTING + LAG and not (stuck and not finished) else "stalledDL"

    def _unwritable(self, torrent: Torrent) -> bool:
        try:
            self.real(torrent.save_path)
        except OSError:
            return True
        return False

    # ------------------------------------------------------------------------------------------------ the disk

    def _put_files(self, torrent: Torrent, *, moved: bool) -> bool:
        """Bring the files of a finished torrent to where they belong now; True when that changed the torrent."""
        try:
            target = self.real(torrent.save_path)
            before = self.real(INCOMPLETE) if self.incomplete_folder else target
            if not self._all_files_there(torrent, before) and not self._all_files_there(torrent, target):
                self._write_files(torrent, before)
            if not moved:
                return False
            if before != target:
                self._move_files(torrent, before, target)
        except OSError:
            torrent.error = True
            torrent.completed_on = None
            torrent.active = STARTING / self.speed
            return True
        torrent.in_place = True
        return True

    def _write_files(self, torrent: Torrent, folder: Path) -> None:
        contents = self.payload(torrent.file)
        for index, (_, size) in enumerate(torrent.file.files):
            path = folder / torrent.paths[index]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(size) if contents is None else contents[index])

    def _move_files(self, torrent: Torrent, source: Path, target: Path) -> None:
        for path in torrent.paths:
            old, new = source / path, target / path
            if old.exists() and old != new:
                new.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(old, new)
        self._remove_empty_folders(torrent, source)

    def _delete_files(self, torrent: Torrent) -> None:
        folders = [INCOMPLETE] if self._unwritable(torrent) else [INCOMPLETE, torrent.save_path]
        for folder in map(self.real, folders):
            for path in torrent.paths:
                (folder / path).unlink(missing_ok=True)
            self._remove_empty_folders(torrent, folder)

    def _remove_empty_folders(self, torrent: Torrent, base: Path) -> None:
        parents = {parent for path in torrent.paths for parent in Path(path).parents if parent != Path(".")}
        for folder in sorted((base / parent for parent in parents), key=lambda p: -len(p.parts)):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _all_files_there(self, torrent: Torrent, folder: Path | None = None) -> bool:
        try:
            base = folder or self.real(torrent.save_path)
        except OSError:
            return False
        return all(
            (path := base / name).is_file() and path.stat().st_size == size
            for name, (_, size) in zip(torrent.paths, torrent.file.files, strict=True)
        )
