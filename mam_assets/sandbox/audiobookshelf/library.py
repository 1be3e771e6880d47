"""The libraries of the Audiobookshelf stand-in: their items, scans of their folders, and what outlives a restart."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..serving.state import State
from ..world.facts import stable_uuid
from ..world.load import World
from .books import Book, Names, from_world
from .changes import keep_own
from .disk_item import DiskItem
from .scan import scan

DOCUMENT = "audiobookshelf"
SCAN_SECONDS = 0.7
SECOND_LIBRARY = "Children"
PODCASTS = "Podcasts"


def now_ms() -> int:
    return int(time.time() * 1000)


@dataclass
class Library:
    """One library. ``root`` is its path in the server's own world, ``folder`` the real one on this machine."""

    id: str
    name: str
    root: str
    folder: Path
    folder_id: str
    order: int
    media_type: str = "book"
    created: int = 1_700_000_000_000
    last_scan: int | None = None
    books: dict[str, Book] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.authors = Names(self.id, "author")
        self.series = Names(self.id, "series")

    def authors_with_books(self) -> dict[tuple[str, str], list[Book]]:
        """(id, name) → items, in the order in which the authors came."""
        by_author: dict[tuple[str, str], list[Book]] = {}
        for book in self.books.values():
            for author in book.authors:
                by_author.setdefault(author, []).append(book)
        return by_author

    def series_with_books(self) -> dict[tuple[str, str], list[Book]]:
        """(id, name) → items, ordered by their sequence there."""
        by_series: dict[tuple[str, str], list[Book]] = {}
        for book in self.books.values():
            for id_, name, _ in book.series:
                by_series.setdefault((id_, name), []).append(book)
        for (id_, _), books in by_series.items():
            books.sort(key=lambda book: sequence_key(book, id_))
        return by_series


def sequence_key(book: Book, series_id: str) -> tuple[int, float, str]:
    """Numbers first, then texts, then nothing."""
    text = next((sequence or "" for id_, _, sequence in book.series if id_ == series_id), "")
    number = re.match(r"\d+(\.\d+)?", text)
    return (0, float(number[0]), text) if number else (1 if text else 2, 0.0, text)


class ScanFails(Exception):
    """A scan that ends in the middle: what comes after is not found, and it counts as none."""


