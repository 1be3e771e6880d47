from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.release import ReleaseCategory, ReleaseSeries
from resources.errors import UnexpectedAnswer
from resources.myanonamouse import release, values
from resources.myanonamouse.catalogue import language_ids


def row(**changes: Any) -> dict[str, Any]:
    """A row with the keys and value types of a recorded one; the values are made up."""
    return {
        "id": 1234567,
        "language": 1,
        "lang_code": "ENG",
        "main_cat": 13,
        "category": 41,
        "mediatype": 1,
        "maincat": 1,
        "categories": "[13,29,58]",
        "catname": "Audiobooks - Fantasy",
        "cat": '<div class="cat41">&nbsp;</div>',
        "title": "The Hollow Crown",
        "tags": "unabridged, 62 kbps",
        "size": "1,016.2 MiB",
        "numfiles": 3,
        "filetype": "m4b",
        "vip": 0,
        "vip_expire": 0,
        "free": 0,
        "personal_freeleech": 0,
        "fl_vip": 0,
        "my_snatched": 0,
        "bookmarked": None,
        "author_info": '{"8234": "Ann O\'Hara"}',
        "narrator_info": '{"991": "Sam Reader", "7": "Ina Voice"}',
        "series_info": '{"67": ["Crowns","01-03, 3.5", 1.0]}',
        "seeders": 42,
        "leechers": 0,
        "added": "2026-08-30 12:34:56",
        "browseflags": 0,
        "times_completed": 310,
        "comments": 2,
        "w": 1,
        "poster_type": "image/jpeg",
        "mediainfo": '{"General":{"Duration":"8:17:09","Format":"MPEG-4"},'
        '"Audio1":{"Format":"AAC","BitRate":"126k","Channels":2}}',
        "ownership": '[200001, "uploader"]',
        "dl": "0123456789abcdef",
        "isbn": 9781234567890,
        "description": "A book.",
    } | changes


def test_a_row_as_it_was_recorded() -> None:
    read = release(row())
    assert read.torrent_id == 1234567
    assert read.title == "The Hollow Crown"
    assert read.authors == ("Ann O'Hara",)
    assert read.narrators == ("Sam Reader", "Ina Voice")
    assert read.series == (ReleaseSeries("Crowns", "01-03, 3.5", "67"),)
    assert (read.category, read.genre_id, read.genre) == (ReleaseCategory.AUDIOBOOK, 41, "Audiobooks - Fantasy")
    assert (read.language, read.filetypes) == ("english", ("m4b",))
    assert (read.size_bytes, read.num_files) == (int(1016.2 * 1024**2), 3)
    assert (read.seeders, read.leechers, read.snatches) == (42, 0, 310)
    assert read.added_at == datetime(2026, 8, 30, 12, 34, 56, tzinfo=UTC)
    assert (read.runtime_seconds, read.bitrate_kbps) == (8 * 3600 + 17 * 60 + 9, 126)
    assert (read.isbn, read.asin) == ("9781234567890", "")
    assert read.unreadable == ()
    assert not any((read.vip, read.free, read.free_for_vip, read.personal_freeleech, read.flags))
    assert not read.snatched_before


def test_the_link_that_lets_anybody_download_is_not_kept() -> None:
    assert "0123456789abcdef" not in repr(release(row()))


def test_everything_may_come_as_text() -> None:
    as_text = {key: str(value) for key, value in row(vip=1, free="yes", my_snatched=1, browseflags=36).items()}
    as_text["title"] = 1984  # type: ignore[assignment]
    read = release(as_text | {"isbn": "9781234567890"})
    assert (read.torrent_id, read.title, read.seeders) == (1234567, "1984", 42)
    assert read.category is ReleaseCategory.AUDIOBOOK
    assert (read.vip, read.free, read.snatched_before) == (True, True, True)
    assert read.flags == {"violence", "abridged"}
    assert read.unreadable == ()


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0, set()),
        (2, {"crude language"}),
        (16 | 64, {"explicit", "lgbt"}),
        (2 | 4 | 8 | 16 | 32 | 64, {"crude language", "violence", "some explicit", "explicit", "abridged", "lgbt"}),
        (1 | 128, set()),
    ],
)
def test_browseflags_are_bits(bits: int, words: set[str]) -> None:
    assert release(row(browseflags=bits)).flags == words


@pytest.mark.parametrize("field", ["author_info", "narrator_info", "series_info", "mediainfo"])
def test_a_broken_field_is_named_and_costs_nothing_else(field: str) -> None:
    read = release(row(**{field: '{"1": "half'}))
    assert read.unreadable == (field,)
    assert read.title == "The Hollow Crown"
    assert read.size_bytes > 0


