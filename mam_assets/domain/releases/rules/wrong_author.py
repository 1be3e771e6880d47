"""The release must be by the wanted book's author."""

from __future__ import annotations

import html

from rapidfuzz.distance import OSA

from mam_assets.domain import people, titles
from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.identity import identify

CODE = RejectCode.WRONG_AUTHOR
_LONG_NAME = 10  # letters
UNREADABLE = RejectCode.UNREADABLE_AUTHOR


def wrong_author(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses a release that shares no author with the book. Not asked of a book without a known author.

    A long name may be one letter off if the title is the book's own. Where the tracker's author field is empty or
    unreadable, the title or tags must name the author; else the release is refused as ``unreadable_author``, for a
    person to look at.
    """
    if not wanted.authors:
        return Accept(CODE)
    stated = [name for author in release.authors for name in people.split(html.unescape(author))]
    asked = [name for author in wanted.authors for name in people.split(html.unescape(author))]
    if stated:
        if people.shared_author(stated, asked) or people.shared_author(release.authors, wanted.authors):
            return Accept(CODE)
        slip = any(_misspelt(mine, theirs) for mine in stated for theirs in asked)
        if slip and identify(release, wanted).is_own:
            return Accept(CODE)
        return Reject(CODE, ", ".join(release.authors), ", ".join(wanted.authors))
    if any(_names(f"{release.title} | {release.tags}", author) for author in asked):
        return Accept(CODE)
    got = "unreadable" if release.unreadable else "not stated"
    return Reject(UNREADABLE, got, ", ".join(wanted.authors), permanent=False)


def _misspelt(left: str, right: str) -> bool:
    """ "Eckart Tolle" and "Eckhart Tolle": one slip in a name too long to become another by it."""
    first, second = (people.normal(name).replace(" ", "") for name in (left, right))
    return min(len(first), len(second)) >= _LONG_NAME and OSA.distance(first, second) <= 1


def _names(text: str, author: str) -> bool:
    """Does the text name the author, given name and all?"""
    name = people.normal(author)
    parts = html.unescape(text).replace("|", " - ").replace(" by ", " - ").replace(",", " - ").split(" - ")
    return any(people.same_person(part, author) for part in parts) or (
        " " in name and f" {titles.normal(author)} " in f" {titles.normal(html.unescape(text))} "
    )
