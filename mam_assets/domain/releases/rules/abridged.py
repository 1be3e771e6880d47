"""The whole text."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read
from mam_assets.domain.titles import markers

CODE = RejectCode.ABRIDGED
FLAG = "abridged"


def abridged(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses what the tracker flags as abridged, or what calls itself so in its title or tags."""
    if policy.accept_abridged:
        return Accept(CODE)
    if FLAG in release.flags:
        return Reject(CODE, "flagged as abridged", "unabridged")
    said = markers.ABRIDGED.search(read(release).notes)
    return Reject(CODE, said[0], "unabridged") if said else Accept(CODE)
