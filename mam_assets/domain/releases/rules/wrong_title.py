"""The release must bear the wanted book's title."""

from __future__ import annotations

from mam_assets.domain import titles
from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.identity import TitleMatch, identify
from mam_assets.domain.releases.packs import covering_pack
from mam_assets.domain.releases.reading import read

CODE = RejectCode.WRONG_TITLE
OTHER_TITLE = RejectCode.OTHER_TITLE


def wrong_title(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a title that is neither the book's, one of its other titles, nor its series' name with its volume.

    A pack that covers the book passes if the policy takes packs. The same title with
    another subtitle, or another title in the very place of the series, may be the same book: that is refused as
    ``other_title``, for a person to look at.
    """
    identity = identify(release, wanted)
    if identity.has_title:
        return Accept(CODE)
    if policy.accept_packs and covering_pack(release, wanted):
        return Accept(CODE)
    retitled = identity.volume.in_field and not _is_sibling(release, wanted)
    if retitled or identity.title is TitleMatch.SUBTITLE:
        return Reject(OTHER_TITLE, release.title, wanted.title, permanent=False)
    return Reject(CODE, release.title, wanted.title)


def _is_sibling(release: Release, wanted: Wanted) -> bool:
    return titles.normal(read(release).title) in map(titles.normal, wanted.series_titles)
