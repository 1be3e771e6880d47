"""Dataclasses of the domain go into frames and come back as they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from mam_assets.domain.catalogue.bibliography import AuthorFigures, TrackedAuthor
from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, MissingBook, SeriesCompletion
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef
from mam_assets.domain.model.release import Candidate, Reject, RejectCode, Release, ReleaseSeries, Wanted
from mam_assets.stages.completion.judgement import identified
from mam_assets.stages.search.search import Findings, keep_candidates
from mam_assets.store import mappers
from mam_assets.store.errors import FrameError
from mam_assets.store.frames import derived, schema
from mam_assets.store.frames.mapper import Mapper
from mam_assets.store.mappers import AuthorRow, SeriesRow

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


def rows(mapper: Mapper[Any], values: Sequence[Any]) -> list[dict[str, Any]]:
    """The values as checked rows of the mapper's table."""
    return schema.to_records(mapper.table, schema.from_records(mapper.table, map(mapper.row, values)))


def there_and_back(mapper: Mapper[Any], values: Sequence[Any]) -> list[Any]:
    return [mapper.value(row) for row in rows(mapper, values)]


@fast
@given(unique(st.from_type(LibraryItem), "abs_id"))
def test_items(items: list[LibraryItem]) -> None:
    assert there_and_back(mappers.LIBRARY_ITEMS, items) == items
    shown = mappers.library_rows(items, {"lib": "Books"}, {item.abs_id: "it has no title" for item in items[:1]})
    assert there_and_back(mappers.LIBRARY_ROWS, shown) == shown
    assert [row.problem for row in shown] == ["it has no title", "", ""][: len(items)]


@fast
@given(unique(st.builds(SeriesEntry, work=works), "series_key", "entry_key"))
def test_entries(entries: list[SeriesEntry]) -> None:
    assert there_and_back(mappers.SERIES_ENTRIES, entries) == entries


@fast
@given(unique(st.from_type(EntryVerdict), "series_key", "entry_key"))
def test_verdicts(verdicts: list[EntryVerdict]) -> None:
    assert there_and_back(mappers.VERDICTS, verdicts) == verdicts


@fast
@given(unique(st.builds(MissingBook, work=works, priority=counts), "book_key"))
def test_missing_books_keep_what_the_table_has_room_for(missing: list[MissingBook]) -> None:
    back = there_and_back(mappers.MISSING_BOOKS, missing)
    assert [book.book_key for book in back] == [book.book_key for book in missing]
    assert rows(mappers.MISSING_BOOKS, back) == rows(mappers.MISSING_BOOKS, missing)


def test_authors() -> None:
    known = AuthorRow(
        TrackedAuthor("le guin", "Ursula K. Le Guin", 4), AuthorFigures(10, 4, 6, 40.0), "goodreads:874602",
        Confidence.MEDIUM, "old", NOW,
    )  # fmt: skip
    unknown = AuthorRow(TrackedAuthor("nobody", "Nobody", 2), AuthorFigures(0, 0, 0, None))
    assert there_and_back(mappers.AUTHORS, [known, unknown]) == [known, unknown]


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
    assert there_and_back(mappers.CANDIDATES, candidates) == candidates


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
    (row,) = rows(mappers.LIBRARY_ROWS, mappers.library_rows([item], {"lib": "Audiobooks"}, {}))
    assert (row["series_name"], row["series_number"]) == ("Earthsea Cycle", "4")
    assert row["author"] == "Ursula K. Le Guin, Somebody Else"
    assert row["library_name"] == "Audiobooks"
    assert row["series"][0] == {"name": "Earthsea Cycle", "sequence": "4", "id": "se_1"}


def test_an_item_that_comes_twice_is_named(engine: sa.Engine) -> None:
    with pytest.raises(FrameError, match="li_1"):
        derived.write(engine, mappers.LIBRARY_ITEMS, [LibraryItem("li_1", "Tehanu")] * 2)


# ------------------------------------------------------------------------------------------ through the database


