"""Somebody whom the tags name must be the author, or a narrator of the release."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from ... import people
from ...model.release import Accept, Reject, Wanted
from ..context import ImportContext, ImportFacts, ImportPolicy, ImportRejectCode, ImportVerdict
from ..evidence import SAY_NOTHING, distinct, has_title, runtime_fits, total_seconds
from ..model import AudioTags

CODE = ImportRejectCode.WRONG_AUTHOR
LIKENESS = 75
SHORTEST_TITLE = 8  # a longer title that stands whole in the tags is no accident
LISTED = 3


def wrong_author(
    facts: ImportFacts, wanted: Wanted | None, policy: ImportPolicy, context: ImportContext
) -> ImportVerdict:
    """Refuses tags that name people, none of them known of this book; silence is no contradiction."""
    tags, release = facts.audio_tags, context.release
    if wanted is None or not wanted.authors or _surely_it(tags, wanted):
        return Accept(CODE)
    named = distinct(name for tag in tags for text in (*tag.people, tag.composer) for name in people.split(text))
    named = [name for name in named if people.normal(name) not in SAY_NOTHING]
    known = [*wanted.authors, *(release.authors + release.narrators if release else ())]
    if not named or any(_may_be_same(first, second) for first in named for second in known):
        return Accept(CODE)
    return Reject(CODE, f"{', '.join(named[:LISTED])} by its tags", ", ".join(wanted.authors))


def _surely_it(tags: Sequence[AudioTags], wanted: Wanted) -> bool:
    """Its tags have the whole title and the length fits: the artist tag may then name anybody."""
    length, expected = total_seconds(tags), wanted.expected_runtime_seconds
    as_long = bool(length and expected and runtime_fits(length, expected))
    return as_long and len(wanted.title) > SHORTEST_TITLE and any(has_title(tag.album, wanted.title) for tag in tags)


def _may_be_same(name: str, other: str) -> bool:
    if people.same_person(name, other):
        return True
    first, second = people.normal(name), people.normal(other)
    return bool(first and second) and fuzz.token_set_ratio(first, second) >= LIKENESS
