"""Are these files the wanted book? Their length and their tags must not contradict it.

Silence is no contradiction: many good files have poor tags. Similarity is only asked after the rules that are sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rapidfuzz import fuzz

from .. import people, positions, titles
from ..model.catalogue import Position
from ..model.release import Release, Wanted
from .model import AudioTags, ImportBlocked

RUNTIME_SHARE = 0.05
RUNTIME_SECONDS = 600
NARRATOR_SHARE = 0.25  # two whole recordings of one book differ by a fifth at most
ADVICE = "Listen to it, then accept it as it is or reject the download"

_TITLE_LIKENESS = 60  # of 100; below it the two have nothing in common
_NAME_LIKENESS = 75
_SAY_NOTHING = frozenset(
    ["audiobook", "audio book", "unknown", "unknown album", "unknown artist", "various", "various artists", "title",
     "album", "full cast", "untitled", "unabridged", "artist", "author", "author unknown", "none", "na"]
)  # fmt: skip


def verify(tags: Sequence[AudioTags], wanted: Wanted | None, release: Release | None, *, runtime: bool = True) -> None:
    """Return when nothing contradicts; without a wanted book nothing can.

    Raises ImportBlocked (codes ``wrong_runtime``, ``wrong_volume``, ``wrong_title``, ``wrong_author``), saying what was
    found and what was wanted.
    """
    if wanted is None:
        return
    if runtime:
        _runtime(tags, wanted, release)
    _title(tags, wanted, release)
    if not _surely_it(tags, wanted):
        _author(tags, wanted, release)


def _surely_it(tags: Sequence[AudioTags], wanted: Wanted) -> bool:
    """Its tags have the whole title and the length fits: the artist tag may then name anybody."""
    found, expected = total_seconds(tags), wanted.expected_runtime_seconds
    as_long = bool(found and expected and runtime_fits(found, expected))
    return as_long and len(wanted.title) > 8 and any(_names(tag.album, wanted.title) for tag in tags)


def total_seconds(tags: Iterable[AudioTags]) -> float | None:
    """The length of all files together; None when any of them did not tell."""
    total = 0.0
    for tag in tags:
        if tag.duration_seconds is None or tag.duration_seconds <= 0:
            return None
        total += tag.duration_seconds
    return total or None


def runtime_fits(found: float, expected: float) -> bool:
    """Within 5 % or 10 minutes, whichever is more."""
    return abs(found - expected) <= max(expected * RUNTIME_SHARE, RUNTIME_SECONDS)


def _runtime(tags: Sequence[AudioTags], wanted: Wanted, release: Release | None) -> None:
    """What the release says of itself must be true, closely: the rules of releases have weighed that length against
    the book's. Where it says nothing, the catalogue's length may be another narrator's, who reads faster or slower."""
    found = total_seconds(tags)
    stated = release.runtime_seconds if release else None
    usual = wanted.expected_runtime_seconds
    if not found or not (stated or usual):
        return
    if any(runtime_fits(found, length) for length in (stated, usual) if length):
        return
    if not stated and usual and abs(found - usual) <= usual * NARRATOR_SHARE:
        return
    lengths = " or ".join(dict.fromkeys(_clock(length) for length in (stated, usual) if length))
    raise ImportBlocked(
        "wrong_runtime", f"it is {_clock(found)} long, {lengths} was expected for {wanted.title!r}", ADVICE
    )


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"


def _author(tags: Sequence[AudioTags], wanted: Wanted, release: Release | None) -> None:
    named = _distinct(name for tag in tags for text in (*tag.people, tag.composer) for name in people.split(text))
    named = [name for name in named if people.normal(name) not in _SAY_NOTHING]
    known = [*wanted.authors, *(release.authors + release.narrators if release else ())]
    if not named or not wanted.authors:
        return
    if any(_may_be_same(a, b) for a in named for b in known):
        return
    raise ImportBlocked(
        "wrong_author", f"its tags name {', '.join(named[:3])}, wanted is {', '.join(wanted.authors)}", ADVICE
    )


def _may_be_same(one: str, two: str) -> bool:
    if people.same_person(one, two):
        return True
    first, second = people.normal(one), people.normal(two)
    return bool(first and second) and fuzz.token_set_ratio(first, second) >= _NAME_LIKENESS


def _title(tags: Sequence[AudioTags], wanted: Wanted, release: Release | None) -> None:
    albums = _distinct(tag.album for tag in tags)
    if not albums and len(tags) == 1:
        albums = _distinct(tag.title for tag in tags)
    albums = [album for album in albums if titles.normal(album) not in _SAY_NOTHING]
    if len(albums) != 1:  # nothing said, or each file says something of its own
        return
    album = albums[0]
    names = [wanted.title, *wanted.alternative_titles, *([release.title] if release else [])]
    series = [place.name for place in wanted.series if place.name]
    _other_volume(album, wanted, series)
    likeness = max(_likeness(album, name) for name in [*names, *series])
    rival = max(wanted.series_titles, key=lambda title: _likeness(album, title), default="")
    if rival and _names(album, rival) and not any(_names(album, name) for name in names):
        raise ImportBlocked("wrong_title", f"its tags say {album!r}: that is {rival!r}, not {wanted.title!r}", ADVICE)
    if likeness < _TITLE_LIKENESS:
        raise ImportBlocked("wrong_title", f"its tags say {album!r}, wanted is {wanted.title!r}", ADVICE)


def _other_volume(album: str, wanted: Wanted, series: Sequence[str]) -> None:
    """A number right behind the series' name that is not the wanted one is another volume, however alike the rest."""
    form = titles.normal(album)
    for place in wanted.series:
        name, position = titles.normal(place.name), positions.parse(place.position)
        if not name or not position.is_known or f" {name} " not in f" {form} ":
            continue
        behind = f" {form} ".split(f" {name} ", 1)[1].strip()
        found = _leading_number(behind)
        if found.is_known and not _meet(found, position) and not _is_title_number(found, wanted):
            raise ImportBlocked(
                "wrong_volume",
                f"its tags say {album!r}: that is number {positions.show(found)} of {place.name}, wanted is "
                f"{positions.show(position)}",
                ADVICE,
            )


def _leading_number(text: str) -> Position:
    start = " ".join(text.split()[:2])
    return positions.parse(start) if any(character.isdecimal() for character in start) else Position()


def _meet(one: Position, two: Position) -> bool:
    return bool(set(one.numbers) & set(two.numbers))


def _is_title_number(found: Position, wanted: Wanted) -> bool:
    """The number belongs to the title itself ("Area 51", "Catch-22")."""
    in_title = {Decimal(word) for word in titles.normal(wanted.title).split() if word.isdecimal()}
    return bool(in_title & set(found.numbers))


def _likeness(one: str, two: str) -> float:
    first, second = titles.normal(one), titles.normal(two)
    return fuzz.token_set_ratio(first, second) if first and second else 0.0


def _names(text: str, title: str) -> bool:
    """The text contains the whole title, word for word."""
    form = titles.normal(title)
    return bool(form) and f" {form} " in f" {titles.normal(text)} "


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts if text and text.strip()))