def test_rows_survive_the_database(engine: sa.Engine) -> None:
    item = LibraryItem("li_1", "Tehanu", series=(SeriesRef("Earthsea Cycle", "4"),), added_at=NOW, published_year=1990)
    work = Work(
        "goodreads:13661", "Tehanu", ("Ursula K. Le Guin",), provider_ids=(("audible", "B0"), ("goodreads", "1"))
    )
    entry = SeriesEntry("earthsea|le guin", "4|tehanu", "le guin|tehanu", "Earthsea Cycle", "4", work, fetched_at=NOW)
    release = Release(9, "Tehanu", series=(ReleaseSeries("Earthsea Cycle", "4"),), added_at=NOW, flags=frozenset("ab"))
    refused = Candidate("le guin|tehanu", release, False, (Reject(RejectCode.SEEDERS, "0", "1", permanent=False),))
    for mapper, value in (
        (mappers.LIBRARY_ITEMS, item),
        (mappers.SERIES_ENTRIES, entry),
        (mappers.CANDIDATES, refused),
    ):
        assert derived.write(engine, mapper, [value]).inserted == 1
        assert derived.read(engine, mapper) == [value]
        frame = derived.read_frame(engine, mapper.table)
        assert derived.write_frame(engine, mapper.table, frame).unchanged == 1, "a frame and a list are the same rows"


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
    missing = identified([gap("old"), gap("new")], {"old": before, "gone": before}, NOW)
    assert [row["identified_date"] for row in rows(mappers.MISSING_BOOKS, missing)] == [before, NOW]


# ---------------------------------------------------------------------------------------------- candidates, series


def kept(engine: sa.Engine) -> list[tuple[str, int]]:
    return [(offer.book_key, offer.release.torrent_id) for offer in derived.read(engine, mappers.CANDIDATES)]


def offer(book_key: str, torrent_id: int) -> Candidate:
    return Candidate(book_key, Release(torrent_id, "Tehanu"), True, rank=1)


def test_candidates_of_books_that_were_not_searched_stay_while_they_are_missing(engine: sa.Engine) -> None:
    derived.write(engine, mappers.CANDIDATES, [offer(key, 1) for key in ("rested", "owned now", "asked")])
    findings = Findings({"asked": [offer("asked", 2)]}, searched={"asked", "nothing returned"})
    written = keep_candidates(engine, findings, {"asked", "rested"}, NOW)
    assert (written.inserted, written.deleted, written.kept, written.rows) == (1, 2, 1, 2)
    assert kept(engine) == [("asked", 2), ("rested", 1)]
    (found,) = derived.read(engine, mappers.CANDIDATES, book_key="asked")
    assert found.searched_at == NOW


def test_a_search_that_found_nothing_takes_the_old_candidates_away(engine: sa.Engine) -> None:
    derived.write(engine, mappers.CANDIDATES, [offer("asked", 1)])
    keep_candidates(engine, Findings(searched={"asked"}), {"asked"}, NOW)
    assert kept(engine) == []


def test_figures_of_series(engine: sa.Engine) -> None:
    figures = SeriesCompletion("earthsea|le guin", 6, 4, 2, 0, 1, 0, 0, 0, 3, 1, 66.7)
    nothing = SeriesCompletion("hainish|le guin", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None)
    known = SeriesRow(
        "earthsea|le guin", "Earthsea Cycle", "Ursula K. Le Guin", figures, ("Earthsea",), 1, "goodreads", "40909",
        Confidence.HIGH, "", NOW,
    )  # fmt: skip
    unknown = SeriesRow(
        "hainish|le guin", "Hainish", "Ursula K. Le Guin", nothing, catalogue_problem="no provider knows this series"
    )
    derived.write(engine, mappers.SERIES, [unknown, known])
    assert derived.read(engine, mappers.SERIES) == [known, unknown]
    (row, _) = rows(mappers.SERIES, [known, unknown])
    assert (row["total_books_in_series"], row["books_owned"], row["completion_percentage"]) == (6, 4, 66.7)


@pytest.mark.parametrize(
    ("kind", "table"), [(LibraryItem, "ownership"), (EntryVerdict, "top10_releases"), (dict, "books")]
)
def test_a_form_that_a_table_is_not_kept_in_is_named(kind: Any, table: str) -> None:
    with pytest.raises(LookupError, match=table):
        mappers.mapper_of(kind, table)
