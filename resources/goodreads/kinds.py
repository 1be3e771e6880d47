"""What sort of entry each row of a series page is.

Goodreads lists the primary works first and says how many they are, then omnibus volumes, split and translated editions
and companions. The position decides where it can; the words of the title decide the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mam_assets.domain.model.catalogue import EntryKind, Work
from resources.goodreads.titles import names_series
from resources.result_ranking import shares_a_person

_PART = re.compile(r"\bparts?\b|\bof\s+\d|\dp\d", re.IGNORECASE)
_TITLED_PART = re.compile(r"\W\s*part\s+(?:\d|one|two|three|four|i+)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\d\s*(?:-|&|,|\band\b|\bto\b)\s*\d", re.IGNORECASE)
_WHOLE = re.compile(r"0*(\d+)(?:\.0+)?")
_SET = re.compile(
    r"\b(?:box(?:ed)?[ -]?sets?|omnibus|complete (?:series|collection|trilogy|saga)|"
    r"books?\s+\d+\s*(?:-|–|to|through|&|and)\s*\d+)\b|#\d+\s*[-–]\s*\d+",
    re.IGNORECASE,
)
_COLLECTION = re.compile(
    r"\b(?:collection|collected|trilogy|anthology|bundle|(?:\d+|two|three|four|five|six|seven)[ -]books?)\b",
    re.IGNORECASE,
)
_COMPANION = re.compile(
    r"\b(?:companion|colou?ring book|study guide|summary|sampler|encyclop[ae]?edia|handbook|journal|calendar|notebook|"
    r"cookbook|sketchbook|art of|the world of|graphic novel|illustrated guide|(?:reader|field|official)'?s? guide)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PlacedWork:
    """A work at the position that the series page gives it."""

    position: str
    work: Work


def kinds_of(entries: Sequence[PlacedWork], series_title: str, primary_count: int | None) -> list[EntryKind]:
    """The kind of each entry, in order. ``primary_count`` is what the page's subtitle says, None if it says nothing."""
    taken: dict[str, PlacedWork] = {}
    kinds: list[EntryKind] = []
    for index, entry in enumerate(entries):
        primaries = kinds.count(EntryKind.PRIMARY)
        beyond = primary_count is not None and primaries >= primary_count
        promised = primary_count is not None and index < primary_count
        kind = _kind(entry, series_title, taken, beyond=beyond, promised=promised)
        whole = _WHOLE.fullmatch(entry.position)
        if kind is EntryKind.PRIMARY and whole:
            taken.setdefault(whole[1], entry)
        kinds.append(kind)
    return kinds


def is_set(title: str) -> bool:
    """Does a title say that it is several books in one?"""
    return bool(_SET.search(title))


def _kind(
    entry: PlacedWork, series_title: str, taken: dict[str, PlacedWork], *, beyond: bool, promised: bool
) -> EntryKind:
    """``beyond``: all primary works are accounted for. ``promised``: the row stands where primary works stand."""
    position, work = entry.position, entry.work
    title = work.title
    if _PART.search(position):
        return EntryKind.PART
    if _SEVERAL.search(position) or is_set(title):
        return EntryKind.OMNIBUS
    if not position:
        return _unnumbered(title, beyond)
    whole = _WHOLE.fullmatch(position)
    if not whole:
        part = EntryKind.PART if _TITLED_PART.search(title) else EntryKind.SECONDARY
        return _translated(work, series_title, beyond) or part
    if _COMPANION.search(title) and beyond:
        return EntryKind.COMPANION
    first = taken.get(whole[1])
    if first is None or promised:
        return _translated(work, series_title, beyond) or EntryKind.PRIMARY
    if _PART.search(title):
        return EntryKind.PART
    # A second work at a taken number: the same author's is the book in another language or dress.
    same_author = shares_a_person(work.authors, first.work.authors)
    return EntryKind.TRANSLATION if same_author else EntryKind.COMPANION


def _unnumbered(title: str, beyond: bool) -> EntryKind:
    if not beyond:
        return EntryKind.COMPANION if _COMPANION.search(title) else EntryKind.PRIMARY
    return EntryKind.OMNIBUS if _COLLECTION.search(title) else EntryKind.COMPANION


def _translated(work: Work, series_title: str, beyond: bool) -> EntryKind | None:
    """Behind the primary works, a title that is decorated with another series' name is a translated edition."""
    if beyond and work.series and not any(names_series(ref.name, series_title) for ref in work.series):
        return EntryKind.TRANSLATION
    return None
