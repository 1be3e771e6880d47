"""One row of the ``downloads`` ledger: an attempt to bring one release into the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model.download import CostKind, DownloadState, ImportStatus, ReasonCode
from ..model.release import Release, Wanted


@dataclass(frozen=True, slots=True)
class MappedBook:
    """One of several books in a torrent: which audio files (or folders) of it are this book."""

    wanted: Wanted
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person decided about an import.

    ``accept``: it is taken as it is, without being compared with the wanted book. ``files``: the audio files (or
    folders) that are the book; empty: all. ``then``: the other books of the torrent, imported after this one.
    """

    accept: bool = False
    files: tuple[str, ...] = ()
    then: tuple[MappedBook, ...] = ()


@dataclass(frozen=True, slots=True)
class DownloadBook:
    """One of the books that a download brings, and how far its import has come.

    ``book_key`` is blank for a title brought by hand. ``target_path`` is its folder in the library, ``abs_item_id`` the
    Audiobookshelf item that it became.
    """

    book_key: str = ""
    wanted: Wanted | None = None
    abs_import_status: ImportStatus = ImportStatus.NONE
    abs_item_id: str = ""
    target_path: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """One attempt to bring one release into the library, as the ledger has it.

    ``status_reason`` is for people, ``reason_code`` what code asks; ``cost_kind`` is how the grab was paid for.
    ``infohash`` is lower-case hex and blank until the intent is committed. ``failure_code`` says why it failed or was
    abandoned (see ``faults``). ``add_sent_at`` is when an add of this torrent was last sent, whatever came of it.
    ``missing_since`` is when qBittorrent was first seen without the torrent, ``missing_seen_at`` when last.
    ``retry_count`` counts tries of the present step and starts anew when the torrent is complete.
    """

    id: int
    books: tuple[DownloadBook, ...]
    title: str
    author: str = ""
    status: DownloadState = DownloadState.PROPOSED
    status_reason: str = ""
    reason_code: ReasonCode = ReasonCode.NONE
    cost_kind: CostKind = CostKind.NONE
    failure_code: str = ""
    release: Release | None = None
    torrent_id: int | None = None
    release_title: str = ""
    source: str = "search"
    infohash: str = ""
    tag: str = ""
    magnet: str = ""
    size_bytes: int = 0
    attempt: int = 1
    retry_count: int = 0
    next_attempt_at: datetime | None = None
    last_progress: float = 0.0
    last_progress_at: datetime | None = None
    add_sent_at: datetime | None = None
    missing_since: datetime | None = None
    missing_seen_at: datetime | None = None
    tracker_message: str = ""
    content_path: str = ""
    import_options: ImportOptions = ImportOptions()
    created_at: datetime | None = None
    approved_at: datetime | None = None
    submitted_at: datetime | None = None
    completed_at: datetime | None = None
    imported_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def book(self) -> DownloadBook:
        """The book that it brings; of several, the first."""
        return self.books[0]

    @property
    def book_key(self) -> str:
        return self.book.book_key

    @property
    def wanted(self) -> Wanted | None:
        return self.book.wanted

    @property
    def abs_import_status(self) -> ImportStatus:
        return self.book.abs_import_status

    @property
    def abs_item_id(self) -> str:
        return self.book.abs_item_id

    @property
    def target_path(self) -> str:
        return self.book.target_path

    @property
    def book_keys(self) -> frozenset[str]:
        """Keys of all its books; none of a title brought by hand."""
        return frozenset(book.book_key for book in self.books if book.book_key)

    @property
    def is_placed(self) -> bool:
        """Its files lie in the library: the rest of the import does without the torrent."""
        return self.status is DownloadState.IMPORTING and all(book.abs_import_status.is_placed for book in self.books)

    def is_due(self, now: datetime) -> bool:
        return self.next_attempt_at is None or self.next_attempt_at <= now
