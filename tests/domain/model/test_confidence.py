"""Confidence is ordered by sureness, which is not the alphabet's order."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mam_assets.domain.model.confidence import Confidence

RISING = [Confidence.UNMATCHED, Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]


def test_the_order() -> None:
    assert sorted(Confidence) == RISING
    assert (min(Confidence), max(Confidence)) == (Confidence.UNMATCHED, Confidence.HIGH)
    for low, high in pairwise(RISING):
        assert low < high
        assert low <= high
        assert high > low
        assert high >= low
        assert not high < low
        assert not high <= low
        assert not low > high
        assert not low >= high
    for same in RISING:
        assert same <= same
        assert same >= same
        assert not same < same
        assert not same > same


@pytest.mark.parametrize(
    ("given", "steps", "left"),
    [
        (Confidence.HIGH, 0, Confidence.HIGH),
        (Confidence.HIGH, 1, Confidence.MEDIUM),
        (Confidence.HIGH, 2, Confidence.LOW),
        (Confidence.HIGH, 3, Confidence.LOW),
        (Confidence.LOW, 1, Confidence.LOW),
        (Confidence.UNMATCHED, 1, Confidence.UNMATCHED),
    ],
)
def test_lowered_never_to_unmatched(given: Confidence, steps: int, left: Confidence) -> None:
    assert given.lowered(steps) is left
