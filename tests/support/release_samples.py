"""Releases and wanted books for the tests of the release rules: good ones, to be spoilt in one respect."""

from mam_assets.domain.model.library import SeriesRef
from mam_assets.domain.model.release import Known, Release, ReleasePolicy, ReleaseSeries, Wanted
from mam_assets.domain.releases import judge
from mam_assets.domain.releases.context import Context

MIB = 1024**2
GIB = 1024**3
POLICY = ReleasePolicy()
CONTEXT = Context()
AUTHOR = "Brandon Sanderson"


def release(title: str = "The Final Empire", *series: tuple[str, str], **fields) -> Release:
    """An m4b of 500 MiB with five seeders by ``AUTHOR``; ``series`` as (name, number)."""
    given = {"authors": (AUTHOR,), "filetypes": ("m4b",), "size_bytes": 500 * MIB, "seeders": 5, **fields}
    places = tuple(ReleaseSeries(name, number) for name, number in series)
    return Release(given.pop("torrent_id", 1), title, series=places, **given)


def wanted(title: str = "The Final Empire", *series: tuple[str, str], hours: float | None = None, **fields) -> Wanted:
    """A book by ``AUTHOR``; ``series`` as (name, position), ``hours`` the expected runtime."""
    given = {"authors": (AUTHOR,), **fields}
    places = tuple(SeriesRef(name, position) for name, position in series)
    return Wanted("key", title, series=places, expected_runtime_seconds=hours and round(hours * 3600), **given)


def codes(release: Release, book: Wanted, policy: ReleasePolicy = POLICY, known: Known | None = None) -> list[str]:
    """The codes of every reason against the release."""
    return [reason.code for reason in judge(release, book, policy, known or Known(), None)]
