"""Verdicts on series entries, and the figures and gaps that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .catalogue import Work
from .confidence import Confidence
from .library import SeriesRef


class EntryStatus(StrEnum):
    """What the library and the world say of one series entry (DESIGN: "Missing is one of …")."""

    OWNED = "owned"
    OWNED_ABRIDGED = "owned_abridged"
    MISSING = "missing"
    UNRELEASED = "unreleased"
    NO_AUDIOBOOK = "no_audiobook"
    IGNORED = "ignored"
    REVIEW = "review"
    ON_ITS_WAY = "on_its_way"


class Match(StrEnum):
    """How a library item relates to a work."""

    SAME = "same"
    COVERS = "covers"  # an omnibus that contains the work
    DIFFERENT = "different"
    REVIEW = "review"  # a person has to say

    @property
    def owns(self) -> bool:
        """Who has the item surely has the work."""
        return self in (Match.SAME, Match.COVERS)


@dataclass(frozen=True, slots=True)
class MatchVerdict:
    """Is this library item that work? ``gate`` names the rule that decided, ``evidence`` what it saw.

    ``guess`` is what a match in REVIEW looks like.
    """

    match: Match
    gate: str
    evidence: str
    confidence: Confidence
    guess: Match = Match.DIFFERENT

    @property
    def likely(self) -> Match:
        """The match, or the guess where a person has to say."""
        return self.guess if self.match is Match.REVIEW else self.match


@dataclass(frozen=True, slots=True)
class EntryVerdict:
    """What the library says of one series entry, by which gate and on what evidence."""

    series_key: str
    entry_key: str
    book_key: str
    status: EntryStatus
    abs_id: str
    gate: str
    evidence: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class SeriesCompletion:
    """The figures of one series. Counts are of released books at whole-number positions unless they say otherwise.

    ``books_missing`` includes those in review and on their way. ``completion_percentage`` is None when the catalogue
    is unknown.
    """

    series_key: str
    total_books: int
    books_owned: int
    books_missing: int
    books_in_review: int
    books_on_their_way: int
    books_unreleased: int
    books_without_audiobook: int
    books_ignored: int
    extras_total: int
    extras_owned: int
    completion_percentage: float | None


@dataclass(frozen=True, slots=True)
class MissingBook:
    """A work that tracked series have and the library lacks, once for all series it is missing from."""

    book_key: str
    series_key: str
    series_name: str
    series_number: str
    places: tuple[SeriesRef, ...]
    series_titles: tuple[str, ...]
    work: Work
    reason: EntryStatus
    evidence: str
    confidence: Confidence
    priority: int
    identified_date: datetime | None = None  # when the gap was first seen; None: not noted yet
