"""Releases that nobody should take for the book they are found with: one function for each way to be wrong.

Each takes a good release of a book and gives the bad one; the id and the name of the decoy are set by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from .facts import WorldBook, WorldSeries
from .release import ABRIDGED, EBOOKS, MIB, Release

Decoy = Callable[[Release, WorldBook, WorldSeries, Random], Release]


def _wrong_volume(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    """A volume behind the last one that anybody lists, named after the series alone."""
    last = max((int(position) for position, _ in series.entries if position.isdigit()), default=0)
    number = last + rng.randint(1, 3)
    title = f"{series.name} {number}"
    return replace(good, title=title, book_title=title, series=((series.name, str(number)),), isbn="")


def _other_language(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    language, tags, narrator = rng.choice(
        (
            ("german", "Hörbuch, ungekürzt", "Andreas Fröhling"),
            ("french", "Livre audio", "Hélène Marchetti"),
            ("spanish", "Audiolibro", "Raúl Ortega Llorens"),
            ("polish", "czyta lektor", "Jacek Wolny"),
        )
    )
    runtime = int(good.runtime_seconds * 1.12)
    return replace(good, language=language, tags=tags, narrators=(narrator,), runtime_seconds=runtime, isbn="")


def _abridged(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    """Told by the flag always, by the words sometimes."""
    title, tags = rng.choice(((f"{book.title} (Abridged)", ""), (book.title, "abridged"), (book.title, "64 kbps")))
    runtime = int(good.runtime_seconds * rng.uniform(0.25, 0.55))
    size = max(9 * MIB, runtime * 8_000)
    return replace(
        good, title=title, tags=tags, runtime_seconds=runtime, size_bytes=size, browseflags=ABRIDGED, isbn=""
    )


def ebook(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    filetype = rng.choice(("epub", "epub mobi", "pdf"))
    count = len(filetype.split())
    return replace(
        good, title=book.title, main_cat=EBOOKS, filetype=filetype, numfiles=count, narrators=(), runtime_seconds=0,
        size_bytes=rng.randint(400_000, 9_000_000), layout="single" if count == 1 else "folder", tags="retail",
        has_mediainfo=False, decoy="ebook",
    )  # fmt: skip


def _dead(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    return replace(good, seeders=0, leechers=rng.randint(0, 3), free=True)


def _study_guide(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    title = rng.choice((f"Summary of {book.title}", f"{book.title}: Study Guide", f"Conversations on {book.title}"))
    return replace(
        good, title=title, book_title=title, authors=("Brisk Summaries",), narrators=("Voice of Reason",),
        series=(), isbn="", tags="summary", runtime_seconds=2_700, size_bytes=38 * MIB, filetype="mp3",
        layout="folder", numfiles=4,
    )  # fmt: skip


def _dramatised(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    runtime = int(good.runtime_seconds * 0.36)
    return replace(
        good, title=f"{book.title} (Part {rng.randint(1, 2)} of 2) (Dramatized Adaptation)", narrators=("full cast",),
        tags="GraphicAudio, a movie in your mind", runtime_seconds=runtime, size_bytes=max(9 * MIB, runtime * 16_000),
        isbn="",
    )  # fmt: skip


def _sample(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    title, tags = rng.choice(
        ((f"{book.title} - Excerpt", "sample"), (f"{book.title} (sample)", ""), (book.title, "sample"))
    )
    return replace(
        good, title=title, tags=tags, runtime_seconds=420, size_bytes=int(rng.uniform(5, 16) * MIB), filetype="mp3",
        layout="folder", numfiles=3, isbn="", has_mediainfo=True,
    )  # fmt: skip


def _first_half(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    runtime = good.runtime_seconds // 2
    tags = rng.choice(("first half only", "part 1 of 2"))
    return replace(good, tags=tags, runtime_seconds=runtime, size_bytes=max(9 * MIB, runtime * 8_000), isbn="")


def _other_author(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    author = rng.choice(("Calliope Verne", "Desmond Achterberg", "Ingrid Soames", "Lucas Faraday"))
    runtime = int(good.runtime_seconds * rng.uniform(0.5, 0.8))
    return replace(
        good, title=book.title, authors=(author,), narrators=("Petra Kinsella",), series=(), isbn="",
        runtime_seconds=runtime, size_bytes=max(9 * MIB, runtime * 8_000), seeders=good.seeders + 200, free=True,
    )  # fmt: skip


def _too_small(good: Release, book: WorldBook, series: WorldSeries, rng: Random) -> Release:
    size = int(rng.uniform(1, 6) * MIB)
    return replace(good, tags="", size_bytes=size, runtime_seconds=600, has_mediainfo=False, isbn="")


# name → (how often a book has one, how it is made from a good release)
DECOYS: dict[str, tuple[float, Decoy]] = {
    "wrong_volume": (0.15, _wrong_volume),
    "other_language": (0.35, _other_language),
    "abridged": (0.25, _abridged),
    "ebook": (0.5, ebook),
    "dead": (0.2, _dead),
    "study_guide": (0.12, _study_guide),
    "dramatised": (0.12, _dramatised),
    "sample": (0.1, _sample),
    "first_half": (0.08, _first_half),
    "other_author": (0.12, _other_author),
    "too_small": (0.05, _too_small),
}
