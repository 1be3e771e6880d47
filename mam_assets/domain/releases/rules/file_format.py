"""File types: is it audio, and of a type that the person takes?"""

from __future__ import annotations

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict

CODE = RejectCode.FORMAT


def file_format(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a release without one file type of the policy. One that states no type is refused until it does."""
    accepted = {name.casefold() for name in policy.formats}
    if not release.filetypes:
        return Reject(CODE, "not stated", ", ".join(policy.formats), permanent=False)
    if not accepted & {name.casefold().lstrip(".") for name in release.filetypes}:
        return Reject(CODE, " ".join(release.filetypes), ", ".join(policy.formats))
    return Accept(CODE)
