"""A language that the person listens to."""

from __future__ import annotations

from mam_assets.domain import titles
from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read

CODE = RejectCode.LANGUAGE


def language(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses another language, stated by the tracker or given away by title and tags ("Hörbuch", "[German]").

    The text is asked because the tracker states English unless the uploader cared.
    """
    accepted = policy.languages
    asked = ", ".join(accepted)
    if release.language and release.language not in accepted:
        return Reject(CODE, release.language, asked)
    got = read(release)
    told = titles.edition_language(got.notes) or got.parsed.language or _hint(release, wanted)
    if told and told not in accepted:
        return Reject(CODE, told, asked)
    # "Némesis [Nemesis]": the wanted title in brackets behind it says that the title is a translation
    if got.parsed.original and titles.normal(got.parsed.original) == titles.normal(wanted.title):
        return Reject(CODE, f"a translation titled {got.parsed.title}", asked)
    return Accept(CODE)


def _hint(release: Release, wanted: Wanted) -> str:
    """The language that the title's small words belong to, unless the wanted titles speak it too."""
    hint = titles.language_hint(release.title)
    known = {titles.language_hint(title) for title in (wanted.title, *wanted.alternative_titles)}
    return "" if hint in known else hint
