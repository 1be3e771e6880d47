"""Opening the store: SQLite by default, PostgreSQL by its address, and transactions that behave alike on both.

Every statement runs in a transaction. On SQLite a transaction takes the write lock when it begins, unless it comes from
``reading``: one that reads first and writes later would otherwise fail at once, without waiting, when another process
wrote in between (https://www.sqlite.org/isolation.html, SQLITE_BUSY_SNAPSHOT).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.engine import URL, Connection, Engine

from .errors import StoreError
from .upgrade import downgrade, upgrade

__all__ = ["Where", "downgrade", "is_postgres", "normal_url", "open_engine", "reading", "upgrade", "writing"]

BUSY_SECONDS = 30
READ_ONLY = "mam_read_only"
"""Execution option of a connection whose transactions only read."""

Where = Engine | Connection
"""An engine (own transaction, committed at the end) or a connection (part of the caller's transaction)."""

_POSTGRES = ("postgres", "postgresql")


def normal_url(url: str) -> str:
    """The database address with the driver spelt out: ``postgres://`` and its like become ``postgresql+psycopg2://``.

    SQLAlchemy 2.1 gives the bare scheme to psycopg 3, which Dagster's storage cannot use. The answer holds the
    password: never print it. Raises StoreError for an address that is none, without repeating it.
    """
    scheme, separator, rest = url.strip().partition("://")
    backend = scheme.lower().partition("+")[0]
    if not separator or backend not in (*_POSTGRES, "sqlite"):
        raise StoreError("the database address must begin with postgresql:// or sqlite:///")
    normal = f"postgresql+psycopg2://{rest}" if backend in _POSTGRES else f"sqlite://{rest}"
    try:
        sa.make_url(normal)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError("the database address cannot be read; mind that a password needs %-escapes") from None
    return normal


def is_postgres(url: str) -> bool:
    """Whether this address (of any spelling) is PostgreSQL's. Blank is not."""
    return url.strip().lower().partition("://")[0].partition("+")[0] in _POSTGRES


def open_engine(url: str) -> Engine:
    """Open the store at a ``sqlite:///path`` or ``postgresql://…`` address. SQLite's parent folders are made.

    Nothing is connected to yet. Raises StoreError for an unusable address.
    """
    address = sa.make_url(normal_url(url))
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(address, pool_pre_ping=True, hide_parameters=True, executemany_mode="values_plus_batch")
    return _open_sqlite(address)


def _open_sqlite(address: URL) -> Engine:
    in_memory = address.database in (None, "", ":memory:")
    path = None if in_memory else Path(str(address.database)).absolute()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        address = address.set(database=str(path))
    engine = sa.create_engine(
        address,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        poolclass=sa.pool.StaticPool if in_memory else None,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # sqlite3 begins no transaction by itself; ``begun`` does
        if path is not None:
            _use_wal(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _use_wal(connection: Any, path: Path) -> None:
    """Turn write-ahead logging on, once per file: the change itself does not wait for other processes."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    with FileLock(f"{path}.lock", timeout=BUSY_SECONDS):
        connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def writing(where: Where) -> Iterator[Connection]:
    """A transaction that may write: of its own for an engine, the caller's for a connection."""
    if isinstance(where, Connection):
        yield where
        return
    with where.begin() as connection:
        yield connection


@contextmanager
def reading(where: Where) -> Iterator[Connection]:
    """A transaction that only reads, and on SQLite waits for no writer."""
    if isinstance(where, Connection):
        yield where
        return
    with where.connect().execution_options(**{READ_ONLY: True}) as connection:
        yield connection
