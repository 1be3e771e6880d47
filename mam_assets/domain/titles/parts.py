""" "Part 2" beside a name: part 2 of that book, or volume 2 of that series? The text alone does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mam_assets.domain import positions

from ..model.library import SeriesRef

_NUMBER = r"(?:\d{1,3}|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten)"
_NAMED = re.compile(rf"^\W*(?P<name>\w.*?)[\s,]+(?:part|pt\.?|teil)\s+(?P<number>{_NUMBER})\W*$", re.I)
_BEHIND = re.compile(
    r"(?:(?:the )?(?:part|half|section|teil) (?:\d+|[a-d]|one|two|three)"
    r"|(?:the )?(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th) (?:half|part|third|quarter))"
    r"(?: of (?:\d+|two|three|four))?"
)


def named_parts(chunks: Iterable[str]) -> tuple[SeriesRef, ...]:
    """ "Winternight Trilogy, Part 2" in brackets or behind a colon: a name and the number of its part.

    ``chunks`` must not hold the title itself, whose part is a part.
    """
    parts = []
    for chunk in chunks:
        if match := _NAMED.match(chunk):
            value = positions.number(match["number"])
            if value is not None:
                parts.append(SeriesRef(match["name"].strip(" ,"), str(value)))
    return tuple(parts)


def is_part_behind(title: str, whole: str) -> bool:
    """Is one normal form the other with nothing but a part's name behind it: "words of radiance part 1"?"""
    return (
        len(title) > len(whole) > 0
        and title.startswith(f"{whole} ")
        and _BEHIND.fullmatch(title, len(whole) + 1) is not None
    )
