import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.library import SeriesRef
from resources.audiobookshelf import library_item, listed_item
from resources.errors import UnexpectedAnswer
from tests.support.paths import CLIENT_SAMPLES

SAMPLES = CLIENT_SAMPLES / "audiobookshelf"


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text())


def test_a_book_in_two_series_keeps_both_with_their_positions():
    item = library_item(sample("item_expanded_two_series"))
    assert [(ref.name, ref.position) for ref in item.series] == [("Rincewind", "2"), ("Discworld", "2")]
    assert item.title == "The Light Fantastic"
    assert item.authors == ("Terry Pratchett",)
    assert item.rel_path == "Terry Pratchett/The Light Fantastic"
    assert (item.duration_seconds, item.size_bytes, item.num_audio_files) == (6, 30760, 4)
    assert item.published_year == 1986
    assert item.added_at == datetime(2026, 11, 22, 14, 35, 55, 217000, UTC)


def test_a_range_stays_the_text_that_somebody_wrote():
    assert library_item(sample("item_expanded_omnibus")).series[0].position == "1-4"


def test_an_ebook_has_no_audio():
    item = library_item(sample("item_expanded_ebook_only"))
    assert (item.num_audio_files, item.ebook_format, item.duration_seconds) == (0, "epub", 0)
    assert item.language == "english"


def test_no_metadata_is_blank_fields():
    item = library_item(sample("item_expanded_no_metadata"))
    assert (item.title, item.authors, item.series, item.published_year) == ("audiobook_1001", (), (), None)


def test_the_plain_form_counts_its_files_itself():
    item = library_item(sample("item_plain_clean_vol"))
    assert (item.num_audio_files, item.duration_seconds) == (1, 2)


def test_an_item_that_does_not_say_how_many_files_it_has_is_still_an_audiobook():
    row = sample("item_expanded_two_series")
    for key in ("audioFiles", "numAudioFiles", "numTracks", "tracks"):
        del row["media"][key]
    assert library_item(row).num_audio_files == 1


@pytest.mark.parametrize(("written", "read"), [("09", "09"), ("#3", "#3"), (None, ""), (4, "4"), ({}, "")])
def test_sequences_are_free_text_or_null(written, read):
    row = sample("item_expanded_omnibus")
    row["media"]["metadata"]["series"] = [{"id": "s", "name": "S", "sequence": written}, {"name": None}, None, 7]
    assert library_item(row).series == (SeriesRef("S", read, "s"),)


def test_a_minified_row_is_refused_because_it_cannot_say_its_series():
    row = sample("items_minified")["results"][0]
    row["media"]["metadata"]["seriesName"] = "Discworld #2"
    with pytest.raises(UnexpectedAnswer, match="short form"):
        library_item(row)


def test_a_minified_row_tells_enough_to_see_a_change():
    row = listed_item(sample("item_missing_minified"))
    assert row.is_missing
    assert row.updated_at == datetime(2026, 11, 22, 14, 31, 41, 319000, UTC)


@pytest.mark.parametrize("row", [None, [], {}, {"id": ""}, {"id": "x"}, {"id": "x", "media": {}}, "x"])
def test_what_cannot_be_an_item_is_said_so(row):
    with pytest.raises(UnexpectedAnswer):
        library_item(row)


def test_a_podcast_is_no_book():
    with pytest.raises(UnexpectedAnswer, match="podcast"):
        library_item({"id": "x", "mediaType": "podcast", "media": {"metadata": {}}})


JUNK = (None, True, False, 0, -1, 1e308, float("nan"), float("inf"), "", "x\x00y", "\ud800", [], {}, [None], [[]],
        [{"name": None}], [{"name": 3}], [7], {"name": []}, "1e9", 10**30)  # fmt: skip
anything = st.sampled_from(JUNK)
FIELDS = ("title", "subtitle", "authors", "narrators", "series", "genres", "publishedYear", "publishedDate", "isbn",
          "asin", "language", "abridged")  # fmt: skip
MEDIA = ("coverPath", "numAudioFiles", "numTracks", "duration", "size", "audioFiles", "ebookFile", "ebookFormat")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, anything)),
    st.fixed_dictionaries({}, optional=dict.fromkeys(MEDIA, anything)),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("path", "relPath", "addedAt", "updatedAt", "isMissing"), anything)
    ),
)
def test_no_single_field_can_cost_the_item(metadata, media, top):
    item = library_item({**top, "id": "x", "media": {**media, "metadata": metadata}})
    assert item.abs_id == "x"
    assert item.num_audio_files >= 0
    assert item.duration_seconds >= 0
    assert all(ref.name for ref in item.series)
    assert item.added_at is None or item.added_at.tzinfo is UTC
