"""One book, not several in one torrent."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.packs import pack_of

CODE = RejectCode.PACK_OR_OMNIBUS


def pack_or_omnibus(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses what holds more books than the wanted one, unless the policy takes packs.

    A range in ``series_info`` tells first, then the title ("Books 1-5", "Complete Series"), then the tags.
    """
    if policy.accept_packs:
        return Accept(CODE)
    shown = pack_of(release, wanted)
    return Reject(CODE, shown, "the one book") if shown else Accept(CODE)
