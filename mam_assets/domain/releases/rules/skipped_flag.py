"""Content flags that the person never takes."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.SKIPPED_FLAG


def skipped_flag(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a release that carries a flag named in the policy ("explicit", "crude language" …)."""
    skipped = {flag.strip().casefold() for flag in policy.skip_flags}
    refused = sorted(flag for flag in release.flags if flag.casefold() in skipped)
    if refused:
        return Reject(CODE, ", ".join(refused), "none of the skipped flags")
    return Accept(CODE)
