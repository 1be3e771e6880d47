"""The words of enrichment. Values are what Audiobookshelf's API takes: texts, lists of texts, lists of places."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..model.catalogue import BookMetadata
from ..model.confidence import Confidence


class Field(StrEnum):
    """The fields that count, under Audiobookshelf's names. A new ``COVER`` is an address, one that is there a path."""

    DESCRIPTION = "description"
    YEAR = "publishedYear"
    PUBLISHER = "publisher"
    ISBN = "isbn"
    ASIN = "asin"
    GENRES = "genres"
    NARRATORS = "narrators"
    SERIES = "series"
    COVER = "cover"
    LANGUAGE = "language"


FIELDS: tuple[Field, ...] = tuple(Field)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person allows. ``languages`` are lower-case English words; ``this_year`` is the clock's.

    ``locked`` fields are left as they are, whatever they hold: a person took a change of them back.
    """

    this_year: int
    overwrite: bool = False
    languages: tuple[str, ...] = ("english",)
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recognition:
    """A provider's book that is the item's book.

    ``recording``: it is also the item's very recording, so that what only a recording has (ASIN, narrators) is meant.
    ``title_sure``: the match by title or id left no doubt. ``gate`` is the rule that decided, ``evidence`` what it saw.
    """

    book: BookMetadata
    confidence: Confidence
    recording: bool
    title_sure: bool
    gate: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field to be set. ``rule`` is "blank", or the name of the rule by which the old value is broken."""

    field: Field
    old: Any
    new: Any
    source: str
    confidence: Confidence
    rule: str
    evidence: str
