"""The torrent is on the blocklist: it failed before, or a person refused it."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.BLOCKLISTED


def blocklisted(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses what the blocklist names."""
    if release.torrent_id in context.known.blocklisted:
        return Reject(CODE, f"torrent {release.torrent_id} is blocklisted", "not blocklisted")
    return Accept(CODE)
