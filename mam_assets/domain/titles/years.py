"""Years of publication that stand beside a title: "2011 - Embassytown", "Vol 3 - 2010 - Kraken"."""

from __future__ import annotations

import re
from collections.abc import Sequence

# From the first printed novels to well beyond any book that a library can hold.
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_ALONE = re.compile(rf"^\W*{_YEAR}\W*$")
_DOTTED = re.compile(rf"^\s*(?P<year>{_YEAR})[.)]\s+(?=\S)")
_IN_FRONT = re.compile(rf"^\s*[(\[]?{_YEAR}[)\]]?\s*(?:[-–—]\s+|[.)\]]\s+)(?=\S)")


def is_year(piece: str) -> bool:
    """Does the piece of a title hold a year and nothing else?"""
    return bool(_ALONE.match(piece))


def year_in_front(title: str) -> bool:
    """Does the title begin as folders sorted by year do: "1999 - Title", "(1999) Title", "1999. Title"?

    "2001: A Space Odyssey" does not; "1984 - George Orwell" does, so what is left has to be looked at.
    """
    return bool(_IN_FRONT.match(title))


def dashed(title: str) -> str:
    """ "2004. The Last Kingdom", "2004) The Last Kingdom" written as "2004 - The Last Kingdom"."""
    return title if not title[:1].isdigit() else _DOTTED.sub(r"\g<year> - ", title)


def without_year_of_volume(pieces: Sequence[str], is_volume: bool) -> list[str]:
    """The pieces of a title without a year between its volume and the title: "Vol 3", "2010", "Kraken".

    ``is_volume``: the first piece is a volume's number alone.
    """
    if is_volume and len(pieces) > 2 and is_year(pieces[1]):
        return [pieces[0], *pieces[2:]]
    return list(pieces)
