"""The files of a release: tiny, real, and the same on every call. What a downloader finds on its disk."""

from __future__ import annotations

import re
from random import Random

from .audio import Tags, filler, m4b, mp3
from .release import AUDIOBOOKS, HOSTILE_NAMES, Release

SIZE = 120_000  # bytes of a release, about; its row on the tracker claims the size of a real one

Files = list[tuple[tuple[str, ...], bytes]]


def files_of(release: Release) -> tuple[str, Files]:
    """(name of the torrent, its files): each file is its path below the root folder and its bytes.

    A single file has an empty path: the torrent's name is its name.
    """
    name = _clean(f"{', '.join(release.authors[:1])} - {release.book_title or release.title}")
    if release.main_cat != AUDIOBOOKS:
        files = _documents(release, name)
    elif release.layout == "single":
        files = [((f"{name}.{release.filetype}",), _audio(release, 1, 1))]
    else:
        files = _tracks(release, name)
    if len(files) == 1 and release.layout == "single":
        (path, content), *_ = files
        return path[-1], [((), content)]
    return name, files


def _tracks(release: Release, name: str) -> Files:
    extras: Files = []
    if release.layout in ("folder", "hostile"):
        extras = [(("cover.jpg",), _jpeg(name)), ((f"{name}.nfo",), f"{release.title}\n{release.tags}\n".encode())]
    if release.layout == "hostile":
        extras += [(path, b"nobody needs this\n") for path in HOSTILE_NAMES]
    count = max(1, release.numfiles - len(extras))
    discs = release.layout == "discs" and count > 1
    per_disc = -(-count // 2)
    files: Files = []
    for number in range(1, count + 1):
        content = _audio(release, number, count)
        if discs:
            disc, track = divmod(number - 1, per_disc)
            files.append(((f"CD {disc + 1}", f"{track + 1:02d}.{release.filetype}"), content))
        elif count == 1:
            files.append(((f"{name}.{release.filetype}",), content))
        else:
            files.append(((f"{number:02d} - {name}.{release.filetype}",), content))
    return files + extras


def _documents(release: Release, name: str) -> Files:
    magic = {"epub": b"PK\x03\x04", "mobi": b"BOOKMOBI", "pdf": b"%PDF-1.4\n"}
    return [
        ((f"{name}.{kind}",), magic.get(kind, b"") + filler(f"{release.release_id} {kind}", 20_000))
        for kind in release.filetype.split()
    ]


def _audio(release: Release, number: int, count: int) -> bytes:
    """One of ``count`` files of equal length. Most are well tagged, some hardly, a few not at all."""
    care = Random(f"tags of {release.release_id}").random()
    title = release.book_title or release.title
    series, part = release.series[0] if release.series else ("", "")
    tags = Tags()
    if care > 0.08:
        tags = Tags(
            title=title if count == 1 else f"Chapter {number:02d}",
            album=f"{title} (Unabridged)" if care > 0.9 else title,
            artist=", ".join(release.authors),
            narrator=", ".join(release.narrators),
            year=str(release.year or ""),
            grouping=f"{series} #{part}" if part and 0.3 < care < 0.6 else "",
            series=series if care > 0.6 else "",
            series_part=part if care > 0.6 else "",
            track="" if count == 1 else f"{number}/{count}",
            comment=release.tags,
        )
    seconds = release.runtime_seconds / count
    seed, size = f"{release.release_id} {number}", SIZE // count
    if release.filetype == "m4b":
        return m4b(tags, seconds, seed=seed, size=size, chapters=max(1, int(seconds // 1_800)))
    return mp3(tags, seconds, seed=seed, size=size)


def _jpeg(seed: str) -> bytes:
    """The smallest picture: one grey pixel, told apart by a comment."""
    comment = filler(seed, 16)
    return (
        b"\xff\xd8\xff\xfe\x00\x12" + comment
        + b"\xff\xdb\x00C\x00" + bytes([1] * 64)
        + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
        + b"\xff\xc4\x00\x14\x00\x01" + bytes(15) + b"\x00"
        + b"\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"
        + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x3f\xff\xd9"
    )  # fmt: skip


def _clean(name: str) -> str:
    return re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "", name).strip(" .")[:120] or "untitled"
