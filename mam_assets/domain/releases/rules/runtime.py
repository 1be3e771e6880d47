"""A recording as long as the book."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read

CODE = RejectCode.RUNTIME

# Narrators differ by a fifth at most; beyond these shares it is another text: abridged, a part, several books.
_SHORTEST = 0.6
_LONGEST = 1.7
# The bitrates that uploaders state are often wrong, so a runtime reckoned from one has to be far off.
_FAR = 3.0


def runtime(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a runtime (``mediainfo``, else what the tags or description state) far from the expected one.

    Where no runtime is stated but a bitrate is, size and bitrate reckon one; that refuses for a person to look at. Not
    asked when the expected runtime is unknown. What the policy takes shorter or longer (abridged, plays, packs) may
    be so.
    """
    got, expected = read(release), wanted.expected_runtime_seconds
    if not expected:
        return Accept(CODE)
    may_be_short = policy.accept_abridged or policy.accept_dramatised
    if got.runtime_seconds:
        too_short = got.runtime_seconds < _SHORTEST * expected and not may_be_short
        too_long = got.runtime_seconds > _LONGEST * expected and not policy.accept_packs
        if too_short or too_long:
            return Reject(CODE, _hours(got.runtime_seconds), f"about {_hours(expected)}")
    elif got.bitrate_kbps:
        reckoned = release.size_bytes * 8 / 1000 / got.bitrate_kbps
        too_short = reckoned * _FAR < expected and not may_be_short
        too_long = reckoned > _FAR * expected and not policy.accept_packs
        if too_short or too_long:
            reckoning = f"{_hours(reckoned)} at {got.bitrate_kbps} kbps"
            return Reject(CODE, reckoning, f"about {_hours(expected)}", permanent=False)
    return Accept(CODE)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h"
