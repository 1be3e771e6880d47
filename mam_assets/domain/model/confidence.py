"""How sure a match or a gap is: the one scale that every decision uses."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """How sure a match or a gap is."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    UNMATCHED = "UNMATCHED"
