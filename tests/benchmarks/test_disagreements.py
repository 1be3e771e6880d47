"""No planted error of a less trusted provider becomes the catalogue's word."""

from collections import Counter

import pytest

from benchmarks.disagreements import Decision, decisions
from mam_assets.domain.model.confidence import Confidence
from mam_assets.sandbox.world.load import load_catalogue


@pytest.fixture(scope="module")
def decided() -> list[Decision]:
    return [one for one in decisions(load_catalogue()) if one.entry is not None]


def test_the_world_holds_disagreements_of_every_kind(decided: list[Decision]) -> None:
    kinds = Counter((one.opinion.provider, one.opinion.field) for one in decided)
    assert {("hardcover", "position"), ("hardcover", "year"), ("hardcover", "title"), ("hardcover", "known"),
            ("audible", "runtime_seconds"), ("audible", "known")} <= set(kinds)  # fmt: skip


def test_what_the_most_trusted_provider_says_stands(decided: list[Decision]) -> None:
    wrong = [
        one for one in decided if one.opinion.field in ("year", "position", "title") and one.stands != one.opinion.truth
    ]
    assert [(one.book.title, one.opinion.field, one.stands) for one in wrong] == []


def test_a_wrong_length_never_stands_alone(decided: list[Decision]) -> None:
    lengths = [one for one in decided if one.opinion.field == "runtime_seconds"]
    for one in lengths:
        assert one.entry is not None
        other = "hardcover" in one.entry.providers
        assert (one.entry.work.runtime_seconds is None) == other, one.book.title
        assert ("other recordings" in one.entry.disagreement) == other


def test_a_moved_position_is_noted_and_lowers_the_confidence(decided: list[Decision]) -> None:
    moved = [one.entry for one in decided if one.opinion.field == "position" and one.entry is not None]
    noted = [entry for entry in moved if "has it as number" in entry.disagreement]
    assert len(noted) >= 5
    assert all(entry.confidence is not Confidence.HIGH for entry in noted)


def test_a_book_that_a_provider_does_not_know_stays(decided: list[Decision]) -> None:
    gone = [one for one in decided if one.opinion.field == "known"]
    assert len(gone) > 10
    assert all(one.opinion.provider not in one.entry.providers for one in gone if one.entry is not None)
