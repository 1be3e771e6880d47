"""What exists: works, series and metadata, as providers list them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from .confidence import Confidence
from .library import SeriesRef


class EntryKind(StrEnum):
    """What sort of entry a provider lists in a series."""

    PRIMARY = "primary"  # a book at a whole number
    SECONDARY = "secondary"  # a novella or story between the books ("0.5", "2.5")
    OMNIBUS = "omnibus"  # several books in one ("1-3", box set)
    COMPANION = "companion"  # study guides, colouring books, unnumbered extras
    PART = "part"  # one part of a split book, or of a dramatisation
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class Work:
    """A book as providers know it, whatever its edition.

    ``work_id`` is "<provider>:<id of the work>" ("goodreads:222222"). ``title`` is bare (no series decoration);
    ``title_raw`` as the provider prints it. ``series`` holds every series the provider puts it in.
    ``audio_release_date`` is the audiobook's date where a provider knows it; ``release_date`` the book's.
    """

    work_id: str
    title: str
    authors: tuple[str, ...] = ()
    title_raw: str = ""
    subtitle: str = ""
    original_title: str = ""
    series: tuple[SeriesRef, ...] = ()
    year: int | None = None
    release_date: date | None = None
    audio_release_date: date | None = None
    language: str = ""
    kind: EntryKind = EntryKind.PRIMARY
    isbn: str = ""
    asin: str = ""
    provider_ids: tuple[tuple[str, str], ...] = ()  # (("goodreads", "123"), ("audible", "B0…"))
    to_be_published: bool = False
    has_audiobook: bool | None = None  # None: not known
    runtime_seconds: int | None = None
    narrators: tuple[str, ...] = ()
    ratings_count: int = 0
    alternative_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderSeries:
    """One series as one provider lists it. ``entries`` keeps the provider's order; ``position`` is in the pair."""

    provider: str
    series_id: str
    title: str
    entries: tuple[tuple[str, Work], ...] = ()  # (position text, work)
    primary_count: int | None = None
    total_count: int | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookMetadata:
    """What a metadata provider says of one book; blank means that it did not say. ``runtime_seconds`` of the audio."""

    provider: str
    provider_id: str
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    series: tuple[SeriesRef, ...] = ()
    publisher: str = ""
    published_year: int | None = None
    release_date: date | None = None
    description: str = ""
    genres: tuple[str, ...] = ()
    language: str = ""
    isbn: str = ""
    asin: str = ""
    cover_url: str = ""
    runtime_seconds: int | None = None
    abridged: bool | None = None
    is_audiobook: bool | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A parsed series position: every whole or broken number it covers, in order; empty when unknown.

    ``part`` is set for one part of a split book ("1 of 2", "1p2": part 1 of book 1 …).
    """

    numbers: tuple[Decimal, ...] = ()
    part: int | None = None
    text: str = field(default="", compare=False)

    @property
    def is_known(self) -> bool:
        return bool(self.numbers)

    @property
    def is_range(self) -> bool:
        return len(self.numbers) > 1


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """A work at a position of a tracked series. ``book_key`` is the work's natural key over all series and providers.

    ``places`` are all series that the work is in: two entries with one ``book_key`` are one book.
    """

    series_key: str
    entry_key: str
    book_key: str
    series_name: str
    position: str
    work: Work
    series_aliases: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    disagreement: str = ""
    fetched_at: datetime | None = None
    provider_series_id: str = ""  # "<provider>:<id>" of the series that the entry comes from
