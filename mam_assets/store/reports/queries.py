"""Rows and texts of a query."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..engine import reading


def rows(engine: sa.Engine, query: sa.Select[Any]) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def texts(engine: sa.Engine, query: sa.Select[Any]) -> list[str]:
    with reading(engine) as connection:
        return [str(one) for one in connection.execute(query).scalars()]
