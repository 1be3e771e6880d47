"""Insert or update by key: one statement for both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """The insert of this connection's database, which can say what to do on a conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(
    connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, keep: frozenset[str] = frozenset()
) -> None:
    """Insert the rows; where one with the same primary key exists, set its other columns.

    Every row must have the same columns. Those in ``keep`` are set on inserting only.
    """
    if not rows:
        return
    statement = insert(connection, table)
    key = [column.name for column in table.primary_key]
    changed = [name for name in rows[0] if name not in key and name not in keep]
    given = {name: statement.excluded[name] for name in changed}
    connection.execute(
        statement.on_conflict_do_update(index_elements=key, set_=given)
        if given
        else statement.on_conflict_do_nothing(index_elements=key),
        [dict(row) for row in rows],
    )
