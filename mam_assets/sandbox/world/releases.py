"""What the tracker holds for every book of the world: releases that a careful person would take, and decoys.

Everything is derived from the book alone: the same world always has the same releases. Of fifteen books one has no
release at all, and one of eight has decoys only. A release says in ``decoy`` why nobody should take it ("" for a good
one); the stand-in never shows that field, it is for tests and for the report of a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from .decoys import DECOYS, ebook
from .facts import World, WorldBook, WorldSeries, stable_number
from .release import HOSTILE_NAMES, MIB, Release

__all__ = ["Release", "acceptable_releases", "acceptable_truth", "releases_of_world"]


def releases_of_world(world: World) -> dict[int, Release]:
    """All releases by id, in a stable order."""
    by_id: dict[int, Release] = {}
    for release in _all(world):
        number = release.release_id
        while number in by_id:
            number += 1
        by_id[number] = replace(release, release_id=number)
    good = [release for release in by_id.values() if not release.decoy and release.layout == "folder"]
    if good:
        hostile = min(good, key=lambda release: stable_number("hostile", release.release_id))
        count = hostile.numfiles + len(HOSTILE_NAMES)
        by_id[hostile.release_id] = replace(hostile, layout="hostile", numfiles=count)
    return by_id


def acceptable_releases(world: World, *, vip_account: bool = True) -> dict[tuple[str, str], list[Release]]:
    """(series name, position) → the releases that are right for it, the best first (m4b, free, most seeders)."""
    by_book: dict[int, list[Release]] = {}
    for release in releases_of_world(world).values():
        if not release.decoy:
            by_book.setdefault(release.book_id, []).append(release)
    for good in by_book.values():
        good.sort(key=lambda r: (r.filetype != "m4b", not r.is_free_for(vip_account=vip_account), -r.seeders))
    return {
        (series.name, position): by_book.get(book.book_id, [])
        for series in world.series
        for position, book in series.entries
    }


def acceptable_truth(world: World, *, vip_account: bool = True) -> dict[tuple[str, str], int | None]:
    """(series name, position) → the id of the release to take, None where nothing acceptable exists."""
    acceptable = acceptable_releases(world, vip_account=vip_account)
    return {place: good[0].release_id if good else None for place, good in acceptable.items()}


# -------------------------------------------------------------------------------------------------------- good ones


def _all(world: World) -> Iterator[Release]:
    home = {book.book_id: series for series in reversed(world.series) for book in series.books}
    for book in world.books():
        yield from _of_book(book, home[book.book_id])
    for series in world.series:
        yield from _packs(series)


def _of_book(book: WorldBook, series: WorldSeries) -> Iterator[Release]:
    rng = Random(f"releases of {book.book_id} {book.title}")
    if not book.has_audiobook:
        if not book.to_be_published and rng.random() < 0.7:
            yield replace(
                ebook(_good(book, rng, 0), book, series, rng), release_id=_number(book, "ebook"), decoy="ebook"
            )
        return
    fate = rng.random()
    if fate < 1 / 15:
        return
    good = [_good(book, rng, number) for number in range(rng.choice((1, 1, 2, 2, 3)))]
    if fate < 1 / 15 + 1 / 8:
        names = rng.sample(sorted(DECOYS), k=3)
    else:
        yield from (
            release if release.language == "english" else replace(release, decoy="other_language") for release in good
        )
        names = [name for name, (chance, _) in DECOYS.items() if rng.random() < chance]
    for name in names:
        decoy = DECOYS[name][1](good[0], book, series, rng)
        yield replace(decoy, release_id=_number(book, name), decoy=name, has_malformed_authors=False)


def _number(book: WorldBook, name: object) -> int:
    return stable_number("release", book.book_id, book.title, name, low=100_000, high=1_250_000)


def _good(book: WorldBook, rng: Random, number: int) -> Release:
    """A whole, unabridged, English, seeded recording of the book. Other uploads vary by a few seconds or minutes."""
    runtime = int(book.runtime_seconds * rng.choice((1.0, 1.0, 1.001, 0.998, 1.01)))
    filetype = rng.choice(("m4b", "m4b", "mp3"))
    layout = (
        rng.choice(("single", "single", "folder")) if filetype == "m4b" else rng.choice(("folder", "folder", "discs"))
    )
    kbps = rng.choice((62, 64, 125, 128) if filetype == "m4b" else (64, 96, 128))
    free, vip = rng.random() < 0.25, rng.random() < 0.15
    return Release(
        release_id=_number(book, number),
        book_id=book.book_id,
        title=_title(book, rng),
        authors=book.authors,
        narrators=book.narrators,
        series=((book.series, _number_text(book.position, rng)),) if book.series else (),
        runtime_seconds=runtime,
        size_bytes=max(9 * MIB, runtime * kbps * 125),
        filetype=filetype,
        numfiles=_file_count(layout, filetype, runtime),
        layout=layout,
        language=book.language,
        genre=book.genre,
        tags=rng.choice((f"Unabridged, {kbps} kbps", f"Audible, Unabridged {kbps}kbps", "unabridged, chapterized", "")),
        description=f"<p>{book.title} by {' and '.join(book.authors)}, first published {book.year or 'recently'}.</p>",
        seeders=int(rng.lognormvariate(3, 1.3)) + 1,
        leechers=rng.choice((0, 0, 0, 1, 2)),
        times_completed=int(rng.lognormvariate(5, 1.2)),
        added=_upload_time(book, rng),
        free=free,
        vip=vip,
        isbn=rng.choice((book.isbn, f"ASIN:{book.asin}" if book.asin else "", "", "")),
        year=book.year,
        book_title=book.title,
        has_mediainfo=rng.random() < 0.8,
        has_malformed_authors=rng.random() < 1 / 40,
    )


def _upload_time(book: WorldBook, rng: Random) -> str:
    year = rng.randint(max(2009, min(book.year or 2015, 2025)), 2025)
    at = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(365 * 86_400))
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _title(book: WorldBook, rng: Random) -> str:
    plain, style = book.title, rng.random()
    if rng.random() < 0.15:
        plain = plain.replace("'", "’")
    if not book.position or not book.series or style < 0.75:
        return plain
    if style < 0.83:
        return f"{plain}: {book.series}, Book {book.position}"
    if style < 0.91:
        return f"{book.series} {book.position} - {plain}"
    return f"{plain} (Unabridged)"


def _number_text(position: str, rng: Random) -> str:
    return f"0{position}" if len(position) == 1 and position.isdigit() and rng.random() < 0.2 else position


def _file_count(layout: str, filetype: str, runtime: int) -> int:
    if layout == "single":
        return 1
    extras = 2 if layout == "folder" else 0
    if filetype != "mp3":
        return 1 + extras
    return max(2, min(40, runtime // 2_400)) + extras


def _packs(series: WorldSeries) -> Iterator[Release]:
    """A torrent with several volumes, for half of the series that have three or more."""
    rng = Random(f"packs of {series.name} {series.author}")
    volumes = [(position, book) for position, book in series.entries if position.isdigit() and book.has_audiobook]
    if len(volumes) < 3 or rng.random() < 0.5:
        return
    first, last = volumes[0], volumes[-1]
    span = f"{first[0]}-{last[0]}"
    runtime = sum(book.runtime_seconds for _, book in volumes)
    good = _good(first[1], rng, 0)
    yield replace(
        good, release_id=_number(first[1], "pack"), book_id=0, decoy="pack", layout="discs", numfiles=len(volumes),
        book_title=series.name,
        title=rng.choice((f"{series.name} {span}", f"{series.name} series", f"{series.name}: Books {span}")),
        series=((series.name, span),), tags="all books unabridged", runtime_seconds=runtime, filetype="mp3",
        size_bytes=runtime * 8_000, isbn="", seeders=good.seeders + 500, free=True, has_malformed_authors=False,
        description=f"<p>{', '.join(book.title for _, book in volumes)}</p>", has_mediainfo=False,
    )  # fmt: skip
