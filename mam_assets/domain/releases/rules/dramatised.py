"""A reading of the book, not a play made of it."""

from __future__ import annotations

import re

from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleaseCategory, ReleasePolicy, Wanted
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import Reading, read, read_wanted
from mam_assets.domain.titles import markers

CODE = RejectCode.DRAMATISED

# What producers of audio plays call their work, beyond what a title says.
_IN_TAGS = re.compile(
    r"\bimmersion tunnel\b|\bcinematic audio\w*|\baudio (?:movie|theat(?:re|er)|immersion)\b"
    r"|(?:^|[|,;])\s*(?:cinematic|dramatic|audio ?drama|radio)\s*(?=$|[|,;])",
    re.I,
)
# A part of the title of its own: "… - drama", "(BBC drama)". Among the tags "drama" is a genre.
_IN_TITLE = re.compile(r"(?:[|:(\[]|\s[-–—])\s*(?:classic |original |bbc )*drama\s*(?=$|[|:)\]]|\s[-–—])", re.I)
_BBC = re.compile(
    r"\bbbc (?:\w+ ){0,2}(?:drama\w*|plays?|production|adaptation|seriali[sz]ation|full[- ]cast\w*)(?!\w)", re.I
)
# The broadcaster's name and no more behind a title: it plays more books than it has read whole.
_BROADCAST = re.compile(r"[(\[]\s*bbc\s*[)\]]|\s[-–—]\s+bbc\s*(?=$|[|(\[])", re.I)
_WHOLE_TEXT = 0.9  # a full-cast reading of at least this share of the expected runtime is the whole text


def dramatised(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses radio plays and dramatisations, by the title, the tags and the narrators.

    A full cast alone, or "(BBC)" behind the title, may be a reading of the whole text: it is refused, for a person to
    look at, unless the release says "unabridged" or runs as long as the book.
    """
    if policy.accept_dramatised:
        return Accept(CODE)
    got, book = read(release), read_wanted(wanted)
    if release.category is ReleaseCategory.RADIO:
        return Reject(CODE, "radio", "a reading of the book")
    if not book.parsed.dramatised:
        said = markers.DRAMATISED.search(got.notes) or _IN_TAGS.search(got.tags) or _BBC.search(got.notes)
        said = said or _IN_TITLE.search(release.title)
        if said:
            return Reject(CODE, said[0].strip(" |,;:([-–—"), "a reading of the book")
    cast = markers.FULL_CAST.search(" | ".join((got.notes, *release.narrators))) or _BROADCAST.search(release.title)
    if cast and not book.parsed.full_cast and not _is_whole_text(got, wanted):
        return Reject(CODE, cast[0].strip(" -–—"), "a reading of the book", permanent=False)
    return Accept(CODE)


def _is_whole_text(got: Reading, wanted: Wanted) -> bool:
    if markers.UNABRIDGED.search(got.notes):
        return True
    expected = wanted.expected_runtime_seconds
    return bool(expected and got.runtime_seconds and got.runtime_seconds >= _WHOLE_TEXT * expected)
