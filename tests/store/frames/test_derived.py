"""Writing a derived table makes it equal to the frame and touches no more than it must."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem
from mam_assets.store.engine import writing
from mam_assets.store.errors import FrameError
from mam_assets.store.frames import derived, rows, schema
from mam_assets.store.frames.derived import Written, read, read_frame, write, write_frame
from mam_assets.store.frames.memory import Memory
from mam_assets.store.frames.rows import content_hash
from mam_assets.store.mappers import LIBRARY_ITEMS, LIBRARY_ROWS, VERDICTS, library_rows
from mam_assets.store.tables import metadata

DERIVED = sorted(name for name, table in metadata.tables.items() if table.info["kind"] == "derived")


def verdict(series_key: str, entry_key: str, **values: Any) -> dict[str, Any]:
    texts = {column.name: "" for column in schema.columns("ownership")}
    return texts | {"series_key": series_key, "entry_key": entry_key} | values


def verdicts(*rows: dict[str, Any]) -> pd.DataFrame:
    return schema.from_records("ownership", rows)


@pytest.mark.parametrize("table", DERIVED)
def test_an_empty_table_is_an_empty_frame(engine: sa.Engine, table: str) -> None:
    assert write_frame(engine, table, schema.empty(table)) == Written()
    pd.testing.assert_frame_equal(read_frame(engine, table), schema.empty(table))


def test_only_what_differs_is_touched(engine: sa.Engine) -> None:
    first = verdicts(verdict("s", "1", status="owned"), verdict("s", "2"), verdict("t", "1", status="missing"))
    assert write_frame(engine, "ownership", first) == Written(inserted=3)
    assert write_frame(engine, "ownership", first) == Written(unchanged=3)
    second = verdicts(verdict("s", "1", status="owned"), verdict("s", "2", status="owned"), verdict("u", "1"))
    assert write_frame(engine, "ownership", second) == Written(inserted=1, updated=1, unchanged=1, deleted=1)
    pd.testing.assert_frame_equal(read_frame(engine, "ownership"), second)


def test_absent_rows_are_kept_on_demand(engine: sa.Engine) -> None:
    write_frame(engine, "ownership", verdicts(verdict("s", "1"), verdict("s", "2")))
    part = verdicts(verdict("s", "2", status="owned"))
    assert write_frame(engine, "ownership", part, keep=lambda key: True) == Written(updated=1, kept=1)
    assert read_frame(engine, "ownership")["status"].tolist() == ["", "owned"]


def test_more_absent_rows_than_fit_into_one_statement(engine: sa.Engine) -> None:
    write_frame(engine, "ownership", verdicts(*(verdict("s", str(number)) for number in range(1500))))
    assert write_frame(engine, "ownership", verdicts(verdict("s", "7"))) == Written(unchanged=1, deleted=1499)
    assert read_frame(engine, "ownership")["entry_key"].tolist() == ["7"]


def test_the_order_is_the_keys_by_code_point(engine: sa.Engine) -> None:
    keys = ["b", "a", "Z", "ä", "10", "9", "é", "_"]
    write_frame(engine, "ownership", verdicts(*(verdict("s", key) for key in keys)))
    assert read_frame(engine, "ownership")["entry_key"].tolist() == sorted(keys)


def test_a_frame_that_does_not_fit_changes_nothing(engine: sa.Engine) -> None:
    good = verdicts(verdict("s", "1"))
    write_frame(engine, "ownership", good)
    with pytest.raises(FrameError):
        write_frame(engine, "ownership", good.assign(status=4))
    pd.testing.assert_frame_equal(read_frame(engine, "ownership"), good)


def test_a_failed_transaction_leaves_the_rows_before(engine: sa.Engine) -> None:
    class Killed(Exception):
        pass

    good = verdicts(verdict("s", "1"))
    write_frame(engine, "ownership", good)

    def write_and_die() -> None:
        with engine.begin() as connection:
            write_frame(connection, "ownership", verdicts(verdict("s", "2")))
            raise Killed

    with pytest.raises(Killed):
        write_and_die()
    pd.testing.assert_frame_equal(read_frame(engine, "ownership"), good)


def test_unstorable_characters_do_not_make_a_row_differ_for_ever(engine: sa.Engine) -> None:
    frame = verdicts(verdict("s", "1", evidence="a\0b\udcff"))
    assert write_frame(engine, "ownership", frame) == Written(inserted=1)
    assert write_frame(engine, "ownership", frame) == Written(unchanged=1)


def test_two_writers_of_one_table_take_turns(engine: sa.Engine) -> None:
    """Whoever is last wins whole: never a mixture of both frames, never an error."""
    offers = {name: verdicts(*(verdict("s", str(n), status=name) for n in range(300))) for name in ("one", "two")}
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for _ in range(3):
                write_frame(engine, "ownership", offers[name])
        except sa.exc.DBAPIError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(read_frame(engine, "ownership")["status"])) == 1


def many(size: int, changed: int = 0) -> list[EntryVerdict]:
    """Verdicts of which that many differ from those of ``many(size)``."""
    statuses = [EntryStatus.OWNED] * changed + [EntryStatus.MISSING] * (size - changed)
    return [
        EntryVerdict(f"series {number // 6}", str(number), "", status, "", "gate", "evidence", Confidence.HIGH)
        for number, status in enumerate(statuses)
    ]


@pytest.fixture
def statements(engine: sa.Engine) -> Iterator[list[tuple[str, int]]]:
    """Every statement that the engine sends: its text, and of how many rows (parameters) it is."""
    seen: list[tuple[str, int]] = []

    def sent(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.append((statement, len(parameters) if many else 1))

    sa.event.listen(engine, "before_cursor_execute", sent)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", sent)


def writes(statements: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [sent for sent in statements if not sent[0].lstrip().lower().startswith(("select", "begin"))]


def test_what_has_not_changed_is_not_written(engine: sa.Engine, statements: list[tuple[str, int]]) -> None:
    """At 2,000 rows nothing is sent but what differs, and nothing at all when nothing does."""
    write(engine, VERDICTS, many(2000))
    statements.clear()
    assert write(engine, VERDICTS, many(2000)) == Written(unchanged=2000)
    assert writes(statements) == []
    statements.clear()
    assert write(engine, VERDICTS, many(2000, changed=20)) == Written(updated=20, unchanged=1980)
    counted, deleted, inserted = writes(statements)
    assert "table_versions" in counted[0]
    assert deleted[0].lower().startswith("delete from ownership")
    assert inserted[0].lower().startswith("insert into ownership")
    if engine.dialect.name == "sqlite":
        assert (deleted[1], inserted[1]) == (20, 20)
    assert read(engine, VERDICTS) == sorted(many(2000, changed=20), key=lambda row: (row.series_key, row.entry_key))


def test_the_difference_is_known_before_anything_is_locked(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes another table meanwhile waits for no computation: none goes on inside the transaction."""
    inside: list[str] = []
    locked = False

    @contextmanager
    def watched(where: sa.Engine) -> Iterator[Connection]:
        nonlocal locked
        with writing(where) as connection:
            locked = True
            yield connection
        locked = False

    def hashed(row: Any) -> int:
        if locked:
            inside.append("hashed")
        return content_hash(row)

    write(engine, VERDICTS, many(50))
    monkeypatch.setattr(derived, "writing", watched)
    monkeypatch.setattr(rows, "content_hash", hashed)
    assert write(engine, VERDICTS, many(50, changed=5)).updated == 5
    assert inside == []


