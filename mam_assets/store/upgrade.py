"""Bringing the tables to the form that this version of the program knows, and back.

Both run in one transaction under a lock that all processes share, so that two that start at once do not meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine

from .errors import StoreError

VERSION_TABLE = "mam_assets_version"
"""Not Alembic's default name: Dagster keeps its own version under that in the same PostgreSQL database."""

_LOCK = 0x6D616D61  # any number that only this program uses for pg_advisory_lock
_SCRIPTS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without an ini file, for the migrations beside this module."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision that this version of the program knows."""
    revision = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert revision is not None
    return revision


def current(engine: Engine) -> str | None:
    """The revision that the store is at; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Make or bring up every table. Safe when several processes start at once; does nothing to a store at the head.

    Raises StoreError when the store was made by a newer version of the program.
    """
    _migrate(engine, lambda config: command.upgrade(config, "head"))


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the tables back to an older revision; ``"base"`` removes them all, with what is in them."""
    _migrate(engine, lambda config: command.downgrade(config, revision))


def _migrate(engine: Engine, step: Callable[[Config], None]) -> None:
    try:
        with _locked(engine) as connection:
            step(alembic_config(connection))
    except CommandError as error:
        raise StoreError(f"the store cannot be migrated; was it made by a newer version? ({error})") from error


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Rebuilding a table drops it for a moment, which foreign keys would forbid. The setting only takes
            # effect outside a transaction. BEGIN IMMEDIATE (see engine) is the lock.
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                    if broken is not None:
                        raise StoreError(f"a migration left a row of {broken[0]} without what it refers to")
            finally:
                driver.execute("PRAGMA foreign_keys = ON")
        else:
            with connection.begin():
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                yield connection
