"""The frames' columns, and what a frame must not contain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mam_assets.store.errors import FrameError
from mam_assets.store.frames import schema
from mam_assets.store.frames.columns import Kind
from mam_assets.store.tables import metadata

DERIVED = sorted(name for name, table in metadata.tables.items() if table.info["kind"] == "derived")
PLAIN: dict[Kind, Any] = {
    Kind.TEXT: "Tehanu",
    Kind.INTEGER: 4,
    Kind.BIG_INTEGER: 2**40,
    Kind.FLOAT: 62.5,
    Kind.FLAG: True,
    Kind.TIME: datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC),
    Kind.DATE: date(1990, 3, 1),
    Kind.JSON: [{"name": "Earthsea", "sequence": "4"}],
}


def record(table: str, **values: Any) -> dict[str, Any]:
    return {column.name: PLAIN[column.kind] for column in schema.columns(table)} | values


def problem(table: str, frame: pd.DataFrame) -> str:
    with pytest.raises(FrameError) as caught:
        schema.check(table, frame)
    assert caught.value.table == table
    return str(caught.value)


@pytest.mark.parametrize("table", DERIVED)
def test_every_column_says_what_it_means(table: str) -> None:
    assert schema.keys(table)
    assert all(column.meaning for column in schema.columns(table))
    assert not any(column.nullable for column in schema.columns(table) if column.is_key)


@pytest.mark.parametrize("table", DERIVED)
def test_an_empty_frame_has_the_same_types_as_a_full_one(table: str) -> None:
    full = schema.from_records(table, [record(table)])
    assert full.dtypes.to_dict() == schema.empty(table).dtypes.to_dict()
    assert full.dtypes.astype(str).to_dict() == {column.name: column.dtype for column in schema.columns(table)}
    assert schema.to_records(table, full) == [record(table)]


@pytest.mark.parametrize("table", DERIVED)
def test_nulls_come_back_as_none_and_change_no_type(table: str) -> None:
    nothing = {column.name: None for column in schema.columns(table) if column.nullable}
    frame = schema.from_records(table, [record(table, **nothing)])
    assert frame.dtypes.to_dict() == schema.empty(table).dtypes.to_dict()
    assert schema.to_records(table, frame) == [record(table, **nothing)]


def test_ledgers_are_not_frames() -> None:
    with pytest.raises(KeyError, match="downloads"):
        schema.columns("downloads")


def test_units_are_told() -> None:
    units = {column.name: column.unit for column in schema.columns("books")}
    assert (units["duration_seconds"], units["size_bytes"], units["added_at"], units["title"]) == (
        "s",
        "bytes",
        "UTC",
        "",
    )


def test_missing_and_unknown_columns_are_named() -> None:
    frame = schema.empty("ownership").drop(columns=["gate", "status"]).assign(verdict="")
    said = problem("ownership", frame)
    assert "missing columns: gate, status" in said
    assert "unknown columns: verdict" in said


def test_columns_in_another_order_and_another_index_are_put_right() -> None:
    frame = schema.from_records("ownership", [record("ownership", entry_key=key) for key in "ba"])
    mixed = frame[list(reversed(frame.columns))].set_index(pd.Index([7, 7]))
    pd.testing.assert_frame_equal(schema.check("ownership", mixed), frame)


def test_a_key_that_comes_twice_is_named() -> None:
    frame = pd.concat([schema.from_records("ownership", [record("ownership", entry_key="4|tehanu")])] * 2)
    assert "series_key, entry_key" in problem("ownership", frame)
    assert "4|tehanu" in problem("ownership", frame)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", 4),
        ("title", None),
        ("title", np.nan),
        ("published_year", 1990.5),
        ("published_year", "1990"),
        ("published_year", True),
        ("duration_seconds", None),
        ("duration_seconds", 2**31),
        ("size_bytes", 2**63),
        ("abridged", None),
        ("abridged", 1),
        ("abridged", "yes"),
        ("added_at", datetime(2026, 1, 1)),  # noqa: DTZ001
        ("added_at", date(2026, 1, 1)),
        ("added_at", "2026-01-01T00:00:00Z"),
        ("authors", None),
        ("authors", {"Ursula K. Le Guin"}),
        ("authors", [datetime(2026, 1, 1, tzinfo=UTC)]),
        ("authors", {1: "a"}),
        ("authors", [float("nan")]),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_row(column: str, value: Any) -> None:
    frame = schema.from_records("books", [record("books", abs_id=key) for key in ("one", "two")]).astype(object)
    frame.at[1, column] = value
    said = problem("books", frame)
    assert column in said
    assert "'two'" in said
    assert "'one'" not in said


@pytest.mark.parametrize("value", [float("inf"), "62", True])
def test_a_percentage_is_a_finite_number(value: Any) -> None:
    frame = schema.from_records("series", [record("series")]).astype({"completion_percentage": object})
    frame.at[0, "completion_percentage"] = value
    assert "completion_percentage" in problem("series", frame)


def test_a_date_is_not_a_time() -> None:
    frame = schema.from_records("missing_books", [record("missing_books")])
    frame["release_date"] = pd.Timestamp("1990-03-01")
    assert "release_date" in problem("missing_books", frame)


def test_many_bad_values_are_counted() -> None:
    frame = schema.from_records("books", [record("books", abs_id=str(key)) for key in range(10)])
    frame["published_year"] = "1990"
    assert "and 7 more" in problem("books", frame)


def test_whole_numbers_that_pandas_made_floats_become_whole_again() -> None:
    frame = schema.from_records("books", [record("books", abs_id=str(key)) for key in range(2)])
    frame["published_year"] = pd.Series([1990, None])  # float64: 1990.0, NaN
    assert schema.check("books", frame)["published_year"].tolist() == [1990, pd.NA]
    assert str(schema.check("books", frame)["published_year"].dtype) == "Int64"


def test_times_of_other_zones_become_utc() -> None:
    there = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    frame = schema.from_records("books", [record("books", added_at=there)])
    assert schema.to_records("books", frame)[0]["added_at"] == datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


def test_the_frame_given_is_left_as_it_is() -> None:
    frame = schema.from_records("books", [record("books")]).astype(object)
    copy = frame.copy(deep=True)
    schema.check("books", frame)
    pd.testing.assert_frame_equal(frame, copy)


def test_rows_must_name_every_column() -> None:
    row = record("ownership")
    del row["gate"]
    with pytest.raises(FrameError, match="missing columns: gate"):
        schema.from_records("ownership", [row])
