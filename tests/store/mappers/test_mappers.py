"""Dataclasses of the domain go into frames and come back as they were."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, MissingBook, SeriesCompletion
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef, TrackedSeries
from mam_assets.domain.model.release import Candidate, Reject, RejectCode, Release, ReleaseSeries, Wanted
from mam_assets.store import mappers
from mam_assets.store.errors import FrameError
from mam_assets.store.frames import schema
from mam_assets.store.frames.derived import read_frame, write_frame
from mam_assets.store.mappers.values import rejects_from_json, rejects_to_json

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
counts = st.integers(0, 2**31 - 1)
st.register_type_strategy(str, texts)
st.register_type_strategy(int, counts)
st.register_type_strategy(
    datetime,
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
works = st.builds(
    Work, provider_ids=st.dictionaries(texts, texts, max_size=3).map(lambda ids: tuple(sorted(ids.items())))
)
fast = settings(max_examples=40)


def unique(strategy: st.SearchStrategy[Any], *names: str) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=3, unique_by=lambda one: tuple(getattr(one, name) for name in names))


@fast
@given(unique(st.from_type(LibraryItem), "abs_id"))
def test_items(items: list[LibraryItem]) -> None:
    frame = mappers.items_to_frame(items, {"lib": "Books"}, {item.abs_id: "it has no title" for item in items[:1]})
    assert mappers.items_from_frame(frame) == items
    assert frame["problem"].tolist() == ["it has no title", "", ""][: len(items)]


@fast
@given(unique(st.builds(SeriesEntry, work=works), "series_key", "entry_key"))
def test_entries(entries: list[SeriesEntry]) -> None:
    assert mappers.entries_from_frame(mappers.entries_to_frame(entries)) == entries


@fast
@given(unique(st.from_type(EntryVerdict), "series_key", "entry_key"))
def test_verdicts(verdicts: list[EntryVerdict]) -> None:
    assert mappers.verdicts_from_frame(mappers.verdicts_to_frame(verdicts)) == verdicts


@fast
@given(unique(st.builds(MissingBook, work=works, priority=counts), "book_key"))
def test_missing_books_keep_what_the_table_has_room_for(missing: list[MissingBook]) -> None:
    frame = mappers.missing_to_frame(missing, now=NOW)
    back = mappers.missing_from_frame(frame)
    assert [one.book_key for one in back] == [one.book_key for one in missing]
    assert schema.to_records("missing_books", mappers.missing_to_frame(back, now=NOW)) == schema.to_records(
        "missing_books", frame
    )


@fast
@given(st.from_type(Release))
def test_releases(release: Release) -> None:
    stored = json.loads(json.dumps(mappers.release_to_json(release)))
    assert mappers.release_from_json(stored) == release


@fast
@given(st.from_type(Wanted))
def test_wanted_books(wanted: Wanted) -> None:
    assert mappers.wanted_from_json(json.loads(json.dumps(mappers.wanted_to_json(wanted)))) == wanted


@fast
@given(st.builds(ProviderSeries, entries=st.lists(st.tuples(texts, works), max_size=2).map(tuple)))
def test_series_of_providers(series: ProviderSeries) -> None:
    stored = json.loads(json.dumps(mappers.provider_series_to_json(series)))
    assert mappers.provider_series_from_json(stored) == series


@fast
@given(
    st.lists(
        st.builds(Candidate, book_key=st.sampled_from(["a", "b"]), rank=counts),
        max_size=4,
        unique_by=lambda one: (one.book_key, one.release.torrent_id),
    )
)
def test_candidates(candidates: list[Candidate]) -> None:
    found: dict[str, list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: (not one.accepted, one.rank)):
        found.setdefault(one.book_key, []).append(one)
    assert mappers.candidates_from_frame(mappers.candidates_to_frame(found, now=NOW)) == found


def test_flags_are_stored_in_one_order() -> None:
    """Sets have another order in every process: a stored release would seem changed by every run."""
    release = Release(torrent_id=1, title="Tehanu", flags=frozenset({"violence", "abridged", "explicit"}))
    assert mappers.release_to_json(release)["flags"] == ["abridged", "explicit", "violence"]


def test_a_release_stored_by_another_version_is_readable() -> None:
    stored = {"torrent_id": 7, "title": "Tehanu", "a_field_of_tomorrow": 1}
    assert mappers.release_from_json(stored) == Release(torrent_id=7, title="Tehanu")


def test_the_first_series_is_shown_beside_all_of_them() -> None:
    item = LibraryItem(
        abs_id="li_1",
        title="Tehanu",
        authors=("Ursula K. Le Guin", "Somebody Else"),
        series=(SeriesRef("Earthsea Cycle", "4", "se_1"), SeriesRef("Hainish", "")),
        library_id="lib",
    )
    (row,) = schema.to_records("books", mappers.items_to_frame([item], {"lib": "Audiobooks"}))
    assert (row["series_name"], row["series_number"]) == ("Earthsea Cycle", "4")
    assert row["author"] == "Ursula K. Le Guin, Somebody Else"
    assert row["library_name"] == "Audiobooks"
    assert row["series"][0] == {"name": "Earthsea Cycle", "sequence": "4", "id": "se_1"}


def test_an_item_that_comes_twice_is_named() -> None:
    with pytest.raises(FrameError, match="li_1"):
        mappers.items_to_frame([LibraryItem("li_1", "Tehanu")] * 2)


# ------------------------------------------------------------------------------------------ through the database


def test_rows_survive_the_database(engine: sa.Engine) -> None:
    item = LibraryItem("li_1", "Tehanu", series=(SeriesRef("Earthsea Cycle", "4"),), added_at=NOW, published_year=1990)
    work = Work(
        "goodreads:13661", "Tehanu", ("Ursula K. Le Guin",), provider_ids=(("audible", "B0"), ("goodreads", "1"))
    )
    entry = SeriesEntry("earthsea|le guin", "4|tehanu", "le guin|tehanu", "Earthsea Cycle", "4", work, fetched_at=NOW)
    release = Release(9, "Tehanu", series=(ReleaseSeries("Earthsea Cycle", "4"),), added_at=NOW, flags=frozenset("ab"))
    refused = Candidate("le guin|tehanu", release, False, (Reject(RejectCode.SEEDERS, "0", "1", permanent=False),))
    for table, frame in {
        "books": mappers.items_to_frame([item]),
        "series_entries": mappers.entries_to_frame([entry]),
        "candidates": mappers.candidates_to_frame({"le guin|tehanu": [refused]}, now=NOW),
    }.items():
        write_frame(engine, table, frame)
    assert mappers.items_from_frame(read_frame(engine, "books")) == [item]
    assert mappers.entries_from_frame(read_frame(engine, "series_entries")) == [entry]
    assert mappers.candidates_from_frame(read_frame(engine, "candidates")) == {"le guin|tehanu": [refused]}


# ------------------------------------------------------------------------------------------------- missing books


def gap(book_key: str, reason: EntryStatus = EntryStatus.MISSING, priority: int = 100, year: int = 1990) -> MissingBook:
    work = Work(f"goodreads:{book_key}", book_key.title(), ("Ursula K. Le Guin",), year=year)
    place = SeriesRef("Earthsea Cycle", "4", "40909")
    return MissingBook(
        book_key, "earthsea|le guin", "Earthsea Cycle", "4", (place,), ("The Farthest Shore",), work, reason, "no item",
        Confidence.HIGH, priority,
    )  # fmt: skip


def test_a_known_gap_keeps_the_day_it_was_first_seen() -> None:
    before = NOW - timedelta(days=40)
    frame = mappers.missing_to_frame([gap("old"), gap("new")], identified={"old": before, "gone": before}, now=NOW)
    assert [row["identified_date"] for row in schema.to_records("missing_books", frame)] == [before, NOW]


def test_what_is_wanted_holds_all_that_the_rules_ask() -> None:
    wanted = mappers.wanted_from_frame(
        mappers.missing_to_frame([gap("tehanu")], now=NOW), preferred_narrators=("Jenny",)
    )
    assert wanted == {
        "tehanu": Wanted(
            book_key="tehanu",
            title="Tehanu",
            authors=("Ursula K. Le Guin",),
            series=(SeriesRef("Earthsea Cycle", "4", "40909"),),
            year=1990,
            series_titles=("The Farthest Shore",),
            preferred_narrators=("Jenny",),
        )
    }


def test_only_what_may_be_had_is_wanted() -> None:
    frame = mappers.missing_to_frame([gap(status.value, status) for status in EntryStatus], now=NOW)
    assert set(mappers.wanted_from_frame(frame)) == {"missing", "no_audiobook"}
    assert set(mappers.wanted_from_frame(frame, reasons={EntryStatus.REVIEW})) == {"review"}


def test_the_soonest_is_wanted_first() -> None:
    gaps = [gap("late", year=2001), gap("asked for", priority=1), gap("early", year=1968)]
    assert list(mappers.wanted_from_frame(mappers.missing_to_frame(gaps, now=NOW))) == ["asked for", "early", "late"]


# ---------------------------------------------------------------------------------------------- candidates, series


def test_candidates_of_books_that_were_not_searched_stay_while_they_are_missing() -> None:
    def offer(book_key: str, torrent_id: int) -> Candidate:
        return Candidate(book_key, Release(torrent_id, "Tehanu"), True, rank=1)

    before = mappers.candidates_to_frame({key: [offer(key, 1)] for key in ("rested", "owned now", "asked")}, now=NOW)
    frame = mappers.candidates_to_frame(
        {"asked": [offer("asked", 2)]},
        kept=before,
        searched={"asked", "nothing returned"},
        missing={"asked", "rested"},
        now=NOW,
    )
    assert sorted(zip(frame["book_key"], frame["torrent_id"], strict=True)) == [("asked", 2), ("rested", 1)]


def test_a_search_that_found_nothing_takes_the_old_candidates_away() -> None:
    before = mappers.candidates_to_frame({"asked": [Candidate("asked", Release(1, "Tehanu"), True)]}, now=NOW)
    assert mappers.candidates_to_frame({}, kept=before, searched={"asked"}, now=NOW).empty


@dataclass(frozen=True)
class Row:
    tracked: TrackedSeries
    completion: SeriesCompletion
    provider: str = "goodreads"
    provider_series_id: str = "40909"
    confidence: str = "HIGH"
    catalogue_problem: str = ""
    fetched_at: datetime | None = NOW


def test_figures_of_series() -> None:
    tracked = TrackedSeries("earthsea|le guin", "Earthsea Cycle", "Ursula K. Le Guin", ("Earthsea",), (("li_1", "1"),))
    known = Row(tracked, SeriesCompletion("earthsea|le guin", 6, 4, 2, 0, 1, 0, 0, 0, 3, 1, 66.7))
    unknown = Row(
        replace(tracked, series_key="hainish|le guin"),
        SeriesCompletion("hainish|le guin", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None),
        catalogue_problem="no provider knows this series",
        fetched_at=None,
    )
    first, second = schema.to_records("series", mappers.series_to_frame([known, unknown]))
    assert (first["total_books_in_series"], first["books_owned"], first["completion_percentage"]) == (6, 4, 66.7)
    assert (first["library_items"], first["aliases"], first["catalogue_fetched_at"]) == (1, ["Earthsea"], NOW)
    assert (second["completion_percentage"], second["catalogue_problem"]) == (None, "no provider knows this series")


def test_a_reason_that_a_newer_version_has_written_stays_readable() -> None:
    stored = [{"code": "wrong_volume", "got": "2", "wanted": "1", "permanent": True}, {"code": "too_loud"}]
    known, unknown = rejects_from_json(stored)
    assert known == Reject(RejectCode.WRONG_VOLUME, "2", "1")
    assert known.describe() == "wrong volume: 2 (wanted 1)"
    assert unknown.code is RejectCode.UNKNOWN
    assert rejects_to_json([known]) == stored[:1]
    assert type(rejects_to_json([known])[0]["code"]) is str
