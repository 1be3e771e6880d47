"""One form of a language out, whatever spelling comes in."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import languages
from mam_assets.domain.languages import is_language, language_word
from resources.myanonamouse.catalogue import LANGUAGE_IDS


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("ENG", "english"),
        ("en_GB", "english"),
        ("de-AT", "german"),
        ("GER", "german"),
        ("deu", "german"),
        ("BRA", "portuguese"),
        ("CAS", "spanish"),
        ("SCR", "croatian"),
        ("français", "french"),
        ("Scottish  Gaelic", "scottish gaelic"),
        ("Portuguese; Brazilian", "portuguese"),
        ("zxx", ""),
        ("  ", ""),
        ("Klingon", "klingon"),
    ],
)
def test_spellings(written: str, word: str) -> None:
    assert language_word(written) == word


def test_no_spelling_stands_for_two_languages() -> None:
    spellings = Counter(one for word, ways in languages._SPELLINGS.items() for one in {word, *ways.split()})
    assert [spelling for spelling, times in spellings.items() if times > 1] == []


def test_every_language_that_the_tracker_searches_by_number_is_known() -> None:
    assert [word for word in LANGUAGE_IDS if not is_language(word)] == []


@given(st.one_of(st.text(max_size=20), st.sampled_from(languages.WORDS)))
def test_a_word_stays_itself(written: str) -> None:
    word = language_word(written)
    assert language_word(word) == word
    assert is_language(word) == (word in languages.WORDS)
