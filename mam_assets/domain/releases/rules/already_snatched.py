"""This account has taken the torrent before."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.ALREADY_SNATCHED


def already_snatched(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses what the tracker marks as snatched by this account: fetching it twice helps nobody."""
    if release.snatched_before:
        return Reject(CODE, "snatched by this account", "not snatched yet")
    return Accept(CODE)