def test_names_around_a_bare_quote_are_guessed_and_the_field_is_named() -> None:
    read = release(row(author_info='{"5": "Bob "The Pen" Stone", "6": "Ann Lee"}'))
    assert read.authors == ('Bob "The Pen" Stone', "Ann Lee")
    assert read.unreadable == ("author_info",)


@pytest.mark.parametrize("blank", ["{}", "", "[]", "null", None, [], {}])
def test_no_author_is_not_an_unreadable_one(blank: object) -> None:
    read = release(row(author_info=blank, narrator_info=blank, series_info=blank, mediainfo=blank))
    assert (read.authors, read.narrators, read.series, read.runtime_seconds) == ((), (), (), None)
    assert read.unreadable == ()


def test_names_carry_entities_even_twice() -> None:
    read = release(row(title="Tom &amp; Ann&#039;s Tale", author_info='{"1": "J&ouml;rg &amp;amp; Co"}'))
    assert read.title == "Tom & Ann's Tale"
    assert read.authors == ("Jörg & Co",)


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ('{"9": ["Crowns", "2"]}', [("Crowns", "2")]),  # rows from before the third member
        ('{"9": ["Crowns", "", -1]}', [("Crowns", "")]),
        ('{"9": ["Crowns", "", 4.5]}', [("Crowns", "4.5")]),
        ('{"9": ["Crowns", 3, 3.0]}', [("Crowns", "3")]),
        ('{"9": ["Crowns", "1p2", 1]}', [("Crowns", "1p2")]),
        (
            '{"9": ["Crowns", "1", 1], "8": ["Worlds &amp; Ends", "12.5", 12.5]}',
            [("Crowns", "1"), ("Worlds & Ends", "12.5")],
        ),
        ('{"9": "Crowns"}', [("Crowns", "")]),
    ],
)
def test_series_have_two_or_three_members(series: str, expected: list[tuple[str, str]]) -> None:
    read = release(row(series_info=series))
    assert [(one.name, one.number) for one in read.series] == expected
    assert read.unreadable == ()


@pytest.mark.parametrize("series", ["[1]", '"Crowns"', '{"9": []}', '{"9": [null, "1"]}', '{"9": {"a": 1}}'])
def test_series_of_another_form_are_unreadable(series: str) -> None:
    read = release(row(series_info=series))
    assert read.series == ()
    assert read.unreadable == ("series_info",)


@pytest.mark.parametrize(
    ("isbn", "expected"),
    [
        (9781234567890, ("9781234567890", "")),
        ("978-1-2345-6789-0", ("9781234567890", "")),
        ("ASIN:B0ABCD1234", ("", "B0ABCD1234")),
        ("asin: b0abcd1234", ("", "B0ABCD1234")),
        ("B0ABCD1234", ("", "B0ABCD1234")),
        (123456789, ("0123456789", "")),  # an ISBN-10 that lost its zero as a number
        ("080442957X", ("080442957X", "")),
        ("", ("", "")),
        (None, ("", "")),
        (0, ("", "")),
        ("n/a", ("", "")),
    ],
)
def test_isbn_is_a_number_a_text_or_an_asin(isbn: object, expected: tuple[str, str]) -> None:
    read = release(row(isbn=isbn))
    assert (read.isbn, read.asin) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("1,016.2 MiB", int(1016.2 * 1024**2)),
        ("2.5 GiB", int(2.5 * 1024**3)),
        ("1.1 TiB", 1209462790553),
        ("875 KiB", 875 * 1024),
        ("12 B", 12),
        ("0 B", 0),
        (123456789, 123456789),
        ("123456789", 123456789),
    ],
)
def test_sizes_are_for_people(size: object, expected: int) -> None:
    assert release(row(size=size)).size_bytes == expected


@pytest.mark.parametrize("size", ["", None, "large", "-5 MiB", "9" * 40, {"MiB": 5}])
def test_a_size_that_cannot_be_read_is_not_zero_in_silence(size: object) -> None:
    assert release(row(size=size)).unreadable == ("size",)


@pytest.mark.parametrize("field", ["seeders", "main_cat", "lang_code", "size", "title"])
def test_a_field_that_rules_lean_on_may_not_be_absent_in_silence(field: str) -> None:
    bare = row(language=0)
    del bare[field]
    assert release(bare).unreadable == (field,)


