"""The book itself, not a book about it."""

from __future__ import annotations

import re

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import read, read_wanted

CODE = RejectCode.COMPANION_OR_SUMMARY

_ABOUT = frozenset(("study guide", "companion", "screenplay"))
_TAG = re.compile(
    r"(?:^|[|,;])\s*(?:(?:book |chapter )?summar(?:y|ies)(?: (?:and|&) analysis)?|companion(?: book)?|study guide|"
    r"analysis|book notes|key takeaways|workbook|fan theories|trivia|interview|author interview|podcast)\s*(?=$|[|,;])",
    re.I,
)
_TITLE = re.compile(
    r"^\s*(?:fan theories|trivia|notes on|an? (?:guide|companion) to"
    r"|(?:the )?(?:world|art|making|science|philosophy|music) (?:of|behind))\b",
    re.I,
)
# Imprints that publish nothing but summaries and study notes of other people's books.
_IMPRINTS = re.compile(
    r"\b(?:super ?summary|insta-?read|book ?habits|spark ?notes|cliffs? ?notes|blinkist|get ?abstract|grade ?saver"
    r"|lit ?charts|readtrepreneur|milkyway media|book ?rags|shmoop|summary station)\b",
    re.I,
)


def companion_or_summary(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses study guides, summaries, companions and scripts by the title's wording or a whole tag.

    A wanted book whose own title reads like one is no reason to refuse it.
    """
    got, book = read(release), read_wanted(wanted)
    kind = got.parsed.derivative
    asked = book.parsed.derivative
    if kind != asked and (kind in _ABOUT or asked in _ABOUT):
        return Reject(CODE, kind or "the book itself", asked or "the book itself")
    if (said := _TITLE.search(got.title)) and said[0].casefold() not in wanted.title.casefold():
        return Reject(CODE, got.title, "the book itself")
    if said := _IMPRINTS.search(" | ".join((got.notes, *release.authors))):
        return Reject(CODE, said[0], "the book itself")
    if said := _TAG.search(got.tags):
        return Reject(CODE, said[0].strip(" |,;"), "the book itself")
    return Accept(CODE)
