"""The metadata that every table belongs to, and the kinds of columns that tables are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .types import CleanJson, CleanText, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

Json = CleanJson()
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, CleanText, primary_key=True, nullable=False, comment=comment)


def text(name: str, comment: str) -> sa.Column[str]:
    """Text that is never null: blank when unknown."""
    return sa.Column(name, CleanText, nullable=False, server_default="", comment=comment)


def count(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0", comment=comment)


def size(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0", comment=comment)


def flag(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false(), comment=comment)


def optional_int(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=True, comment=comment)


def time(name: str, comment: str, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime(), nullable=nullable, comment=comment)


def json_value(name: str, comment: str) -> sa.Column[Any]:
    return sa.Column(name, Json, nullable=False, comment=comment)


def serial() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True, comment="running number")
