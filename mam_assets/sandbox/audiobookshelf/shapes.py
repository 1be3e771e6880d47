"""The JSON of Audiobookshelf 2.36 for a library item: as a minified row, in full, and expanded."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable
from typing import Any

from ..world.facts import stable_number
from .books import Book, ignore_prefix, last_first

SERVER_VERSION = "2.36.0"
MIME = {".m4b": "audio/mp4", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".ogg": "audio/ogg"}


def series_name(book: Book) -> str:
    return ", ".join(name + (f" #{sequence}" if sequence else "") for _, name, sequence in book.series)


def _head(book: Book, root: str) -> dict[str, Any]:
    times = book.times
    return {
        "id": book.id,
        "ino": book.ino,
        "oldLibraryItemId": None,
        "libraryId": book.library_id,
        "folderId": book.folder_id,
        "path": f"{root}/{book.rel_path}",
        "relPath": book.rel_path,
        "isFile": book.is_file,
        "mtimeMs": times["mtimeMs"],
        "ctimeMs": times["ctimeMs"],
        "birthtimeMs": times["birthtimeMs"],
        "addedAt": times["addedAt"],
        "updatedAt": times["updatedAt"],
        "isMissing": book.is_missing,
        "isInvalid": False,
        "mediaType": "book",
    }


def _helpers(book: Book) -> dict[str, Any]:
    names = [name for _, name in book.authors]
    return {
        "titleIgnorePrefix": ignore_prefix(book.title),
        "authorName": ", ".join(names),
        "authorNameLF": ", ".join(map(last_first, names)),
        "narratorName": ", ".join(book.narrators),
        "seriesName": series_name(book),
    }


def _counts(book: Book) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "numTracks": book.num_tracks,
        "numAudioFiles": book.num_audio_files,
        "numChapters": book.num_chapters,
        "duration": book.duration,
        "size": book.media_size,
    }
    return counts | ({"ebookFormat": book.ebook_format} if book.ebook_format else {})


def minified(book: Book, root: str, series_id: str = "") -> dict[str, Any]:
    """A row of a list. Only a list of one series says, as one object, the sequence in that series."""
    helpers, plain = _helpers(book), book.metadata
    metadata: dict[str, Any] = {
        "title": plain["title"],
        "titleIgnorePrefix": helpers.pop("titleIgnorePrefix"),
        "subtitle": plain["subtitle"],
        **helpers,
        **{key: value for key, value in plain.items() if key not in ("title", "subtitle")},
    }
    if series_id:
        for id_, name, sequence in book.series:
            if id_ == series_id:
                metadata["series"] = {"id": id_, "name": name, "sequence": sequence}
    media = {"id": book.media_id, "metadata": metadata, "coverPath": book.cover, "tags": book.tags, **_counts(book)}
    return {**_head(book, root), "media": media, "numFiles": book.num_files, "size": book.size}


def row_json(book: Book, root: str) -> str:
    """The minified row as text, kept until the book changes: lists of many thousand items stay quick."""
    if book.row_json is None:
        book.row_json = json.dumps(minified(book, root), ensure_ascii=False, separators=(",", ":"))
    return book.row_json


def full(book: Book, root: str) -> dict[str, Any]:
    """``GET /api/items/:id``."""
    audio = audio_files(book, root)
    head = _head(book, root)
    invalid = {key: head.pop(key) for key in ("isMissing", "isInvalid", "mediaType")}
    media = {
        "id": book.media_id,
        "libraryItemId": book.id,
        "metadata": _metadata(book),
        "coverPath": book.cover,
        "tags": book.tags,
        "audioFiles": audio,
        "chapters": chapters(book),
        "ebookFile": ebook_file(book, root),
    }
    scan = {"lastScan": book.times["updatedAt"], "scanVersion": SERVER_VERSION}
    return {**head, **scan, **invalid, "media": media, "libraryFiles": library_files(book, root)}


def expanded(book: Book, root: str) -> dict[str, Any]:
    """``GET /api/items/:id?expanded=1`` and the rows of ``items/batch/get``."""
    audio = audio_files(book, root)
    tracks, start = [], 0.0
    for file in audio[: book.num_tracks]:
        url = f"/api/items/{book.id}/file/{file['ino']}"
        tracks.append({**file, "title": file["metadata"]["filename"], "startOffset": start, "contentUrl": url})
        start += file["duration"]
    media = {
        "id": book.media_id,
        "metadata": {**_metadata(book), **_helpers(book), "descriptionPlain": book.metadata["description"]},
        "coverPath": book.cover,
        "tags": book.tags,
        **_counts(book),
        "libraryItemId": book.id,
        "audioFiles": audio,
        "chapters": chapters(book),
        "ebookFile": ebook_file(book, root),
        "tracks": tracks,
    }
    return {
        **_head(book, root),
        "media": media,
        "numFiles": book.num_files,
        "size": book.size,
        "lastScan": book.times["updatedAt"],
        "scanVersion": SERVER_VERSION,
        "libraryFiles": library_files(book, root),
    }


def _metadata(book: Book) -> dict[str, Any]:
    plain = book.metadata
    return {
        "title": plain["title"],
        "subtitle": plain["subtitle"],
        "authors": [{"id": id_, "name": name} for id_, name in book.authors],
        "narrators": book.narrators,
        "series": [{"id": id_, "name": name, "sequence": sequence} for id_, name, sequence in book.series],
        **{key: value for key, value in plain.items() if key not in ("title", "subtitle")},
    }


# ------------------------------------------------------------------------------------------------------- files


def _rows(book: Book, *kinds: str) -> list[dict[str, Any]]:
    rows = book.files or list(_made_up(book))
    return [row for row in rows if not kinds or row["kind"] in kinds]


def _made_up(book: Book) -> Iterable[dict[str, Any]]:
    """Files of an item that never lay on disk."""
    count = book.num_audio_files
    name = posixpath.basename(book.rel_path)
    for number in range(1, count + 1):
        filename = name if book.is_file else f"{name}.m4b" if count == 1 else f"{number:02d} - {name}.mp3"
        row = {"name": filename, "kind": "audio", "duration": book.duration / count, "size": book.media_size // count}
        yield {**row, "ino": str(stable_number("file", book.id, number)), "mtimeMs": book.times["mtimeMs"], "tags": {}}
    if book.ebook_format:
        row = {"name": f"{name}.{book.ebook_format}", "kind": "ebook", "size": 0 if count else book.media_size}
        yield {**row, "ino": str(stable_number("ebook", book.id)), "mtimeMs": book.times["mtimeMs"]}


def _file_metadata(book: Book, root: str, row: dict[str, Any]) -> dict[str, Any]:
    folder = f"{root}/{book.rel_path}" if not book.is_file else posixpath.dirname(f"{root}/{book.rel_path}")
    filename = posixpath.basename(row["name"])
    return {
        "filename": filename,
        "ext": posixpath.splitext(filename)[1],
        "path": f"{folder}/{row['name']}",
        "relPath": row["name"],
        "size": row["size"],
        "mtimeMs": row["mtimeMs"],
        "ctimeMs": row["mtimeMs"],
        "birthtimeMs": row["mtimeMs"],
    }


def audio_files(book: Book, root: str) -> list[dict[str, Any]]:
    files = []
    for index, row in enumerate(_rows(book, "audio"), 1):
        metadata = _file_metadata(book, root, row)
        mp3 = metadata["ext"] == ".mp3"
        duration = row.get("duration") or 0
        files.append(
            {
                "index": index,
                "ino": row["ino"],
                "metadata": metadata,
                "addedAt": book.times["addedAt"],
                "updatedAt": book.times["addedAt"],
                "trackNumFromMeta": row.get("track"),
                "discNumFromMeta": None,
                "trackNumFromFilename": None,
                "discNumFromFilename": None,
                "manuallyVerified": False,
                "exclude": False,
                "error": None,
                "format": "MP2/3 (MPEG audio layer 2/3)" if mp3 else "QuickTime / MOV",
                "duration": duration,
                "bitRate": int(row["size"] * 8 / duration) if duration else 0,
                "language": None,
                "codec": "mp3" if mp3 else "aac",
                "timeBase": "1/14112000" if mp3 else "1/22050",
                "channels": 1,
                "channelLayout": "mono",
                "chapters": [],
                "embeddedCoverArt": None,
                "metaTags": row.get("tags") or {},
                "mimeType": MIME.get(metadata["ext"], "audio/mpeg"),
            }
        )
    return files


def chapters(book: Book) -> list[dict[str, Any]]:
    count = book.num_chapters
    step = book.duration / count if count else 0.0
    rows = ((n, round(n * step, 3), round((n + 1) * step, 3)) for n in range(count))
    return [{"id": n, "start": start, "end": end, "title": f"Chapter {n + 1:02d}"} for n, start, end in rows]


def ebook_file(book: Book, root: str) -> dict[str, Any] | None:
    for row in _rows(book, "ebook"):
        file = _library_file(book, root, row)
        return {**file, "isSupplementary": None, "ebookFormat": book.ebook_format}
    return None


def _library_file(book: Book, root: str, row: dict[str, Any]) -> dict[str, Any]:
    added = book.times["addedAt"]
    return {
        "ino": row["ino"],
        "metadata": _file_metadata(book, root, row),
        "isSupplementary": False if row["kind"] == "ebook" else None,
        "addedAt": added,
        "updatedAt": added,
        "fileType": row["kind"],
    }


def library_files(book: Book, root: str) -> list[dict[str, Any]]:
    return [_library_file(book, root, row) for row in _rows(book)]
