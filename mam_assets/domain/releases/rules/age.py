"""A new upload may still be corrected or withdrawn."""

from __future__ import annotations

from datetime import timedelta

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.AGE


def age(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses, for now, a torrent younger than ``min_age_minutes``. Not asked when either time is unknown."""
    if policy.min_age_minutes <= 0 or context.now is None or release.added_at is None:
        return Accept(CODE)
    old = context.now - release.added_at
    if old < timedelta(minutes=policy.min_age_minutes):
        minutes = int(old.total_seconds() // 60)
        return Reject(CODE, f"{minutes} minutes", f"at least {policy.min_age_minutes} minutes", permanent=False)
    return Accept(CODE)