@pytest.mark.parametrize(
    ("number", "category", "unreadable"),
    [
        (13, ReleaseCategory.AUDIOBOOK, ()),
        ("14", ReleaseCategory.EBOOK, ()),
        (15, ReleaseCategory.MUSIC, ()),
        (16, ReleaseCategory.RADIO, ()),
        (17, ReleaseCategory.UNKNOWN, ("main_cat",)),
        ("books", ReleaseCategory.UNKNOWN, ("main_cat",)),
    ],
)
def test_the_main_category_is_a_word(number: object, category: ReleaseCategory, unreadable: tuple[str, ...]) -> None:
    read = release(row(main_cat=number))
    assert (read.category, read.unreadable) == (category, unreadable)


@pytest.mark.parametrize(
    ("fields", "language", "unreadable"),
    [
        ({"lang_code": "GER"}, "german", ()),
        ({"lang_code": "ger"}, "german", ()),
        ({"lang_code": "BRA"}, "portuguese", ()),
        ({"lang_code": "XXX"}, "xxx", ()),
        ({"lang_code": "", "language": 1}, "english", ()),
        ({"lang_code": "", "language": "1"}, "english", ()),
        ({"lang_code": "", "language": 37}, "", ("lang_code",)),
    ],
)
def test_the_language_is_a_word(fields: dict[str, object], language: str, unreadable: tuple[str, ...]) -> None:
    read = release(row(**fields))
    assert (read.language, read.unreadable) == (language, unreadable)


def test_vip_may_be_for_ever_or_until_a_day() -> None:
    for_ever = release(row(vip=1, vip_expire=0))
    until = release(row(vip="1", vip_expire="1790000000", fl_vip=1))
    assert (for_ever.vip, for_ever.vip_until) == (True, None)
    assert (until.vip, until.vip_until) == (True, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC))
    assert until.free_for_vip
    assert not until.free


@pytest.mark.parametrize(
    ("text", "expected"), [("mp3 m4b", ("mp3", "m4b")), (" MP3, .jpg ", ("mp3", "jpg")), ("", ()), (None, ())]
)
def test_filetypes_are_one_or_several(text: object, expected: tuple[str, ...]) -> None:
    assert release(row(filetype=text)).filetypes == expected


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("8:17:09", 29829), ("17:09", 1029), ("102:00:01", 367201), ("8 h 17 min", 29820), ("1d 12:10:28", 130228)],
)
def test_durations(duration: str, seconds: int) -> None:
    media = json.dumps({"General": {"Duration": duration}})
    assert release(row(mediainfo=media)).runtime_seconds == seconds


@pytest.mark.parametrize(
    ("rate", "kbps"), [("126k", 126), ("62.5 kb/s", 62), ("128 kbps", 128), ("126000", 126), (126000, 126), ("", None)]
)
def test_bitrates(rate: object, kbps: int | None) -> None:
    media = json.dumps({"General": {}, "Audio1": {"BitRate": rate}})
    assert release(row(mediainfo=media)).bitrate_kbps == kbps


@pytest.mark.parametrize("broken", [{}, {"id": None}, {"id": "x"}, {"id": 0}, {"id": -4}])
def test_a_row_without_an_id_is_no_row(broken: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match="torrent id"):
        release(broken)


def test_control_characters_do_not_get_in() -> None:
    read = release(row(title="A\x00B&#0;C\ud800", description="x\x00y"))
    assert "\x00" not in read.title + read.description
    read.title.encode()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(row())), anything))
def test_no_row_with_an_id_does_harm(changes: dict[str, Any]) -> None:
    read = release(row() | changes | {"id": 5})
    assert read.torrent_id == 5
    assert read.size_bytes >= 0
    assert read.seeders >= 0


@given(st.integers(0, 2**40))
def test_a_size_in_bytes_comes_back_as_it_was(size: int) -> None:
    assert values.size(f"{size:,} B") == values.size(str(size)) == values.size(size) == size


@given(st.integers(0, 400), st.integers(0, 59), st.integers(0, 59))
def test_a_clock_reads_back(hours: int, minutes: int, seconds: int) -> None:
    assert values.seconds(f"{hours}:{minutes:02}:{seconds:02}") == hours * 3600 + minutes * 60 + seconds


def test_languages_are_searched_by_number_or_not_narrowed_at_all() -> None:
    assert language_ids(["english"]) == [1]
    assert language_ids(["English", "spanish"]) == [1, 4, 55]
    assert language_ids(["english", "klingon"]) == []
    assert language_ids([]) == []
