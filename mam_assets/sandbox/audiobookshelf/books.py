"""One library item as the Audiobookshelf stand-in keeps it, and how it comes from the world or from a change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..world.facts import OwnedItem, stable_number, stable_uuid

WORLD_BEGAN_MS = 1_700_000_000_000
TEXT_FIELDS = ("title", "subtitle", "publishedYear", "publishedDate", "publisher", "description", "isbn", "asin")
METADATA_TEXT = (*TEXT_FIELDS, "language")

Named = tuple[str, str]
InSeries = tuple[str, str, str | None]


@dataclass
class Book:
    """An item of a book library.

    ``metadata`` holds the plain fields under Audiobookshelf's names (title, genres, publishedYear, …, abridged);
    authors are (id, name), series (id, name, sequence). ``files`` has one row per file found on disk; an item of the
    world that never lay on disk has none, and its audio files are made up when somebody asks. ``on_disk``: found by a
    scan, so that a later scan may miss it.
    """

    id: str
    ino: str
    library_id: str
    folder_id: str
    rel_path: str
    is_file: bool
    times: dict[str, int]
    metadata: dict[str, Any]
    authors: list[Named] = field(default_factory=list)
    narrators: list[str] = field(default_factory=list)
    series: list[InSeries] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    cover: str | None = None
    media_id: str = ""
    num_audio_files: int = 0
    num_tracks: int = 0
    num_files: int = 0
    num_chapters: int = 0
    duration: float = 0.0
    size: int = 0
    media_size: int = 0
    ebook_format: str | None = None
    is_missing: bool = False
    on_disk: bool = False
    files: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # JSON has no tuples: rows from the saved state come as lists.
        self.authors = [(row[0], row[1]) for row in self.authors]
        self.series = [(row[0], row[1], row[2]) for row in self.series]
        self.row_json: str | None = None

    @property
    def title(self) -> str | None:
        title: str | None = self.metadata.get("title")
        return title

    def changed(self, now_ms: int) -> None:
        self.times["updatedAt"] = now_ms
        self.row_json = None


def blank_metadata() -> dict[str, Any]:
    """The plain metadata fields, in the order of the real server's answers."""
    fields: dict[str, Any] = {"title": None, "subtitle": None, "genres": []}
    fields |= dict.fromkeys(("publishedYear", "publishedDate", "publisher", "description", "isbn", "asin", "language"))
    return {**fields, "explicit": False, "abridged": False}


class Names:
    """The authors and series of one library.

    A scan takes names as they are written ("The Saga" and "the saga" are two series), a change over the API finds those
    that are there whatever the case.
    """

    def __init__(self, library_id: str, kind: str) -> None:
        self.library_id = library_id
        self.kind = kind
        self._ids: dict[str, str] = {}

    def learn(self, id_: str, name: str) -> None:
        self._ids.setdefault(name, id_)

    def id_of(self, name: str) -> str:
        """The id of exactly this name, new or not."""
        return self._ids.setdefault(name, stable_uuid(self.kind, self.library_id, name))

    def known(self, name: str) -> Named:
        """(id, name in the library's spelling), new if no spelling of it is there."""
        spelled = next((spelling for spelling in self._ids if spelling.lower() == name.lower()), name)
        return self.id_of(spelled), spelled


def from_world(item: OwnedItem, library_id: str, folder_id: str, authors: Names, series: Names) -> Book:
    """The library item that an entry of the world describes."""
    if item.verbatim is not None:
        return _from_answer(item.verbatim, authors, series)
    added = WORLD_BEGAN_MS + stable_number("added", item.abs_id, high=60_000_000) * 1000
    metadata = blank_metadata()
    metadata |= {"title": item.title, "subtitle": item.subtitle, "publishedYear": item.year, "asin": item.asin}
    metadata |= {"isbn": item.isbn, "language": item.language, "abridged": item.abridged, "genres": ["Audiobook"]}
    moments = ("mtimeMs", "ctimeMs", "birthtimeMs", "addedAt", "updatedAt")
    return Book(
        id=item.abs_id,
        ino=str(stable_number("ino", item.abs_id)),
        library_id=library_id,
        folder_id=folder_id,
        rel_path=item.rel_path,
        is_file="/" not in item.rel_path and "." in item.rel_path,
        times=dict.fromkeys(moments, added),
        metadata=metadata,
        authors=[(authors.id_of(name), name) for name in item.authors],
        narrators=list(item.narrators),
        series=[(series.id_of(name), name, sequence) for name, sequence in item.series],
        media_id=stable_uuid("media", item.abs_id),
        num_audio_files=item.num_audio_files,
        num_tracks=item.num_audio_files,
        num_files=item.num_audio_files + bool(item.ebook_format),
        duration=item.duration_seconds,
        size=item.size_bytes,
        media_size=item.size_bytes,
        ebook_format=item.ebook_format,
        is_missing=item.is_missing,
    )


def _from_answer(row: Mapping[str, Any], authors: Names, series: Names) -> Book:
    media = row["media"]
    given = media["metadata"]
    for author in given.get("authors") or []:
        authors.learn(author["id"], author["name"])
    for entry in given.get("series") or []:
        series.learn(entry["id"], entry["name"])
    audio_files = media.get("numAudioFiles") or 0
    return Book(
        id=row["id"],
        ino=str(row.get("ino", "")),
        library_id=row["libraryId"],
        folder_id=row.get("folderId", ""),
        rel_path=row["relPath"],
        is_file=bool(row.get("isFile")),
        times={key: row.get(key, 0) for key in ("mtimeMs", "ctimeMs", "birthtimeMs", "addedAt", "updatedAt")},
        metadata={key: given.get(key, default) for key, default in blank_metadata().items()},
        authors=[(author["id"], author["name"]) for author in given.get("authors") or []],
        narrators=list(given.get("narrators") or []),
        series=[(entry["id"], entry["name"], entry.get("sequence")) for entry in given.get("series") or []],
        tags=list(media.get("tags") or []),
        cover=media.get("coverPath"),
        media_id=media.get("id", ""),
        num_audio_files=audio_files,
        num_tracks=media.get("numTracks", audio_files),
        num_files=row.get("numFiles") or 0,
        num_chapters=media.get("numChapters") or 0,
        duration=media.get("duration") or 0.0,
        size=row.get("size") or 0,
        media_size=media.get("size") or 0,
        ebook_format=media.get("ebookFormat"),
        is_missing=bool(row.get("isMissing")),
    )


# --------------------------------------------------------------------------------------------- names as texts


def ignore_prefix(title: str | None) -> str:
    """ "The Zookeeper's Wife" → "Zookeeper's Wife, The"."""
    prefixed = re.fullmatch(r"(the|a) (.+)", title or "", re.IGNORECASE)
    return f"{prefixed[2]}, {prefixed[1]}" if prefixed else title or ""


def last_first(name: str) -> str:
    """ "Robert Jordan" → "Jordan, Robert"."""
    first, _, last = name.strip().rpartition(" ")
    return f"{last}, {first}" if first else last
