"""The person wants only what costs no ratio."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.cost import is_free

CODE = RejectCode.NOT_FREE


def not_free(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses, for now, what would count as download when the policy says ``free_only``."""
    if policy.free_only and not is_free(release, context.account, context.now):
        return Reject(CODE, "counts as download", "free for this account", permanent=False)
    return Accept(CODE)
