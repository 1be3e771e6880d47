"""How sure a match or a gap is: the one scale that every decision uses."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """How sure a match or a gap is, ordered: UNMATCHED < LOW < MEDIUM < HIGH (not by the alphabet, as texts are)."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    UNMATCHED = "UNMATCHED"

    def __lt__(self, other: object) -> bool:
        return _ORDER.index(self) < _ORDER.index(other) if isinstance(other, Confidence) else NotImplemented

    def __le__(self, other: object) -> bool:
        return _ORDER.index(self) <= _ORDER.index(other) if isinstance(other, Confidence) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return _ORDER.index(self) > _ORDER.index(other) if isinstance(other, Confidence) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return _ORDER.index(self) >= _ORDER.index(other) if isinstance(other, Confidence) else NotImplemented

    def lowered(self, steps: int) -> Confidence:
        """Less sure by so many steps, but not UNMATCHED by that; UNMATCHED stays."""
        return self if self is Confidence.UNMATCHED else _ORDER[max(1, _ORDER.index(self) - steps)]


_ORDER = [Confidence.UNMATCHED, Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]
