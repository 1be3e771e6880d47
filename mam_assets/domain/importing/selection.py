"""Which files of a torrent belong to the book. Pure: names and sizes in, a choice out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..model.download import TorrentFile
from .model import Selection, SourceFile

# What Audiobookshelf 2.36 takes for audio (its own list of endings).
AUDIO = frozenset(
    ["m4b", "mp3", "m4a", "flac", "opus", "ogg", "oga", "mp4", "aac", "wma", "aiff", "aif", "wav", "webm", "webma",
     "mka", "awb", "caf", "mpg", "mpeg"]
)  # fmt: skip
EXTRAS = frozenset(
    ["cue", "nfo", "txt", "opf", "pdf", "epub", "mobi", "azw3", "cbr", "cbz", "jpg", "jpeg", "png", "webp"]
)  # fmt: skip


def select(files: Iterable[TorrentFile], *, extras: bool = True, only: Collection[str] = ()) -> Selection:
    """Sort the files of a complete torrent into audio, extras and what stays behind.

    ``only``: names of the audio files that a person chose (a folder's name stands for all in it).
    """
    audio, others, skipped = [], [], []
    for file in files:
        source = SourceFile(file.name, file.size_bytes)
        why = _left_behind(source, file)
        if not why and source.ending in AUDIO and only and not _is_among(source, only):
            why = "another book"
        if why:
            skipped.append((file.name, why))
        elif source.ending in AUDIO:
            audio.append(source)
        elif not extras:
            skipped.append((file.name, "extras are turned off"))
        else:
            others.append(source)
    if only:
        folders = {source.parts[:-1] for source in audio}
        others = [source for source in others if source.parts[:-1] in folders]
    return Selection(tuple(audio), tuple(others), tuple(skipped))


def _left_behind(source: SourceFile, file: TorrentFile) -> str:
    if not file.selected:
        return "not selected in qBittorrent"
    if any(part.startswith(".") for part in source.parts):
        return "hidden"
    if source.ending not in AUDIO and source.ending not in EXTRAS:
        return "neither audio nor an extra"
    return ""


def _is_among(source: SourceFile, only: Collection[str]) -> bool:
    return any(source.name == name or source.name.startswith(name.rstrip("/") + "/") for name in only)
