"""What the folder says where the tags say nothing: "Will Wight/Cradle/5 - Ghostwater" of a title "Disc 1"."""

from __future__ import annotations

import re
from dataclasses import replace

from mam_assets.domain import people

from ..model.library import LibraryItem

_TRACK = re.compile(
    r"^\W*(?:(?:disc|disk|cd|track|chapter|part|file|side|kapitel|teil)\W*(?:\d{1,3}|one|two|three)|0\d{1,2}|unknown"
    r"(?: (?:title|album))?|untitled|audiobook)\W*$",
    re.I,
)
# "Unknown Album", "Chapter 001": whatever is longer has a title of its own
_LONGEST = 16


def folders(item: LibraryItem) -> list[str]:
    """The names of the folders below the library's, the book's own last."""
    return [part.strip() for part in re.split(r"[/\\]", item.rel_path) if part.strip()]


def titled_by_folder(item: LibraryItem) -> LibraryItem:
    """The item under its folder's name if its own title is but a track's ("Chapter 01") and the folder's is not."""
    if len(item.title) > _LONGEST or not _TRACK.match(item.title):
        return item
    names = folders(item)
    if len(names) < 2 or _TRACK.match(names[-1]):
        return item
    return replace(item, title=names[-1])


def folder_names(item: LibraryItem, authors: tuple[str, ...]) -> bool:
    """Is one of the authors (normal forms) named by a folder above the book's own?"""
    named = [name for folder in folders(item)[:-1] for name in (folder, *people.split(folder))]
    return any(people.same_person(name, author) for name in named for author in authors)
