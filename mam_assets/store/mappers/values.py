"""Single values of the domain in JSON columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from mam_assets.domain.model.catalogue import ProviderSeries
from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Reject, RejectCode, Release, Wanted

from .codec import from_json, to_json

_CODES = {code.value: code for code in RejectCode}


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
    return [{"name": place.name, "position": place.position, "series_id": place.series_id} for place in places]


def places_from_json(value: Iterable[Any]) -> tuple[SeriesRef, ...]:
    """Places in series from such a column."""
    return tuple(SeriesRef(place["name"], place.get("position", ""), place.get("series_id", "")) for place in value)


def rejects_to_json(rejects: Iterable[Reject]) -> list[dict[str, Any]]:
    """Reasons against a release, for the ``rejections`` columns."""
    return [asdict(reject) | {"code": reject.code.value} for reject in rejects]


def rejects_from_json(value: Iterable[Any]) -> tuple[Reject, ...]:
    """Reasons against a release from such a column; a code of a newer version becomes ``UNKNOWN``."""
    return tuple(
        Reject(
            _CODES.get(row["code"], RejectCode.UNKNOWN),
            row.get("got", ""),
            row.get("wanted", ""),
            row.get("permanent", True),
        )
        for row in value
    )
