"""Categories (genres) that the person never takes."""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.SKIPPED_CATEGORY


def skipped_category(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a category named in the policy by its number ("39"), its name, or its name without the leading kind.

    "Audiobooks - Fantasy" is skipped by "fantasy", and "Audiobooks - Urban Fantasy" is not.
    """
    name = release.genre.strip().casefold()
    names = {str(release.genre_id), name, name.partition(" - ")[2]} - {""}
    if names & {skipped.strip().casefold() for skipped in policy.skip_categories}:
        return Reject(CODE, release.genre or str(release.genre_id), "a category that is not skipped")
    return Accept(CODE)
