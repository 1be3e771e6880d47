"""What reports and the command line ask gives the same answers on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mam_assets.store import tables
from mam_assets.store.ledgers import searches, tasks
from mam_assets.store.reports import (
    decisions,
    download_list,
    library_history,
    lookups,
    loop_totals,
    missing_list,
    series_list,
)
from mam_assets.store.reports.spelling import library_spelling
from tests.support.download_rows import insert_download

HOUR = timedelta(hours=1)
BLANK: dict[str, dict[str, Any]] = {
    "missing_books": {"authors": [], "places": [], "series_titles": [], "alternative_titles": []},
    "series": {"aliases": []},
    "candidates": {"rejections": [], "release": {}},
    "books": {"authors": [], "narrators": [], "series": [], "genres": []},
    "ownership": {},
}


def add(engine: sa.Engine, table: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(tables.metadata.tables[table]).values(BLANK[table] | values))


def test_an_empty_store_has_an_answer_to_everything(engine: sa.Engine) -> None:
    assert loop_totals.totals(engine) == loop_totals.Totals(0, 0, 0, 0, 0, 0, None, 0, {})
    assert loop_totals.search_totals(engine) == loop_totals.SearchTotals(0, 0, 0, {})
    assert missing_list.gaps(engine) == lookups.find_books(engine, "x") == decisions.candidates_of(engine, "x") == []
    assert (
        download_list.download_rows(engine)
        == series_list.series_rows(engine)
        == decisions.verdicts_of(engine, "x")
        == []
    )
    assert library_history.largest_recent_snapshot(engine) == 0
    assert series_list.completion_is_current(engine)
    assert library_history.last_figures(engine, "search_candidates") == {}
    assert missing_list.identified_dates(engine) == {}


def test_totals(engine: sa.Engine) -> None:
    add(engine, "books", abs_id="li_1")
    for key, owned, total, percentage in (("a", 2, 2, 100.0), ("b", 1, 4, 25.0), ("c", 0, 0, None)):
        add(
            engine,
            "series",
            series_key=key,
            books_owned=owned,
            total_books_in_series=total,
            completion_percentage=percentage,
        )
    for key, reason in (("x", "missing"), ("y", "missing"), ("z", "ignored")):
        add(engine, "missing_books", book_key=key, series_key="b", reason_missing=reason)
    add(engine, "missing_books", book_key="of an author alone", reason_missing="missing")
    found = loop_totals.totals(engine)
    assert (found.items, found.series, found.series_complete, found.series_unknown) == (1, 3, 1, 1)
    assert (found.books_owned, found.books_total, found.completion_percentage) == (3, 6, 50.0)
    assert (found.missing, found.reasons) == (2, {"missing": 2, "ignored": 1})
    assert [row["series_key"] for row in series_list.series_rows(engine)] == ["b", "a", "c"]


def test_gaps_show_their_last_search_and_download(engine: sa.Engine, now: datetime) -> None:
    add(engine, "missing_books", book_key="later", reason_missing="missing", priority=300, identified_date=now)
    add(engine, "missing_books", book_key="sooner", reason_missing="missing", priority=100)
    add(engine, "missing_books", book_key="other", reason_missing="ignored", priority=1)
    searches.record(engine, now, "sooner", outcome="found", fruitless=0, next_search_at=now + HOUR)
    insert_download(engine, now, "failed", "sooner")
    insert_download(engine, now, "queued", "sooner")
    first, second = missing_list.gaps(engine, "missing")
    assert (first["book_key"], first["outcome"], first["download_status"]) == ("sooner", "found", "queued")
    assert (second["book_key"], second["outcome"], second["download_status"]) == ("later", None, None)
    assert [row["book_key"] for row in missing_list.gaps(engine, limit=1)] == ["other"]
    assert missing_list.identified_dates(engine) == {"later": now}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("TEHANU", ["le guin|tehanu"]),
        ("le guin", ["le guin|tehanu", "le guin|100%"]),
        ("%", ["le guin|100%"]),
        ("_", []),
    ],
)
def test_books_are_found_by_a_part_of_their_name(engine: sa.Engine, text: str, keys: list[str]) -> None:
    add(engine, "missing_books", book_key="le guin|tehanu", title="Tehanu", priority=1)
    add(engine, "missing_books", book_key="le guin|100%", title="100 %", priority=2)
    add(engine, "ownership", series_key="s", entry_key="1", book_key="le guin|tehanu", abs_id="li_1")
    assert [row["book_key"] for row in lookups.find_books(engine, text)] == keys


def test_verdicts_name_the_item(engine: sa.Engine) -> None:
    add(engine, "books", abs_id="li_1", title="Tehanu (Unabridged)", rel_path="Le Guin/Tehanu")
    add(engine, "ownership", series_key="s", entry_key="1", book_key="le guin|tehanu", abs_id="li_1")
    add(engine, "ownership", series_key="s", entry_key="2", book_key="le guin|lavinia")
    (row,) = decisions.verdicts_of(engine, "Tehanu")
    assert (row["item_title"], row["item_path"]) == ("Tehanu (Unabridged)", "Le Guin/Tehanu")


def test_candidates_come_by_rank_and_reasons_are_counted(engine: sa.Engine, now: datetime) -> None:
    for torrent_id, rank, codes in ((1, 0, ["seeders", "language"]), (2, 2, []), (3, 1, []), (4, 0, ["seeders"])):
        add(
            engine,
            "candidates",
            book_key="b",
            torrent_id=torrent_id,
            rank=rank,
            accepted=rank > 0,
            rejections=[{"code": code} for code in codes],
            seeders=torrent_id,
        )
    assert [row["torrent_id"] for row in decisions.candidates_of(engine, "b")] == [3, 2, 4, 1]
    found = loop_totals.search_totals(engine)
    assert (found.with_accepted, found.releases, found.refused) == (1, 4, {"seeders": 2, "language": 1})


def test_downloads_by_state(engine: sa.Engine, now: datetime) -> None:
    for number, status in enumerate(("imported", "imported", "queued", "proposed", "failed")):
        imported_at = now + number * HOUR if status == "imported" else None
        insert_download(engine, now, status, f"b{number}", imported_at=imported_at)
    assert loop_totals.download_counts(engine) == {"imported": 2, "queued": 1, "proposed": 1, "failed": 1}
    assert loop_totals.unsettled(engine, now) == 2  # queued, and failed: a retry or another candidate follows
    assert [row["book_key"] for row in download_list.download_rows(engine, ["queued", "failed"])] == ["b4", "b2"]
    assert "torrent_file" not in download_list.download_rows(engine)[0]
    insert_download(engine, now, "failed", "b5", next_attempt_at=now + HOUR)
    insert_download(engine, now, "failed", "b6", next_attempt_at=now - HOUR)
    assert loop_totals.unsettled(engine, now) == 3  # what waits for its hour does not change by itself now


def test_figures_count_as_current_when_the_library_was_read_after_the_last_import(
    engine: sa.Engine, now: datetime
) -> None:
    insert_download(engine, now, "imported", "b", imported_at=now)
    assert not series_list.completion_is_current(engine)

    def run(stage: str, at: datetime, figures: dict[str, Any] | None = None) -> None:
        tasks.finish(engine, tasks.start(engine, at, stage), at, succeeded=1, details=figures)

    run("library_snapshot", now - HOUR, {"usable_audiobooks": 12})
    run("missing_books", now + HOUR)
    assert not series_list.completion_is_current(engine)
    run("library_snapshot", now + 2 * HOUR, {"usable_audiobooks": 10})
    assert not series_list.completion_is_current(engine)
    run("missing_books", now + 3 * HOUR)
    assert series_list.completion_is_current(engine)
    assert library_history.largest_recent_snapshot(engine) == 12
    assert library_history.largest_recent_snapshot(engine, runs=1) == 10
    assert library_history.last_figures(engine, "library_snapshot") == {"usable_audiobooks": 10}


def test_the_spelling_knows_which_names_are_one_series(engine: sa.Engine) -> None:
    for key, items in (("wot|robert jordan", 1), ("wheel of time|robert jordan", 11)):
        add(engine, "series", series_key=key, provider="goodreads", provider_series_id="1", library_items=items)
    add(engine, "series", series_key="unknown|x")
    identities = library_spelling(engine).identities
    assert identities["wot|robert jordan"].provider_series == identities["wheel of time|robert jordan"].provider_series
    assert identities["wheel of time|robert jordan"].library_items == 11
    assert "unknown|x" not in identities