def test_a_difference_to_what_has_changed_meanwhile_is_computed_anew(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process writes the table between the computation and the transaction."""
    write(engine, VERDICTS, many(6))
    once = iter([True])

    @contextmanager
    def interrupted(where: sa.Engine) -> Iterator[Connection]:
        if next(once, False):
            write(engine, VERDICTS, many(4, changed=4))
        with writing(where) as connection:
            yield connection

    monkeypatch.setattr(derived, "writing", interrupted)
    assert write(engine, VERDICTS, many(6, changed=1)) == Written(inserted=2, updated=3, unchanged=1)
    assert read(engine, VERDICTS) == many(6, changed=1)


def reads(statements: list[tuple[str, int]]) -> list[str]:
    return [text for text, _ in statements if text.lower().startswith("select") and "evidence" in text]


def test_what_a_run_has_written_or_read_it_does_not_read_again(
    engine: sa.Engine, statements: list[tuple[str, int]]
) -> None:
    memory = Memory()
    shuffled = sorted(many(30), key=lambda verdict: verdict.entry_key)
    write(engine, VERDICTS, shuffled, memory=memory)
    known = read(engine, VERDICTS, memory=memory)
    assert reads(statements) == []
    assert known == read(engine, VERDICTS)
    statements.clear()
    write(engine, VERDICTS, many(30, changed=3))  # another process: the memory is of an older version
    assert read(engine, VERDICTS, memory=memory) == read(engine, VERDICTS) != known
    assert len(reads(statements)) == 2
    assert read(engine, VERDICTS, memory=memory, entry_key="7") == read(engine, VERDICTS, entry_key="7")


def test_what_is_kept_otherwise_than_it_was_given_is_read(engine: sa.Engine) -> None:
    memory = Memory()
    (given,) = many(1)
    write(engine, VERDICTS, [replace(given, evidence="a\0b")], memory=memory)
    (back,) = read(engine, VERDICTS, memory=memory)
    assert back.evidence == "a\ufffdb"


def test_items_are_taken_out_of_the_rows_that_the_snapshot_wrote(
    engine: sa.Engine, statements: list[tuple[str, int]]
) -> None:
    memory = Memory()
    items = [LibraryItem("b", "Tehanu"), LibraryItem("a", "The Farthest Shore")]
    write(engine, LIBRARY_ROWS, library_rows(items, {}, {}), memory=memory)
    statements.clear()
    assert read(engine, LIBRARY_ITEMS, memory=memory) == items[::-1]
    assert len(statements) <= 2, "the table's version alone"
    assert read(engine, LIBRARY_ITEMS) == items[::-1]


KILLED = """
import os, signal, sys
import sqlalchemy as sa
from mam_assets.store.engine import open_engine
from mam_assets.store.frames import derived
from tests.store.frames.test_derived import VERDICTS, many

engine = open_engine(os.environ["STORE"])

@sa.event.listens_for(engine, "before_cursor_execute")
def sent(connection, cursor, statement, parameters, context, many):
    if statement.lower().startswith("insert into ownership"):
        os.kill(os.getpid(), signal.SIGKILL)

derived.write(engine, VERDICTS, many(500, changed=500))
"""


def test_killed_in_mid_write_the_table_is_the_one_before(engine: sa.Engine) -> None:
    """The rows that change are deleted already when the process is killed."""
    write(engine, VERDICTS, many(500))
    before = read(engine, VERDICTS)
    address = engine.url.render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", KILLED], env=os.environ | {"STORE": address}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert read(engine, VERDICTS) == before
    assert write(engine, VERDICTS, many(500, changed=500)) == Written(updated=500)


def test_rows_of_a_version_without_hashes_are_written_once(engine: sa.Engine) -> None:
    write(engine, VERDICTS, many(3))
    with engine.begin() as connection:
        connection.execute(sa.text("update ownership set content_hash = null"))
    assert write(engine, VERDICTS, many(3)) == Written(updated=3)
    assert write(engine, VERDICTS, many(3)) == Written(unchanged=3)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    "TEXT": texts,
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "BIG_INTEGER": st.integers(-(2**63), 2**63 - 1),
    "FLOAT": st.floats(0, 100),
    "FLAG": st.booleans(),
    "TIME": st.datetimes(
        pd.Timestamp("1700-01-01").to_pydatetime(), pd.Timestamp("2200-01-01").to_pydatetime(), timezones=st.timezones()
    ),
    "DATE": st.dates(date(1, 1, 1)),
    "JSON": st.lists(json_values, max_size=2) | st.dictionaries(texts, json_values, max_size=2),
}


def rows_of(table: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    columns = schema.columns(table)
    row = st.fixed_dictionaries(
        {
            column.name: OF_KIND[column.kind.name] | st.none() if column.nullable else OF_KIND[column.kind.name]
            for column in columns
        }
    )
    return st.lists(row, max_size=4, unique_by=lambda one: tuple(one[name] for name in schema.keys(table)))


@pytest.mark.parametrize("table", DERIVED)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_fits_is_read_back_as_it_was_written(engine: sa.Engine, table: str, data: st.DataObject) -> None:
    frame = schema.from_records(table, data.draw(rows_of(table)))
    write_frame(engine, table, frame)
    back = read_frame(engine, table)
    assert schema.to_records(table, back) == sorted(
        schema.to_records(table, frame), key=lambda row: [row[name] for name in schema.keys(table)]
    )
    assert write_frame(engine, table, back) == Written(unchanged=len(frame))
