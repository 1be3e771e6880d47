"""How far a slip of the keyboard and two wordings of a subtitle may go, to the very letter."""

from __future__ import annotations

import pytest

from mam_assets.domain.model.release import Wanted
from mam_assets.domain.releases.identity import Identity, TitleMatch, identify
from mam_assets.domain.releases.volumes import Volume, VolumeMatch
from tests.support.release_samples import release, wanted

CRADLE = ("Cradle", "3")


def title_of(got: str, book: Wanted, *places: tuple[str, str], **fields: object) -> TitleMatch:
    return identify(release(got, *places, **fields), book).title


@pytest.mark.parametrize(
    ("got", "book", "match"),
    [
        ("Nebla", "Nebula", TitleMatch.OWN),  # five letters, one slip
        ("Nabla", "Nebula", TitleMatch.NONE),
        ("Dume", "Dune", TitleMatch.NONE),  # four letters: another word
        ("Dunes", "Dune", TitleMatch.NONE),
        ("Blakcflmae", "Blackflame", TitleMatch.OWN),  # ten letters, two slips
        ("Blakcflmea", "Blackflame", TitleMatch.NONE),
        ("Blkflame", "Blackflame", TitleMatch.NONE),  # eight letters, two slips
        ("Blackflam", "Blackflame", TitleMatch.OWN),  # nine letters, one slip
        ("Station 11 Blues", "Station 12 Blues", TitleMatch.NONE),  # a number is no slip
    ],
)
def test_slips_where_the_tracker_states_the_very_volume(got: str, book: str, match: TitleMatch) -> None:
    assert title_of(got, wanted(book, CRADLE), CRADLE) is match
    assert title_of(got, wanted(book, CRADLE)) is TitleMatch.NONE
    assert title_of(got, wanted(book, CRADLE), ("Cradle", "4")) is TitleMatch.NONE


@pytest.mark.parametrize(
    ("got", "book", "match"),
    [
        ("Heroes: Lives of the Brave Men", "Heroes: Lives of the Brave Men", TitleMatch.OWN),
        ("Heroes", "Heroes: Lives of the Brave Men", TitleMatch.SHORT),
        ("Heroes: Lives of the Brave Men", "Heroes", TitleMatch.SHORT),
        ("Heroes: Lives of Five Brave Men", "Heroes: Lives of Some Brave Men", TitleMatch.SHORT),  # four of five
        ("Heroes: Lives of Five Great Men", "Heroes: Lives of Some Brave Men", TitleMatch.SHORT),  # three of five
        ("Heroes: Tales of Five Great Men", "Heroes: Lives of Some Brave Men", TitleMatch.SUBTITLE),  # two of five
        ("Heroes: Lives of Men", "Heroes: Lives of Women", TitleMatch.SUBTITLE),  # two of three: too few words
        ("Heroes: Lives of Men", "Heroes: Lives of Men Retold", TitleMatch.SUBTITLE),  # one within the other
    ],
)
def test_subtitles(got: str, book: str, match: TitleMatch) -> None:
    assert title_of(got, wanted(book)) is match


@pytest.mark.parametrize(
    ("match", "has_title", "is_own"),
    [
        (TitleMatch.OWN, True, True),
        (TitleMatch.SHORT, True, True),
        (TitleMatch.SERIES, True, False),
        (TitleMatch.SUBTITLE, False, False),
        (TitleMatch.NONE, False, False),
    ],
)
def test_what_counts_as_the_title(match: TitleMatch, has_title: bool, is_own: bool) -> None:
    identity = Identity(match, Volume(VolumeMatch.UNKNOWN, (), ()))
    assert (identity.has_title, identity.is_own) == (has_title, is_own)


def test_the_same_number_is_the_same_book_whatever_the_title() -> None:
    book = Wanted("k", "Tehanu", asin="B002V1A0WE")
    assert title_of("Anything", book, asin="B002V1A0WE") is TitleMatch.OWN
    assert title_of("Anything", book, asin="B002V1A0WF") is TitleMatch.NONE
