"""The release must bear the wanted book's title."""

from __future__ import annotations

from mam_assets.domain.model import Accept, Reject, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.identity import TitleMatch, identify
from mam_assets.domain.releases.packs import covering_pack

CODE = "wrong_title"


def wrong_title(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a title that is neither the book's, one of its other titles, nor its series' name with its volume.

    A pack that covers the book passes if the policy takes packs.
    """
    if identify(release, wanted).title is not TitleMatch.NONE:
        return Accept(CODE)
    if policy.accept_packs and covering_pack(release, wanted):
        return Accept(CODE)
    return Reject(CODE, release.title, wanted.title)
