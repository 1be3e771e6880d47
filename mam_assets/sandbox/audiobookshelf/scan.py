"""Reading a library folder as Audiobookshelf does: which folders are books, and what folder, tags and sidecar say.

Rules of 2.36, read in its source: the last three folders are author, series and title; a folder that holds audio
swallows everything below; "CD 1" folders belong to the book above; dot-files, and folders with a file ``.ignore``, are
passed over. What ``metadata.json`` says wins over the tags, and these win over the folder's name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinytag import TinyTag, TinyTagException

from .disk_item import DiskItem
from .names import split_names
from .sidecar import read_sidecar, series_text

AUDIO = {
    "m4b", "mp3", "m4a", "flac", "opus", "ogg", "oga", "mp4", "aac", "wma", "aiff", "wav", "webm", "webma", "mka",
    "awb", "caf", "mpg", "mpeg",
}  # fmt: skip
EBOOKS = ("epub", "pdf", "mobi", "azw3", "cbr", "cbz")
IMAGES = {"jpg", "jpeg", "png", "webp"}
TEXTS = {"txt", "nfo", "opf", "json"}
TOLD = ("desc.txt", "reader.txt")
PARTIAL = {"part", "tmp", "crdownload", "download", "bak", "old", "temp"}
DISC = re.compile(r"(cd|dis[ck])\s*\d{1,3}", re.IGNORECASE)
SEQUENCE = re.compile(r"(vol\.? |volume |book )?(\d{0,3}(?:\.\d{1,2})?)(\.?)(?: (.*))?", re.IGNORECASE)


def kind_of(name: str) -> str:
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension in AUDIO:
        return "audio"
    if extension in EBOOKS:
        return "ebook"
    return "image" if extension in IMAGES else "text" if extension in TEXTS else "unknown"


def scan(root: Path) -> Iterator[DiskItem]:
    """Every item below the folder, in the order of their paths. A folder that is not there holds nothing."""
    groups: dict[str, list[str]] = {}
    media = [path for path in _walk(root, "") if kind_of(path) in ("audio", "ebook")]
    for path in sorted(media, key=lambda p: (p.count("/"), p)):
        groups.setdefault(_item_of(path, groups), []).append(path)
    for item in sorted(groups):
        yield _read(root, item, groups[item])


def _walk(root: Path, below: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(root / below), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    if any(entry.name == ".ignore" for entry in entries):
        return
    for entry in entries:
        if (
            entry.name.startswith(".")
            or entry.name == "@eaDir"
            or (entry.is_file() and entry.name.rsplit(".", 1)[-1] in PARTIAL)
        ):
            continue
        if not entry.name.isprintable():  # control characters, or bytes that are no UTF-8
            continue
        path = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir():
            yield from _walk(root, path)
        else:
            yield path


def _item_of(path: str, groups: dict[str, list[str]]) -> str:
    *folders, name = path.split("/")
    if not folders:
        return name
    for depth in range(1, len(folders) + 1):
        above = "/".join(folders[:depth])
        if above in groups:
            return above
        if depth == len(folders) - 1 and DISC.fullmatch(folders[-1]):
            return above
    return "/".join(folders)


def _read(root: Path, item: str, media: list[str]) -> DiskItem:
    path = root / item
    is_file = path.is_file()
    stat = path.stat()
    disk_item = DiskItem(item, is_file, str(stat.st_ino), int(stat.st_mtime * 1000))
    names = [Path(item).name] if is_file else [file.removeprefix(f"{item}/") for file in _walk(root, item)]
    base = path.parent if is_file else path
    for name in sorted(names, key=_natural):
        disk_item.files.append(_file_row(base / name, name))
    _from_folder(disk_item)
    audio = [row for row in disk_item.files if row["kind"] == "audio"]
    if audio:
        _from_tags(disk_item, audio[0]["tags"])
    if not is_file:
        _from_texts(disk_item, path)
        read_sidecar(disk_item, path / "metadata.json")
    return disk_item


def _from_texts(disk_item: DiskItem, path: Path) -> None:
    """``desc.txt`` and ``reader.txt`` beside the audio; they win over its tags."""
    said = {name: (path / name).read_text("utf-8", "replace").strip() for name in TOLD if (path / name).is_file()}
    if said.get("desc.txt"):
        disk_item.metadata["description"] = said["desc.txt"]
    if said.get("reader.txt"):
        disk_item.narrators = split_names(said["reader.txt"])


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part.lower()) for part in re.split(r"(\d+)", name)]


def _file_row(path: Path, name: str) -> dict[str, Any]:
    stat = path.stat()
    row = {"name": name, "kind": kind_of(name), "ino": str(stat.st_ino), "size": stat.st_size}
    row["mtimeMs"] = int(stat.st_mtime * 1000)
    return row | _audio_facts(path) if row["kind"] == "audio" else row


def _audio_facts(path: Path) -> dict[str, Any]:
    try:
        tag = TinyTag.get(str(path))
    except (TinyTagException, OSError):
        return {"duration": 0, "track": None, "tags": {}}
    given = tag.as_dict()
    first = {key: values[0] if isinstance(values, list) and values else values for key, values in given.items()}
    names = {
        "album": "tagAlbum",
        "artist": "tagArtist",
        "albumartist": "tagAlbumArtist",
        "composer": "tagComposer",
        "genre": "tagGenre",
        "title": "tagTitle",
        "year": "tagDate",
        "series": "tagSeries",
        "series-part": "tagSeriesPart",
        "grouping": "tagGrouping",
        "asin": "tagASIN",
        "isbn": "tagIsbn",
        "publisher": "tagPublisher",
        "subtitle": "tagSubtitle",
        "language": "tagLanguage",
    }
    tags = {ours: str(first[theirs]) for theirs, ours in names.items() if first.get(theirs)}
    track = str(first.get("track") or "")
    return {"duration": round(tag.duration or 0, 6), "track": int(track) if track.isdigit() else None, "tags": tags}


def _from_folder(disk_item: DiskItem) -> None:
    """What the path says: ``Author/Series/Title`` with a sequence, a year, [ASIN] and {narrators} in the title."""
    *above, title = disk_item.rel_path.split("/")
    if disk_item.is_file:
        disk_item.metadata["title"] = Path(title).stem
        return
    title = title.strip()
    series = above[-1] if len(above) > 1 else None
    author = above[-2] if series else above[-1] if above else ""
    narrators = re.fullmatch(r"(.*) \{(.*)\}", title)
    if narrators:
        title, disk_item.narrators = narrators[1], split_names(narrators[2])
    asin = re.search(r"\s*\[(B0[A-Z0-9]{8})\]\s*", title, re.IGNORECASE)
    if asin:
        title = (title[: asin.start()] + " " + title[asin.end() :]).strip()
        disk_item.metadata["asin"] = asin[1].upper()
    sequence = None
    if series:
        title, sequence = _take_sequence(title)
    year = re.match(r" *\(?(\d{4})\)? * - *(.+)", title)
    if year:
        disk_item.metadata["publishedYear"], title = year[1], year[2]
    disk_item.metadata["title"] = title
    disk_item.authors = split_names(author)
    disk_item.series = [(series, sequence)] if series else []


def _take_sequence(title: str) -> tuple[str, str | None]:
    parts = title.split(" - ")
    for index, part in enumerate(parts):
        match = SEQUENCE.fullmatch(part)
        if not match or not match[2]:
            continue
        label, number, dot, rest = match.groups()
        if rest and not label and not dot:
            continue  # "101 Dalmatians"
        parts[index : index + 1] = [rest] if rest else []
        return " - ".join(parts), f"{float(number):g}"
    return title, None


def _from_tags(disk_item: DiskItem, tags: dict[str, str]) -> None:
    metadata = disk_item.metadata
    plain = {"tagDate": "publishedYear", "tagASIN": "asin", "tagIsbn": "isbn", "tagPublisher": "publisher"}
    plain |= {"tagSubtitle": "subtitle", "tagLanguage": "language"}
    for tag, key in plain.items():
        if tags.get(tag):
            metadata[key] = tags[tag]
    metadata["title"] = tags.get("tagAlbum") or tags.get("tagTitle") or metadata["title"]
    if tags.get("tagGenre"):
        separator = "/" if "/" in tags["tagGenre"] else ";"
        metadata["genres"] = [part.strip() for part in tags["tagGenre"].split(separator) if part.strip()]
    if tags.get("tagArtist") or tags.get("tagAlbumArtist"):
        disk_item.authors = split_names(tags.get("tagArtist") or tags["tagAlbumArtist"])
    if tags.get("tagComposer"):
        disk_item.narrators = split_names(tags["tagComposer"])
    if tags.get("tagSeries"):
        names = [name.strip() for name in tags["tagSeries"].split(";") if name.strip()]
        numbers = [part.strip() for part in tags.get("tagSeriesPart", "").split(";") if part.strip()]
        if len(names) > 1 and len(names) == len(numbers):
            disk_item.series = list(zip(names, numbers, strict=True))
        else:  # several series count only when each has its number
            disk_item.series = [(tags["tagSeries"], tags.get("tagSeriesPart") or None)]
    elif tags.get("tagGrouping"):
        disk_item.series = [series_text(text.strip()) for text in tags["tagGrouping"].split(";")]
