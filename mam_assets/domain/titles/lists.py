"""Volumes that a title lists one by one: "Red Rising, Red Rising 2 and Red Rising 3"."""

from __future__ import annotations

import re

from mam_assets.domain import positions

from ..model.library import SeriesRef

_JOINT = re.compile(r"\s*(?:,|;|&|\+|/)\s*(?:and\s+)?|\s+and\s+", re.I)
_VOLUME = re.compile(r"^(?P<name>\w.*?)(?:[\s,]+(?:book|vol(?:ume)?\.?)?\s*#?(?P<number>\d{1,2}))?$", re.I)


def listed_volumes(title: str) -> SeriesRef | None:
    """The series and the positions of a title that repeats the series' name; one without a number is the first.

    None unless every piece is that name, with a number behind all of them but one at most.
    """
    if not title[-1:].isdigit():
        return None
    pieces = [piece for piece in _JOINT.split(title) if piece]
    if len(pieces) < 2:
        return None
    matches = [_VOLUME.match(piece) for piece in pieces]
    read = [(match["name"].casefold(), int(match["number"] or 1)) for match in matches if match]
    names, numbers = {name for name, _ in read}, {number for _, number in read}
    if len(read) < len(pieces) or len(names) != 1 or len(numbers) < len(pieces):
        return None
    position = positions.parse(", ".join(map(str, sorted(numbers))))
    return SeriesRef(pieces[0][: len(read[0][0])], positions.show(position))
