"""Which of the accepted releases is best: a chain of named comparisons, the first that differs decides.

No weights: "why this one" has one answer. The order of the chain is the order of ``COMPARISONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log10

from mam_assets.domain import people
from mam_assets.domain.releases.audio import implied_kbps
from mam_assets.domain.releases.context import Context
from mam_assets.domain.releases.cost import is_free
from mam_assets.domain.releases.reading import read

from ..model.release import Release, ReleasePolicy, Wanted

_NEVER = datetime(1, 1, 1, tzinfo=UTC)

# Between these bitrates a voice is well recorded and nothing is wasted; what lies outside is ranked by its distance.
GOOD_KBPS = (40, 330)

Key = Callable[[Release, Wanted, ReleasePolicy, Context], float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One named comparison: the release with the smaller key is the better one."""

    name: str
    key: Key


def _language(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    return _place(release.language, policy.languages)


def _format(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    order = [name.casefold() for name in policy.formats]
    return min((_place(name.casefold().lstrip("."), order) for name in release.filetypes), default=len(order))


def _cost(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    return not is_free(release, context.account, context.now)


def _narrator(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    """A narrator wanted for this book comes before one that the person likes in general."""
    preferred = (*wanted.preferred_narrators, *policy.preferred_narrators)
    places = [
        place
        for place, name in enumerate(preferred)
        if any(people.same_person(name, narrator) for narrator in release.narrators)
    ]
    return min(places, default=len(preferred))


def _publisher(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    said = f"{release.tags}\n{release.description}".casefold()
    places = [place for place, name in enumerate(policy.preferred_publishers) if name.strip().casefold() in said]
    return min(places, default=len(policy.preferred_publishers))


def _seeder_magnitude(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    """0, 1-9, 10-99, 100-999 …: within one magnitude a download is as safe and as fast."""
    return -int(log10(release.seeders)) - 1 if release.seeders > 0 else 0


def _bitrate(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    """How many times the size is too small or too large for a well recorded book of this length; 0: well or unknown."""
    seconds = read(release).runtime_seconds or wanted.expected_runtime_seconds
    if not seconds or not release.size_bytes:
        return 0
    kbps = implied_kbps(release.size_bytes, seconds)
    low, high = GOOD_KBPS
    return max(0, int(low / kbps) if kbps < low else int(kbps / high))


def _seeders(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    return -release.seeders


def _newest(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    return -(release.added_at or _NEVER).timestamp()


def _id(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> float:
    return release.torrent_id


COMPARISONS = (
    Comparison("language", _language),
    Comparison("format", _format),
    Comparison("cost", _cost),
    Comparison("narrator", _narrator),
    Comparison("publisher", _publisher),
    Comparison("seeders_magnitude", _seeder_magnitude),
    Comparison("bitrate", _bitrate),
    Comparison("seeders", _seeders),
    Comparison("newest", _newest),
    Comparison("id", _id),
)


@dataclass(frozen=True, slots=True)
class RankedRelease:
    """A release in its place; ``decided_by`` names the comparison that parted it from the next better one (for the
    first: from the next worse; "" when it is alone)."""

    release: Release
    decided_by: str


def rank(releases: Iterable[Release], wanted: Wanted, policy: ReleasePolicy, context: Context) -> list[RankedRelease]:
    """The releases, best first. The order does not depend on the order in which they came."""
    keyed = sorted(
        (
            (tuple(comparison.key(release, wanted, policy, context) for comparison in COMPARISONS), release)
            for release in releases
        ),
        key=lambda pair: pair[0],
    )
    keys = [key for key, _ in keyed]
    return [
        RankedRelease(release, _first_difference(keys[place], keys[place - 1 if place else min(1, len(keys) - 1)]))
        for place, (_, release) in enumerate(keyed)
    ]


def _first_difference(left: Sequence[float], right: Sequence[float]) -> str:
    pairs = zip(COMPARISONS, left, right, strict=True)
    return next((comparison.name for comparison, a, b in pairs if a != b), "")


def _place(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)
