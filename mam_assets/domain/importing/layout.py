"""Where each file goes in the book's folder, and whether the files are one book at all.

Audiobookshelf takes a folder with audio for one item. Sub-folders belong to it only when they are named "CD 1" or
"Disc 2" (or when the folder itself holds audio, which swallows everything below), so others are given such names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import naming, titles
from .model import AudioTags, Placement, Selection, SourceFile

_DISC = re.compile(r"^(cd|dis[ck])\s*\d{1,3}$", re.IGNORECASE)
# What tells the parts of one book apart in a name: discs, parts, tracks, chapters and bare numbers.
_PART_WORDS = re.compile(
    r"\b(cd|dis[ck]|parts?|pt|side|tape|track|chapters?|ch|kapitel|teil|section|file|of)\b\.?"
    r"|\b(cd|dis[ck]|part|pt|track|ch)\d+\b|[\[(]?\b\d+(\s*(of|/)\s*\d+)?\b[\])]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d+)")
_SHORTEST_BOOK = 1800  # seconds; shorter files are intros, credits and samples, no books of their own


@dataclass(frozen=True, slots=True)
class Group:
    """Audio files that look like one book. ``label`` is what they call themselves."""

    label: str
    files: tuple[SourceFile, ...]
    seconds: float


def natural(name: str) -> list[tuple[int, int, str]]:
    """Order by which "2" stands before "10"."""
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in _NUMBER.split(name.casefold()) if piece
    ]


def groups(audio: Sequence[SourceFile], tags: Mapping[str, AudioTags]) -> list[Group]:
    """The books that the audio files seem to be: by album tag where all have one, else by folder or file name."""
    albums = {source.name: _bare(tags[source.name].album) if source.name in tags else "" for source in audio}
    folders = {source.parts[:-1] for source in audio}
    if all(albums.values()):
        labels = albums
    elif len(folders) > 1:
        labels = {source.name: _bare(_book_folder(source)) for source in audio}
    else:
        labels = {
            source.name: _bare(source.parts[-1].rpartition(".")[0]) if _is_whole(source) else "" for source in audio
        }
    by_label: dict[str, list[SourceFile]] = {}
    for source in audio:
        by_label.setdefault(labels[source.name], []).append(source)
    made = [Group(_shown(files, tags), tuple(files), _seconds(files, tags)) for files in by_label.values()]
    # A label that says nothing ("" after part words are gone) and short files belong to whatever else is there.
    books = [
        group for label, group in zip(by_label, made, strict=True) if label and not 0 < group.seconds < _SHORTEST_BOOK
    ]
    return books if len(books) > 1 else made[:1]


def _bare(text: str) -> str:
    return titles.normal(_PART_WORDS.sub(" ", text)) if text else ""


def _book_folder(source: SourceFile) -> str:
    """The innermost folder that is no disc."""
    return next((part for part in reversed(source.parts[:-1]) if _PART_WORDS.sub("", part).strip(" -_.")), "")


def _is_whole(source: SourceFile) -> bool:
    """Formats that hold a whole book in one file as a rule; a folder of mp3 files is chapters."""
    return source.ending in ("m4b", "m4a", "mp4", "mka", "flac", "opus") and source.size_bytes > 0


def _shown(files: Sequence[SourceFile], tags: Mapping[str, AudioTags]) -> str:
    first = files[0]
    return (tags[first.name].album if first.name in tags else "") or _book_folder(first) or first.parts[-1]


def _seconds(files: Sequence[SourceFile], tags: Mapping[str, AudioTags]) -> float:
    return sum(tags[file.name].duration_seconds or 0 for file in files if file.name in tags)


def placements_of(selection: Selection) -> tuple[Placement, ...]:
    """Where each file goes, with portable names that are unique also where case does not count."""
    folders = _folders(selection.audio)
    taken: set[str] = {"metadata.json"}
    placements = []
    for source in sorted(selection.taken, key=lambda file: [natural(part) for part in file.parts]):
        inner = _nearest(source.parts[:-1], folders)
        parent = tuple(naming.portable(part) for part in inner)
        used = {name.rpartition("/")[2] for name in taken if name.rpartition("/")[0] == naming.folded("/".join(parent))}
        name = naming.unique(naming.portable(source.parts[-1]), used)
        target = (*parent, name)
        taken.add(naming.folded("/".join(target)))
        placements.append(Placement(source, target))
    return tuple(placements)


def _folders(audio: Sequence[SourceFile]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Folder in the torrent → folder in the book, for every folder that holds audio."""
    holding = sorted({source.parts[:-1] for source in audio}, key=lambda parts: [natural(part) for part in parts])
    root = _common(holding)
    if root in holding or len(holding) == 1:  # audio at the top swallows what lies below
        return {folder: folder[len(root) :] for folder in holding}
    if all(len(folder) == len(root) + 1 and _DISC.match(folder[-1]) for folder in holding):
        return {folder: folder[len(root) :] for folder in holding}
    return {folder: (f"CD {number}",) for number, folder in enumerate(holding, start=1)}


def _nearest(folder: tuple[str, ...], known: Mapping[tuple[str, ...], tuple[str, ...]]) -> tuple[str, ...]:
    """Where an extra goes: with the audio of its own or the nearest outer folder, else to the top."""
    for length in range(len(folder), -1, -1):
        if folder[:length] in known:
            return known[folder[:length]]
    return ()


def _common(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    first, last = min(folders), max(folders)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]
