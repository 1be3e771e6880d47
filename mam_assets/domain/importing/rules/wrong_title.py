"""The title in the tags must not be another book's."""

from __future__ import annotations

from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict
from ..evidence import album_of, has_title, title_likeness

CODE = ImportRejectCode.WRONG_TITLE
LIKENESS = 60  # of 100; below it the two have nothing in common


def wrong_title(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses tags that name another book of the series, or that are like no name of the wanted one."""
    album = album_of(facts.audio_tags)
    if wanted is None or not album:
        return Accept(CODE)
    names = [wanted.title, *wanted.alternative_titles, *([context.release.title] if context.release else [])]
    series = [place.name for place in wanted.series if place.name]
    rival = max(wanted.series_titles, key=lambda title: title_likeness(album, title), default="")
    if rival and has_title(album, rival) and not any(has_title(album, name) for name in names):
        return Reject(CODE, f"{album!r} by its tags, that is {rival!r}", repr(wanted.title))
    if max(title_likeness(album, name) for name in [*names, *series]) < LIKENESS:
        return Reject(CODE, f"{album!r} by its tags", repr(wanted.title))
    return Accept(CODE)
