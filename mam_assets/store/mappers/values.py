"""Single values of the domain in JSON columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mam_assets.domain.model.catalogue import ProviderSeries
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Release, Wanted

from .codec import from_json, to_json


def release_to_json(release: Release) -> dict[str, Any]:
    """The whole release, for ``candidates.release`` and ``downloads.release``."""
    return dict(to_json(release))


def release_from_json(value: Any) -> Release:
    """The release from such a column. Raises pydantic's ValidationError when it is something else."""
    return from_json(Release, value)


def wanted_to_json(wanted: Wanted) -> dict[str, Any]:
    """The whole wanted book, for ``downloads.wanted``."""
    return dict(to_json(wanted))


def wanted_from_json(value: Any) -> Wanted:
    """The wanted book from such a column. Raises pydantic's ValidationError when it is something else."""
    return from_json(Wanted, value)


def provider_series_to_json(series: ProviderSeries) -> dict[str, Any]:
    """A provider's series with its works, for ``provider_answers.answer``."""
    return dict(to_json(series))


def provider_series_from_json(value: Any) -> ProviderSeries:
    """The series from such a column. Raises pydantic's ValidationError when it is something else."""
    return from_json(ProviderSeries, value)


def places_to_json(places: Iterable[SeriesRef]) -> list[dict[str, str]]:
    """Places in series, for the ``places`` columns."""
    return [{"name": one.name, "position": one.position, "series_id": one.series_id} for one in places]


def places_from_json(value: Iterable[Any]) -> tuple[SeriesRef, ...]:
    """Places in series from such a column."""
    return tuple(SeriesRef(one["name"], one.get("position", ""), one.get("series_id", "")) for one in value)