class Shelves:
    """All libraries of one server; safe to use from several threads under ``lock``.

    base: the folder that holds one real folder per library. speed: divides the time a scan takes.
    """

    def __init__(self, world: World, state: State, base: Path, *, speed: float = 1.0) -> None:
        self.state = state
        self.base = base
        self.speed = speed
        self.lock = threading.RLock()
        self.tasks: dict[str, dict[str, Any]] = {}
        names = dict(world.libraries)
        if len(names) < 2:
            names[SECOND_LIBRARY] = stable_uuid("library", SECOND_LIBRARY)
        self.libraries = [self._library(name, id_, order) for order, (name, id_) in enumerate(names.items(), 1)]
        podcasts = self._library(PODCASTS, stable_uuid("library", PODCASTS), len(names) + 1)
        podcasts.media_type = "podcast"
        self.libraries.append(podcasts)
        self._fill(world)
        self._restore()

    def _library(self, name: str, id_: str, order: int) -> Library:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or f"library-{order}"
        folder = self.base / slug
        folder.mkdir(parents=True, exist_ok=True)
        return Library(id_, name, f"/{slug}", folder, stable_uuid("folder", id_), order)

    def _fill(self, world: World) -> None:
        by_name = {library.name: library for library in self.libraries}
        for item in world.owned:
            library = by_name[item.library]
            if item.verbatim is not None:
                library.folder_id = item.verbatim.get("folderId") or library.folder_id
                library.root = item.verbatim["path"].removesuffix(f"/{item.rel_path}")
            book = from_world(item, library.id, library.folder_id, library.authors, library.series)
            library.books[book.id] = book

    def _restore(self) -> None:
        saved = self.state.read(DOCUMENT)
        by_id = {library.id: library for library in self.libraries}
        known = {f.name for f in fields(Book)}
        for row in saved.get("items", {}).values():
            book = Book(**{key: value for key, value in row.items() if key in known})
            library = by_id.get(book.library_id)
            if library is not None:
                library.books[book.id] = book
                self._learn(library, book)
        for id_, moment in saved.get("last_scan", {}).items():
            if id_ in by_id:
                by_id[id_].last_scan = moment
        for id_ in saved.get("deleted", []):
            for library in self.libraries:
                library.books.pop(id_, None)

    def _learn(self, library: Library, book: Book) -> None:
        for id_, name in book.authors:
            library.authors.learn(id_, name)
        for id_, name, _ in book.series:
            library.series.learn(id_, name)

    # ------------------------------------------------------------------------------------------------ looking

    def library(self, id_: str) -> Library | None:
        return next((library for library in self.libraries if library.id == id_), None)

    def find(self, item_id: str) -> tuple[Library, Book] | None:
        for library in self.libraries:
            if item_id in library.books:
                return library, library.books[item_id]
        return None

    # ----------------------------------------------------------------------------------------------- changing

    def save(self, books: Iterable[Book]) -> None:
        """Remember these items over a restart; an item that nobody changed comes from the world again."""
        rows = {book.id: {f.name: getattr(book, f.name) for f in fields(Book)} for book in books}
        with self.state.editing(DOCUMENT) as document:
            document.setdefault("items", {}).update(rows)

    def delete(self, library: Library, book: Book) -> None:
        with self.lock:
            library.books.pop(book.id, None)
            with self.state.editing(DOCUMENT) as document:
                document.setdefault("deleted", []).append(book.id)
                document.get("items", {}).pop(book.id, None)

    def start_scan(self, library: Library, *, force: bool = False) -> bool:
        """Begin a scan that ends a while later; False, and nothing happens, when one is running."""
        with self.lock:
            if library.id in self.tasks:
                return False
            self.tasks[library.id] = _task(library)
        threading.Thread(target=self._scan_later, args=(library, force), daemon=True).start()
        return True

    def _scan_later(self, library: Library, force: bool) -> None:
        try:
            time.sleep(SCAN_SECONDS / self.speed)
            self.scan_now(library, force=force)
        finally:
            with self.lock:
                self.tasks.pop(library.id, None)

    def scan_now(self, library: Library, *, force: bool = False) -> list[Book]:
        """Compare the library's folder with its items; the items that are new or changed. ``force``: read all anew."""
        on_disk = list(scan(library.folder)) if library.media_type == "book" else []
        with self.lock:
            changed = []
            unmatched = {item.rel_path: item for item in on_disk}
            by_path = {book.rel_path: book for book in library.books.values()}
            pairs = [(by_path[path], unmatched.pop(path)) for path in list(unmatched) if path in by_path]
            settled = {book.id for book, _ in pairs}
            by_ino = {b.ino: b for b in library.books.values() if b.on_disk and b.id not in settled}
            for path, item in list(unmatched.items()):
                if item.ino in by_ino:
                    pairs.append((by_ino.pop(item.ino), unmatched.pop(path)))
            seen = {book.id for book, _ in pairs}
            try:
                for book, item in pairs:
                    if force or _differs(book, item):
                        self._take_over(library, book, item)
                        changed.append(book)
                for book in library.books.values():
                    if book.on_disk and book.id not in seen and not book.is_missing:
                        book.is_missing = True
                        book.changed(now_ms())
                        changed.append(book)
                for item in unmatched.values():
                    book = self._new(library, item)
                    library.books[book.id] = book
                    changed.append(book)
            except ScanFails:
                self.save(changed)
                return changed
            library.last_scan = now_ms()
            if changed:
                self.save(changed)
            with self.state.editing(DOCUMENT) as document:
                document.setdefault("last_scan", {})[library.id] = library.last_scan
            return changed

    def _new(self, library: Library, item: DiskItem) -> Book:
        now = now_ms()
        id_ = stable_uuid("scanned", library.id, item.rel_path, item.ino, now)
        book = Book(
            id=id_,
            ino=item.ino,
            library_id=library.id,
            folder_id=library.folder_id,
            rel_path=item.rel_path,
            is_file=item.is_file,
            times={"addedAt": now},
            metadata={},
            media_id=stable_uuid("media", id_),
        )
        self._take_over(library, book, item)
        return book

    def _take_over(self, library: Library, book: Book, item: DiskItem) -> None:
        """Let the item say what lies on the disk now."""
        if len({name for name, _ in item.series}) < len(item.series):
            raise ScanFails  # a series that is named twice: the real server's scan ends here
        if book.on_disk:
            keep_own(book, item)
        book.ino, book.rel_path, book.is_file = item.ino, item.rel_path, item.is_file
        book.times |= {"mtimeMs": item.mtime_ms, "ctimeMs": item.mtime_ms, "birthtimeMs": item.mtime_ms}
        book.metadata = item.metadata
        # The real server keeps authors and series in the order of its own ids, not in that of the tags.
        book.authors = sorted((library.authors.id_of(name), name) for name in item.authors)
        book.series = sorted(
            ((library.series.id_of(name), name, sequence) for name, sequence in item.series), key=lambda row: row[:2]
        )
        book.narrators, book.tags = item.narrators, item.tags
        book.files = item.files
        audio = [row for row in item.files if row["kind"] == "audio"]
        ebooks = [row for row in item.files if row["kind"] == "ebook"]
        images = [row for row in item.files if row["kind"] == "image"]
        book.num_audio_files = book.num_tracks = len(audio)
        book.num_files = len(item.files)
        book.num_chapters = item.chapters or (len(audio) if len(audio) > 1 else 0)
        book.duration = round(sum(row["duration"] or 0 for row in audio), 6)
        book.size = sum(row["size"] for row in item.files)
        book.media_size = sum(row["size"] for row in audio + ebooks)
        book.ebook_format = ebooks[0]["name"].rsplit(".", 1)[-1].lower() if ebooks else None
        book.cover = f"{library.root}/{item.rel_path}/{images[0]['name']}" if images else None
        book.is_missing, book.on_disk = False, True
        book.changed(now_ms())


def _differs(book: Book, item: DiskItem) -> bool:
    known = [(row["name"], row["ino"], row["size"], row["mtimeMs"]) for row in book.files]
    now = [(row["name"], row["ino"], row["size"], row["mtimeMs"]) for row in item.files]
    return book.is_missing or book.rel_path != item.rel_path or known != now


def _task(library: Library) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("description", "descriptionKey", "descriptionSubs", "error", "errorKey"))
    return {
        "id": stable_uuid("task", library.id, now_ms()),
        "action": "library-scan",
        "data": {"libraryId": library.id, "libraryName": library.name, "libraryMediaType": library.media_type},
        "title": f'Scanning "{library.name}" library',
        "titleKey": "MessageTaskScanningLibrary",
        "titleSubs": [library.name],
        **empty,
        "errorSubs": None,
        "showSuccess": True,
        "isFailed": False,
        "isFinished": False,
        "startedAt": now_ms(),
        "finishedAt": None,
    }
