"""Column types of our own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# NUL is refused by PostgreSQL in text, lone surrogates (undecodable file names) by both databases.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean_text(value: str) -> str:
    """The text with every character that a database refuses replaced by U+FFFD."""
    if value.isascii() and "\0" not in value:  # nearly all; twice as fast as the pattern
        return value
    return _UNSTORABLE.sub("\ufffd", value)


def clean_json(value: Any) -> Any:
    """A JSON value with its texts and keys cleaned as by ``clean_text``; tuples become lists."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key) if isinstance(key, str) else key: clean_json(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(member) for member in value]
    return value


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is stored naive there and given back aware.

    Raises ValueError when a naive time is stored: whoever made it did not say what it means.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(sa.types.TypeDecorator[str]):
    """Text that takes whatever the outside world names things: see ``clean_text``."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else clean_text(value)


class CleanJson(sa.types.TypeDecorator[Any]):
    """JSON (JSONB on PostgreSQL) whose texts are cleaned; ``None`` is stored as NULL."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        json = postgresql.JSONB if dialect.name == "postgresql" else sa.JSON
        return dialect.type_descriptor(json(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return clean_json(value)
