"""Nobody, or too few, would send the data."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.SEEDERS


def seeders(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses, for now, a torrent with fewer seeders than the policy asks for."""
    if release.seeders < policy.min_seeders:
        return Reject(CODE, str(release.seeders), f"at least {policy.min_seeders}", permanent=False)
    return Accept(CODE)
