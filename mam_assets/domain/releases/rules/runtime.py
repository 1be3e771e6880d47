"""A recording as long as the book."""

from __future__ import annotations

from mam_assets.domain.model import Accept, Reject, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read

CODE = "runtime"

# Narrators differ by a fifth at most; beyond these shares it is another text: abridged, a part, several books.
_SHORTEST = 0.6
_LONGEST = 1.7


def runtime(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a runtime (``mediainfo``, else what the tags or description state) far from the expected one.

    Not asked when either is unknown. What the policy takes shorter or longer (abridged, plays, packs) may be so.
    """
    got, expected = read(release).runtime_seconds, wanted.expected_runtime_seconds
    if not got or not expected:
        return Accept(CODE)
    too_short = got < _SHORTEST * expected and not (policy.accept_abridged or policy.accept_dramatised)
    too_long = got > _LONGEST * expected and not policy.accept_packs
    if too_short or too_long:
        return Reject(CODE, f"{got / 3600:.1f} h", f"about {expected / 3600:.1f} h")
    return Accept(CODE)
