"""A person's overrides; they win over every rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mam_assets.domain.model.overrides import Overrides

from ..engine import Where, reading, writing
from ..errors import StoreError
from ..tables import overrides
from ..upsert import upsert


class OverrideKind(StrEnum):
    """What is overridden; the subject is a book_key, but where it says otherwise."""

    IGNORED_BOOK = "ignored_book"
    IGNORED_SERIES = "ignored_series"  # subject: series_key
    WANTED = "wanted"
    PRIORITY = "priority"
    MANUAL_MATCH = "manual_match"  # subject: abs_id
    EXCLUDED_MATCH = "excluded_match"  # subject: abs_id
    SERIES_IDENTITY = "series_identity"  # subject: series_key


MATCHES = frozenset({OverrideKind.MANUAL_MATCH, OverrideKind.EXCLUDED_MATCH})


@dataclass(frozen=True, slots=True)
class Override:
    """One override: its kind, its subject (book_key, series_key or abs_id), and its value.

    The value of a match is the list of book keys, of ``PRIORITY`` the number, of ``SERIES_IDENTITY`` the provider's
    series id; of the others None.
    """

    kind: OverrideKind
    subject: str
    value: Any
    note: str
    set_at: datetime


def put(where: Where, now: datetime, kind: OverrideKind, subject: str, value: Any = None, note: str = "") -> None:
    """Add or change an override. Raises StoreError for a value that the kind cannot have."""
    if kind in MATCHES and isinstance(value, str):
        value = [value]
    if not _fits(kind, value):
        raise StoreError(f"{value!r} cannot be the value of {kind.value}")
    row = {"kind": kind.value, "subject": subject, "value": value, "note": note, "set_at": now}
    with writing(where) as connection:
        upsert(connection, overrides, [row])


def remove(where: Where, kind: OverrideKind, subject: str) -> bool:
    """Remove an override. Gives whether there was one."""
    with writing(where) as connection:
        return bool(connection.execute(sa.delete(overrides).where(_is(kind, subject))).rowcount)


def add_match(where: Where, now: datetime, kind: OverrideKind, abs_id: str, book_key: str, note: str = "") -> None:
    """Decide that an item is (``MANUAL_MATCH``) or is not (``EXCLUDED_MATCH``) this book, beside its other matches."""
    with writing(where) as connection:
        books = {*_books(connection, kind, abs_id), book_key}
        put(connection, now, kind, abs_id, sorted(books), note)


def remove_match(where: Where, now: datetime, kind: OverrideKind, abs_id: str, book_key: str) -> bool:
    """Remove one match of ``add_match``. Gives whether there was one."""
    with writing(where) as connection:
        books = _books(connection, kind, abs_id)
        if book_key not in books:
            return False
        rest = sorted({*books} - {book_key})
        if rest:
            put(connection, now, kind, abs_id, rest)
        else:
            remove(connection, kind, abs_id)
        return True


def everything(where: Where, kind: OverrideKind | None = None) -> list[Override]:
    """Every override, or every one of a kind, by kind and subject."""
    query = sa.select(overrides)
    if kind is not None:
        query = query.where(overrides.c.kind == kind.value)
    with reading(where) as connection:
        rows = connection.execute(query).mappings().all()
    stored = [Override(**{**row, "kind": OverrideKind(row["kind"])}) for row in rows]
    return sorted(stored, key=lambda override: (override.kind, override.subject))


def load(where: Where) -> Overrides:
    """All overrides in the form that the decisions take."""
    stored = everything(where)

    def subjects(kind: OverrideKind) -> frozenset[str]:
        return frozenset(override.subject for override in stored if override.kind is kind)

    def matches(kind: OverrideKind) -> frozenset[tuple[str, str]]:
        return frozenset(
            (override.subject, book) for override in stored if override.kind is kind for book in override.value
        )

    return Overrides(
        manual_matches=matches(OverrideKind.MANUAL_MATCH),
        excluded_matches=matches(OverrideKind.EXCLUDED_MATCH),
        ignored_books=subjects(OverrideKind.IGNORED_BOOK),
        ignored_series=subjects(OverrideKind.IGNORED_SERIES),
        wanted_books=subjects(OverrideKind.WANTED),
        priorities=tuple(
            (override.subject, override.value) for override in stored if override.kind is OverrideKind.PRIORITY
        ),
    )


def series_identities(where: Where) -> dict[str, str]:
    """Series key → the provider's series id that a person chose for it ("<provider>:<id>")."""
    return {override.subject: str(override.value) for override in everything(where, OverrideKind.SERIES_IDENTITY)}


def _is(kind: OverrideKind, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(overrides.c.kind == kind.value, overrides.c.subject == subject)


def _books(connection: Connection, kind: OverrideKind, abs_id: str) -> Iterable[str]:
    value = connection.execute(sa.select(overrides.c.value).where(_is(kind, abs_id))).scalar()
    return tuple(value or ())


def _fits(kind: OverrideKind, value: Any) -> bool:
    if kind in MATCHES:
        return isinstance(value, list) and bool(value) and all(isinstance(book, str) and book for book in value)
    if kind is OverrideKind.PRIORITY:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is OverrideKind.SERIES_IDENTITY:
        return isinstance(value, str) and bool(value)
    return True
