"""A person's words, which win over every rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mam_assets.domain.model.overrides import Overrides

from ..engine import Where, reading, writing
from ..errors import StoreError
from ..tables import preferences
from ..upsert import upsert

KINDS = frozenset(
    {"ignored_book", "ignored_series", "wanted", "priority", "manual_match", "excluded_match", "series_identity"}
)
MATCHES = frozenset({"manual_match", "excluded_match"})


@dataclass(frozen=True, slots=True)
class Preference:
    """One word: of which ``kind``, about which ``subject`` (book_key, series_key or abs_id), and its value.

    The value of a match is the list of book keys, of ``priority`` the number, of ``series_identity`` the provider's
    series id; of the others None.
    """

    kind: str
    subject: str
    value: Any
    note: str
    set_at: datetime


def set(where: Where, now: datetime, kind: str, subject: str, value: Any = None, note: str = "") -> None:
    """Say or change a word. Raises StoreError for an unknown kind or a value that cannot be meant."""
    if kind in MATCHES and isinstance(value, str):
        value = [value]
    _check(kind, value)
    row = {"kind": kind, "subject": subject, "value": value, "note": note, "set_at": now}
    with writing(where) as connection:
        upsert(connection, preferences, [row])


def clear(where: Where, kind: str, subject: str) -> bool:
    """Take a word back. Gives whether there was one."""
    with writing(where) as connection:
        return _clear(connection, kind, subject)


def add_match(where: Where, now: datetime, kind: str, abs_id: str, book_key: str, note: str = "") -> None:
    """Say that an item is (``manual_match``) or is not (``excluded_match``) this book, beside what was said before."""
    with writing(where) as connection:
        books = {*_books(connection, kind, abs_id), book_key}
        set(connection, now, kind, abs_id, sorted(books), note)


def remove_match(where: Where, now: datetime, kind: str, abs_id: str, book_key: str) -> bool:
    """Take back one ``add_match``. Gives whether there was one."""
    with writing(where) as connection:
        books = _books(connection, kind, abs_id)
        if book_key not in books:
            return False
        rest = sorted({*books} - {book_key})
        if rest:
            set(connection, now, kind, abs_id, rest)
        else:
            _clear(connection, kind, abs_id)
        return True


def everything(where: Where, kind: str = "") -> list[Preference]:
    """Every word, or every word of one kind, by kind and subject."""
    query = sa.select(preferences)
    if kind:
        query = query.where(preferences.c.kind == kind)
    with reading(where) as connection:
        found = [Preference(**row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda one: (one.kind, one.subject))


def persons_word(where: Where) -> Overrides:
    """All words in the form that the decisions take."""
    words = everything(where)

    def subjects(kind: str) -> frozenset[str]:
        return frozenset(word.subject for word in words if word.kind == kind)

    def matches(kind: str) -> frozenset[tuple[str, str]]:
        return frozenset((word.subject, book) for word in words if word.kind == kind for book in word.value)

    return Overrides(
        manual_matches=matches("manual_match"),
        excluded_matches=matches("excluded_match"),
        ignored_books=subjects("ignored_book"),
        ignored_series=subjects("ignored_series"),
        wanted_books=subjects("wanted"),
        priorities=tuple((word.subject, word.value) for word in words if word.kind == "priority"),
    )


def series_identities(where: Where) -> dict[str, str]:
    """Series key → the provider's series id that a person chose for it ("<provider>:<id>")."""
    return {word.subject: str(word.value) for word in everything(where, "series_identity")}


def _clear(connection: Connection, kind: str, subject: str) -> bool:
    chosen = sa.and_(preferences.c.kind == kind, preferences.c.subject == subject)
    return bool(connection.execute(sa.delete(preferences).where(chosen)).rowcount)


def _books(connection: Connection, kind: str, abs_id: str) -> Iterable[str]:
    chosen = sa.and_(preferences.c.kind == kind, preferences.c.subject == abs_id)
    value = connection.execute(sa.select(preferences.c.value).where(chosen)).scalar()
    return tuple(value or ())


def _check(kind: str, value: Any) -> None:
    if kind not in KINDS:
        raise StoreError(f"{kind!r} is no kind of preference; there are {', '.join(sorted(KINDS))}")
    if kind in MATCHES:
        fits = isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)
    elif kind == "priority":
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif kind == "series_identity":
        fits = isinstance(value, str) and bool(value)
    else:
        fits = True
    if not fits:
        raise StoreError(f"{value!r} cannot be the value of {kind}")
