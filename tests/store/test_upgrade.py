"""Every migration goes up and down on both databases, and their sum is what ``tables`` declares."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mam_assets.store import upgrade
from mam_assets.store.engine import open_engine
from mam_assets.store.errors import StoreError
from mam_assets.store.tables import metadata

REVISIONS = [script.revision for script in ScriptDirectory.from_config(upgrade.alembic_config()).walk_revisions()]
OURS = {*metadata.tables, upgrade.VERSION_TABLE}


def defaults_differ(
    context: MigrationContext,
    inspected: sa.Column,
    declared: sa.Column,
    found: str | None,
    _: object,
    wanted: str | None,
) -> bool | None:
    """Alembic does not see that SQLite's '' is the empty text; elsewhere it decides by itself (None)."""
    if context.dialect.name == "sqlite":
        return (found is None, (found or "").strip("(')")) != (wanted is None, (wanted or "").strip("(')"))
    return None


def differences(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": upgrade.VERSION_TABLE,
                "compare_type": True,
                "compare_server_default": defaults_differ,
                "include_name": lambda name, kind, parents: kind != "table" or name in OURS,
            },
        )
        return compare_metadata(context, metadata)


def test_the_migrations_make_what_the_tables_declare(engine: sa.Engine) -> None:
    assert differences(engine) == []


def test_a_difference_would_be_seen(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("alter table searches add column surplus text"))
    try:
        assert differences(engine) != []
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("alter table searches drop column surplus"))


def test_every_migration_goes_down_and_up_again(empty_url: str) -> None:
    engine = open_engine(empty_url)
    upgrade.upgrade(engine)
    assert upgrade.current(engine) == upgrade.head()
    for revision in [*REVISIONS[1:], "base"]:
        upgrade.downgrade(engine, revision)
        assert upgrade.current(engine) == (None if revision == "base" else revision)
    assert set(sa.inspect(engine).get_table_names()) == {upgrade.VERSION_TABLE}
    upgrade.upgrade(engine)
    assert set(sa.inspect(engine).get_table_names()) == OURS
    assert differences(engine) == []
    engine.dispose()


def test_a_second_upgrade_keeps_what_is_there(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("insert into searches (book_key) values ('le guin|tehanu')"))
    upgrade.upgrade(engine)
    with engine.connect() as connection:
        row = connection.execute(sa.text("select fruitless, outcome from searches")).one()
    assert tuple(row) == (0, "")  # the defaults of the server


def test_processes_that_start_at_once_do_not_meet(empty_url: str) -> None:
    program = (
        "import sys; from mam_assets.store.engine import open_engine; from mam_assets.store.upgrade import upgrade;"
        "sys.stdin.read(1); upgrade(open_engine(sys.argv[1]))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("x")
        process.stdin.flush()
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    engine = open_engine(empty_url)
    assert differences(engine) == []
    engine.dispose()


def test_a_store_of_a_newer_version_is_left_alone(engine: sa.Engine) -> None:
    table = upgrade.VERSION_TABLE
    with engine.begin() as connection:
        connection.execute(sa.text(f"update {table} set version_num = '9999'"))
    try:
        with pytest.raises(StoreError, match="newer version"):
            upgrade.upgrade(engine)
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text(f"update {table} set version_num = '{upgrade.head()}'"))
