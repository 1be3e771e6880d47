"""What each step of an import hands to the next: download → sources → plan → placement → confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mam_assets.domain.acquisition import Download
from mam_assets.domain.figures import ImportFigure
from mam_assets.domain.importing import AudioTags, BookFacts, ImportFacts, ImportPlan, Selection
from mam_assets.domain.importing.facts import METADATA_FILE
from mam_assets.domain.model.download import TorrentFile


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a finished torrent, found below ``base`` on this machine. ``tags`` of the audio, by file name."""

    base: Path
    files: tuple[TorrentFile, ...]
    selection: Selection
    tags: Mapping[str, AudioTags]


@dataclass(frozen=True, slots=True)
class BookPlan:
    """A book to be placed: its files from ``base`` through the hidden ``folder`` to ``target``.

    ``facts`` are what is said of the book, ``evidence`` what it was judged by.
    """

    facts: BookFacts
    evidence: ImportFacts
    layout: ImportPlan
    base: Path
    folder: Path
    target: Path

    def sources(self) -> list[tuple[Path, Path]]:
        """(file of the torrent, path below the book's folder) for every file."""
        return [(self.base / file.source.name, Path(*file.target)) for file in self.layout.placements]

    def staged_paths(self) -> list[Path]:
        """Every file that the staging folder will hold."""
        return [self.folder / inner for inner in (*(inner for _, inner in self.sources()), Path(METADATA_FILE))]


@dataclass(frozen=True, slots=True)
class Placement:
    """A book in the library that Audiobookshelf is to show. ``rel_path`` is below the library's folder;
    ``by_earlier_run``: an earlier run placed it, whose scan may have found it already."""

    download: Download
    rel_path: str
    facts: BookFacts
    by_earlier_run: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Download id → the item that Audiobookshelf shows, of those that it shows, and how long that took, s."""

    items: Mapping[int, str]
    waited: float


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A book that Audiobookshelf shows. ``problem``: what of it the server did not keep; blank when all is well."""

    download: Download
    abs_id: str
    problem: str = ""


@dataclass(slots=True)
class Imports:
    """What became of the finished downloads. ``waiting``: placed or to be tried again by itself."""

    imported: list[Download] = field(default_factory=list)
    waiting: list[Download] = field(default_factory=list)
    blocked: list[Download] = field(default_factory=list)
    bytes_linked: int = 0
    bytes_copied: int = 0
    busy: bool = False

    def add(self, other: Imports) -> None:
        """Take another round's into this one; ``busy`` is the last round's."""
        self.imported += other.imported
        self.waiting += other.waiting
        self.blocked += other.blocked
        self.bytes_linked += other.bytes_linked
        self.bytes_copied += other.bytes_copied
        self.busy = other.busy

    def figures(self) -> dict[str, int]:
        """For people."""
        return {
            ImportFigure.IMPORTED: len(self.imported),
            ImportFigure.TO_BE_TRIED_AGAIN: len(self.waiting),
            ImportFigure.BLOCKED: len(self.blocked),
            ImportFigure.BYTES_LINKED: self.bytes_linked,
            ImportFigure.BYTES_COPIED: self.bytes_copied,
        }
