"""Opening the store, transactions and what must never show."""

from __future__ import annotations

import threading
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.store.engine import is_postgres, normal_url, open_engine, reading, writing
from mam_assets.store.errors import StoreError
from mam_assets.store.tables import failed_attempts, notices, overrides, searches

SECRET = "s3cr3t-p%40ss"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "POSTGRES"])
def test_every_spelling_of_postgres_means_the_driver_that_dagster_can_use(scheme: str) -> None:
    url = f"{scheme}://me:{SECRET}@db.example:5433/mam?sslmode=require"
    assert normal_url(url) == f"postgresql+psycopg2://me:{SECRET}@db.example:5433/mam?sslmode=require"
    assert is_postgres(url)


def test_a_sqlite_address_stays_as_it_is() -> None:
    assert normal_url("sqlite:////var/lib/mam/store.db") == "sqlite:////var/lib/mam/store.db"
    assert not is_postgres("sqlite:////postgres/store.db")
    assert not is_postgres("")


@pytest.mark.parametrize(
    "url", [f"mysql://me:{SECRET}@db/mam", f"me:{SECRET}@db", "", f"postgresql://me:{SECRET}@db:port/mam"]
)
def test_an_unusable_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        normal_url(url)
    assert "s3cr3t" not in str(caught.value)
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


def test_the_password_shows_neither_in_the_repr_nor_in_a_failed_connection() -> None:
    engine = open_engine(f"postgres://me:{SECRET}@127.0.0.1:1/mam")
    with pytest.raises(sa.exc.OperationalError) as caught:
        engine.connect()
    assert "s3cr3t" not in repr(engine) + str(engine.url) + str(caught.value) + repr(caught.value)


def test_the_values_of_a_failed_statement_do_not_show(engine: sa.Engine) -> None:
    row = {"book_key": "le guin|tehanu", "queries": "s3cr3t"}
    with engine.begin() as connection:
        connection.execute(sa.insert(searches).values(row))
    with pytest.raises(sa.exc.IntegrityError) as caught, engine.begin() as connection:
        connection.execute(sa.insert(searches).values(row))
    assert "s3cr3t" not in str(caught.value)


def test_parents_of_a_sqlite_file_are_made_and_the_log_is_written_ahead(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}
    engine.dispose()


def test_a_reader_sees_one_state_and_waits_for_no_writer(engine: sa.Engine) -> None:
    count = sa.select(sa.func.count()).select_from(searches)
    with writing(engine) as writer:
        writer.execute(sa.insert(searches).values(book_key="a"))
        with reading(engine) as reader:
            assert reader.execute(count).scalar_one() == 0
    with reading(engine) as reader:
        assert reader.execute(count).scalar_one() == 1


def test_writers_that_read_first_wait_for_each_other(engine: sa.Engine) -> None:
    """Read, then write, from several threads: on SQLite a deferred transaction would fail with "database is locked"."""
    with writing(engine) as connection:
        connection.execute(sa.insert(searches).values(book_key="a"))
    errors: list[Exception] = []

    def count_up() -> None:
        for _ in range(10):
            try:
                with writing(engine) as connection:
                    row = sa.select(searches.c.fruitless).where(searches.c.book_key == "a").with_for_update()
                    before = connection.execute(row).scalar_one()
                    connection.execute(sa.update(searches).values(fruitless=before + 1))
            except sa.exc.DBAPIError as error:
                errors.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(engine) as connection:
        assert connection.execute(sa.select(searches.c.fruitless)).scalar_one() == 40


def test_a_connection_belongs_to_the_callers_transaction(engine: sa.Engine) -> None:
    class Killed(Exception):
        pass

    def write_and_die() -> None:
        with engine.begin() as outer:
            with writing(outer) as connection:
                connection.execute(sa.insert(searches).values(book_key="a"))
            raise Killed

    with pytest.raises(Killed):
        write_and_die()
    with reading(engine) as connection:
        assert connection.execute(sa.select(searches)).all() == []


def test_times_come_back_aware_and_in_utc(engine: sa.Engine, now: datetime) -> None:
    warsaw = timezone(timedelta(hours=2))
    with engine.begin() as connection:
        connection.execute(
            sa.insert(notices).values(cause="x", first_at=now, last_at=now.astimezone(warsaw), sent_at=None)
        )
        row = connection.execute(sa.select(notices)).one()
        # Compared in the database, where zones would differ as text.
        same = connection.execute(sa.select(notices.c.cause).where(notices.c.first_at == notices.c.last_at)).scalar()
    assert (row.first_at, row.last_at, row.sent_at) == (now, now, None)
    assert row.last_at.tzinfo is UTC
    assert same == "x"


def test_a_time_without_a_zone_is_refused(engine: sa.Engine) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="without a zone"), engine.begin() as connection:
        connection.execute(sa.insert(notices).values(cause="x", first_at=naive, last_at=naive))


def test_what_the_world_names_things_can_be_stored(engine: sa.Engine, now: datetime) -> None:
    hostile = "a\0b\ud800c ź"
    with engine.begin() as connection:
        connection.execute(sa.insert(failed_attempts).values(at=now, subject=hostile))
        connection.execute(
            sa.insert(overrides).values(kind="k", subject=hostile, set_at=now, value={hostile: [hostile, 1, None]})
        )
        assert connection.execute(sa.select(failed_attempts.c.subject)).scalar() == "a\ufffdb\ufffdc ź"
        value = connection.execute(sa.select(overrides.c.value)).scalar()
    assert value == {"a\ufffdb\ufffdc ź": ["a\ufffdb\ufffdc ź", 1, None]}


def test_no_json_is_null_in_the_database(engine: sa.Engine, now: datetime) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(overrides).values(kind="k", subject="s", set_at=now, value=None))
        found = connection.execute(sa.text("select count(*) from overrides where value is null")).scalar()
    assert found == 1
