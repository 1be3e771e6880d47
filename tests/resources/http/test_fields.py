import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.http import fields

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.text(max_size=3), max_size=2),
    st.just({}),
)


@given(JUNK)
def test_no_value_raises_and_none_comes_back_in_another_type(value):
    assert isinstance(fields.text(value), str)
    assert isinstance(fields.plain(value), str)
    assert isinstance(fields.texts(value), tuple)
    assert isinstance(fields.names(value), tuple)
    assert fields.count(value) >= 0
    assert isinstance(fields.integer(value), (int, type(None)))
    assert isinstance(fields.year(value), (int, type(None)))
    assert isinstance(fields.iso_date(value), (date, type(None)))
    assert isinstance(fields.epoch_ms(value), (datetime, type(None)))
    assert fields.asin(value) == "" or len(fields.asin(value)) == 10
    assert isinstance(fields.isbn(value), str)
    assert isinstance(fields.language_of(value), str)


@given(st.text(alphabet=st.characters(), max_size=60))
def test_text_can_be_stored_anywhere(shown):
    told = fields.text(shown)
    assert "\x00" not in told
    assert json.loads(json.dumps(told)) == told
    assert told.encode("utf-8").decode("utf-8") == told


@given(st.text(alphabet="<>pbi/& ;amltgx\n\"'=!-[]", max_size=40))
def test_any_markup_becomes_text(shown):
    assert isinstance(fields.plain(shown), str)


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<p>One <b>two</b></p><p>three<br>four</p>", "One two\nthree\nfour"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("&lt;p&gt;hidden&lt;/p&gt;", "hidden"),
        ("5 < 7 and 8 > 2", "5 < 7 and 8 > 2"),
        ("<script>alert(1)</script>safe<!-- no -->", "safe"),
        ("", ""),
    ],
)
def test_plain(markup, read):
    assert fields.plain(markup) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2004", 2004),
        (2004, 2004),
        ("2004-05-01", 2004),
        ("c. 1994", 1994),
        ("12345", None),
        ("", None),
        ("0000", None),
    ],
)
def test_year(value, read):
    assert fields.year(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2022-02-02T00:00:00.000Z", date(2022, 2, 2)),
        ("2022-02-30", None),
        ("0044-03-15 BC", None),
        ("10000-01-01", None),
        ("2005-11", None),
    ],
)
def test_iso_date(value, read):
    assert fields.iso_date(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("978-0-306-40615-7", "9780306406157"),
        ("0-306-40615-2", "0306406152"),
        ("080442957x", "080442957X"),
        ("9780306406158", ""),
        ("0", ""),
        ("0000000000", ""),
        ("765305119", ""),
    ],
)
def test_only_real_isbns_count(value, read):
    assert fields.isbn(value) == read


def test_times_are_aware_and_absurd_ones_are_none():
    assert fields.epoch_ms(1_700_000_000_123) == datetime(2023, 11, 14, 22, 13, 20, 123000, UTC)
    assert fields.epoch_ms(10**30) is None
    assert fields.epoch_ms(0) is None
    assert fields.epoch_ms(float("nan")) is None


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("en", "english"),
        ("en-US", "english"),
        ("ENG", "english"),
        ("English (UK)", "english"),
        ("pol", "polish"),
        ("angielski", "english"),
        ("Deutsch", "german"),
        ("und", ""),
        (None, ""),
        ("Klingon", "klingon"),
    ],
)
def test_languages_are_english_words(written, word):
    assert fields.language_of(written) == word
