"""What a person has: items of Audiobookshelf, and the series that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeriesRef:
    """A book's place in a series, as somebody wrote it: ``position`` is free text ("1", "Book Two", "1-3", "")."""

    name: str
    position: str = ""
    series_id: str = ""


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """One item of Audiobookshelf: somebody's copy of a book.

    ``abs_id`` is the item id; ``rel_path`` the folder below the library folder (last hint for series and number).
    ``num_audio_files`` 0 means that it holds no audio (an ebook); ``is_missing`` that its files have vanished.
    """

    abs_id: str
    title: str
    authors: tuple[str, ...] = ()
    subtitle: str = ""
    series: tuple[SeriesRef, ...] = ()
    narrators: tuple[str, ...] = ()
    asin: str = ""
    isbn: str = ""
    language: str = ""
    published_year: int | None = None
    publisher: str = ""
    description: str = ""
    genres: tuple[str, ...] = ()
    duration_seconds: int = 0
    size_bytes: int = 0
    num_audio_files: int = 1
    ebook_format: str = ""
    abridged: bool = False
    is_missing: bool = False
    is_invalid: bool = False
    has_cover: bool = False
    library_id: str = ""
    path: str = ""
    rel_path: str = ""
    added_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def takes_part(self) -> bool:
        """It is an audiobook that can be heard: only such an item can own a book."""
        return self.has_audio and self.is_there

    @property
    def has_audio(self) -> bool:
        """False for an ebook alone."""
        return self.num_audio_files > 0

    @property
    def is_there(self) -> bool:
        """Its files are in the library folder, and Audiobookshelf can read them."""
        return not self.is_missing and not self.is_invalid


@dataclass(frozen=True, slots=True)
class TrackedSeries:
    """A series that the library has books of, under whatever names its items give it.

    ``series_key`` is "<normal name>|<normal author>" and stays the same between runs. ``members`` pairs the item with
    the position text that the item (or its title, subtitle or folder) gives it.
    """

    series_key: str
    name: str
    author: str
    aliases: tuple[str, ...] = ()
    members: tuple[tuple[str, str], ...] = ()  # (abs_id, position text)
    abs_series_ids: tuple[str, ...] = ()
