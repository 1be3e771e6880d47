"""The places in series that an item or a work states: in its series, its title, its subtitle, its folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mam_assets.domain.titles import ParsedTitle

from .. import positions, titles
from ..model.catalogue import Position
from ..model.library import LibraryItem, SeriesRef


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a series as one side states it. ``numbers`` are those of the position as text, ``shown`` is what a
    person is told; ``sure`` is false for a reading of a text that may be another."""

    name: str
    strict: str
    loose: str
    position: Position
    numbers: tuple[str, ...] = ()
    shown: str = ""
    sure: bool = True


def once(places: Iterable[Place]) -> tuple[Place, ...]:
    """Each place once, however many spellings of the series name it; the first spelling stands for all."""
    unique: dict[tuple[str, str, tuple[str, ...], int | None], Place] = {}
    for place in places:
        unique.setdefault((place.strict, place.loose, place.numbers, place.position.part), place)
    return tuple(unique.values())


def place_of(ref: SeriesRef, *, sure: bool = True) -> Place:
    """The place with its series' name in normal form and its position read."""
    return _named_place(ref.name, ref.position, sure)


@lru_cache(maxsize=262144)
def _named_place(name: str, position: str, sure: bool) -> Place:
    strict, loose = titles.series_name(name), titles.series_name(name, loose=True)
    known, numbers, shown = _numbers(position)
    return Place(name, strict, loose, known, numbers, f"{name} #{shown}" if numbers else name, sure)


@lru_cache(maxsize=65536)
def _numbers(position: str) -> tuple[Position, tuple[str, ...], str]:
    known = positions.parse(position)
    return known, tuple(positions.plain(number) for number in known.numbers), positions.show(known)


def item_places(item: LibraryItem, parsed: ParsedTitle) -> tuple[Place, ...]:
    """Every place that the item's series, title, subtitle and, failing those, its folder give it."""
    places = [place_of(ref) for ref in item.series]
    places += [place_of(ref) for ref in parsed.series]
    places += [place_of(ref, sure=False) for ref in parsed.maybe_series]
    places += [place_of(ref, sure=False) for ref in parsed.part_series]
    unnamed = next((ref.position for ref in parsed.series if not ref.name), "")
    if unnamed:
        # "Apex Trilogy Omnibus: Volumes 2-3" in series "Apex Trilogy" without a number: the number is the series'.
        bare = [ref.name for ref in item.series if not positions.parse(ref.position).is_known]
        places += [place_of(SeriesRef(name, unnamed)) for name in bare]
    if not any(place.numbers for place in places):
        places += [place_of(ref, sure=False) for ref in _folder_places(item)]
    return once(places)


_FOLDER_NUMBER = re.compile(
    r"^\W*(?:vol(?:ume)?\.?|book|bk\.?|#|no\.?)?\s*(?P<number>\d{1,3}(?:\.\d{1,2})?)\W*(?:[.\s_-]|$)", re.I
)
_BRACKET_NUMBER = re.compile(r"\[(?P<number>\d{1,3}(?:\.\d{1,2})?)\]")


def _folder_places(item: LibraryItem) -> list[SeriesRef]:
    """Series and number in the folder: "Author/Series/07 - Title", "Dresden Files 06 - Blood Rites", "[01] Title"."""
    folders = [folder for folder in re.split(r"[/\\]", item.rel_path) if folder.strip()]
    if not folders:
        return []
    leaf, parent = folders[-1], folders[-2] if len(folders) > 2 else ""
    names = [ref.name for ref in item.series] or ([parent] if parent else [""])
    if match := _FOLDER_NUMBER.match(leaf) or _BRACKET_NUMBER.search(leaf):
        return [SeriesRef(name, match["number"]) for name in names]
    read = titles.parse(leaf)
    return [ref for ref in (*read.series, *read.maybe_series) if ref.position]
