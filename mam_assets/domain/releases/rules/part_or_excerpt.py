"""The whole book, neither a part of it nor a sample."""

from __future__ import annotations

import re

from mam_assets.domain import positions
from mam_assets.domain.model.release import Accept, Reject, RejectCode, Release, ReleasePolicy, Wanted
from mam_assets.domain.releases import volumes
from mam_assets.domain.releases.context import Context, Verdict
from mam_assets.domain.releases.reading import Reading, WantedReading, read, read_wanted

CODE = RejectCode.PART_OR_EXCERPT

# Whole tags only: "44100 sample" is a sampling rate.
_TAG = re.compile(
    r"(?:^|[|,;])\s*(?:(?:free |audio )?(?:samples?|excerpts?|preview|teaser|extract)"
    r"|(?:first|second|third|last|1st|2nd|3rd|final) (?:half|third|quarter|part)(?: only)?"
    r"|(?:part|pt|disc|cd) ?\d+(?: of \d+)?(?: only)?|incomplete|(?:opening|first) chapters?(?: only)?)\s*(?=$|[|,;])",
    re.I,
)
_IN_BRACKETS = re.compile(r"[(\[][^)\]]*\b(?:samples?|excerpts?|previews?|teaser)\b[^)\]]*[)\]]", re.I)
# At the end of a title, with no sign before it: "Kushiel's Dart pt 1", "It (Disc 3)".
_TAIL = re.compile(r"\b(?:part|pt|dis[ck]|cd)\.?\s?#?(?:\d{1,3}|one|two|three|four|[ivx]{1,4})\W*$", re.I)
# A name and the number of a part, before a colon or dash, behind one or between brackets.
_NAMED = re.compile(
    r"(?:^|[(\[:]|\s[-–—])\s*(?P<name>[^:()\[\]]+?)[\s,]+(?:part|pt)\.?\s+(?P<number>\d{1,3}|[ivx]+|[a-z]+)"
    r"\s*(?=$|[:)\]]|\s[-–—])",
    re.I,
)
_OF = re.compile(r"\b(?:part|pt|disc|cd)\.? ?\d+ (?:of|/) ?\d+\b", re.I)


def part_or_excerpt(release: Release, wanted: Wanted, policy: ReleasePolicy, context: Context) -> Verdict:
    """Refuses "1p2" in ``series_info``, "(Part 1 of 2)" and "Excerpt" in the title, and "sample" among the tags.

    A part that the wanted title names itself is what is wanted, and "Part 2" of the series is its second volume.
    """
    got, book = read(release), read_wanted(wanted)
    shown = _by_series_field(got, book) or _by_title(got, book) or _by_tags(got)
    return Reject(CODE, shown, "the whole book") if shown else Accept(CODE)


def _by_series_field(got: Reading, book: WantedReading) -> str:
    shared = [place for name, place in got.places if any(volumes.same_series(name, other) for other, _ in book.places)]
    wanted_parts = {place.part for _, place in book.places} | {book.parsed.part}
    parts = [place for place in shared or [place for _, place in got.places] if place.part is not None]
    return next((f"part {place.part}" for place in parts if place.part not in wanted_parts), "")


def _by_title(got: Reading, book: WantedReading) -> str:
    part, is_volume = got.parsed.part, _is_volume(got, book)
    if part is not None and part != book.parsed.part and not is_volume:
        return f"part {part}" + (f" of {got.parsed.parts}" if got.parsed.parts else "")
    if got.parsed.derivative == "excerpt" != book.parsed.derivative:
        return got.title
    for pattern in (_IN_BRACKETS,) if is_volume else (_IN_BRACKETS, _TAIL):
        said = pattern.search(got.title)
        if said and not pattern.search(book.title):
            return said[0]
    return ""


def _is_volume(got: Reading, book: WantedReading) -> bool:
    """Does the part stand behind the name of the wanted series, with the wanted place: "Foundation Trilogy, Part 2"?

    Not if the book itself is so called: "Dune, Part 1" is the beginning of "Dune".
    """
    named = _NAMED.search(got.title)
    if named is None or volumes.is_name(named["name"], book.parsed.title):
        return False
    return any(
        volumes.is_name(named["name"], name) and place.numbers == positions.parse(named["number"]).numbers
        for name, place in book.places
    )


def _by_tags(got: Reading) -> str:
    said = _TAG.search(got.tags) or _OF.search(got.tags)
    return said[0].strip(" |,;") if said else ""
