"""What one provider lists for one tracked series, and the works of several providers joined into one slot each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mam_assets.domain.matching import WorkForms

from .. import matching, positions
from ..model.catalogue import Position, ProviderSeries, SeriesEntry, Work
from ..model.confidence import Confidence


@dataclass(frozen=True, slots=True)
class Listing:
    """One provider's answer for a tracked series.

    ``entries`` are those that ``identity.series_entries`` makes of ``series``; ``confidence`` says how sure it is that
    this is the tracked series; ``fetched_at`` is the age of the answer.
    """

    series: ProviderSeries
    entries: tuple[SeriesEntry, ...]
    confidence: Confidence
    fetched_at: datetime | None = None

    @property
    def provider(self) -> str:
        return self.series.provider

    @property
    def is_sure(self) -> bool:
        """Sure enough to say something of the series, not only of single books."""
        return self.confidence >= Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class Statement:
    """One work as one provider lists it, with its forms made once."""

    provider: str
    entry: SeriesEntry
    forms: WorkForms
    position: Position

    @property
    def work(self) -> Work:
        return self.entry.work


@dataclass(slots=True)
class Slot:
    """One work with what every provider says of it, the most trusted first; the first one's entry stands for it.

    ``notes`` are disagreements that lower the confidence by one step each. ``is_base``: the leading provider has it.
    """

    statements: list[Statement]
    is_base: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def first(self) -> Statement:
        return self.statements[0]

    @property
    def providers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(statement.provider for statement in self.statements))

    def of(self, provider: str) -> Statement | None:
        """What that provider says of it, if anything."""
        return next((statement for statement in self.statements if statement.provider == provider), None)


def statements_of(listing: Listing) -> list[Statement]:
    """The entries of a listing, ready to be compared."""
    return [
        Statement(listing.provider, entry, matching.work_forms(entry.work), positions.parse(entry.position))
        for entry in listing.entries
    ]


def leading(listings: Sequence[Listing]) -> Listing:
    """The listing that the others are laid beside: of those that are surely the series, the most trusted provider's."""
    return next((listing for listing in listings if listing.is_sure), listings[0])
