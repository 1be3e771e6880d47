"""The store on both databases: every test that takes ``engine`` runs once on each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.store.engine import open_engine
from mam_assets.store.tables import metadata
from mam_assets.store.upgrade import upgrade

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite store, to be copied."""
    path = tmp_path_factory.mktemp("made") / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def made_postgres(pg_url: str) -> Iterator[sa.Engine]:
    """A migrated PostgreSQL store that the tests of this process share."""
    engine = open_engine(pg_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A migrated, empty store."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("made_sqlite"), path)
        opened = open_engine(f"sqlite:///{path}")
        yield opened
        opened.dispose()
        return
    shared: sa.Engine = request.getfixturevalue("made_postgres")
    names = ", ".join(f'"{table}"' for table in metadata.tables)
    with shared.begin() as connection:
        connection.execute(sa.text(f"truncate {names} restart identity cascade"))
    yield shared


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'state' / 'store.db'}"
        return
    yield request.getfixturevalue("empty_pg_url")
