"""The ledger of changes of metadata in Audiobookshelf: what it was, what it became, on whose word.

A change is first noted as *intended*, then made, then read back and noted as *made*. A program that dies in between
leaves an intended row, and the item itself says what became of it: nothing that was changed is ever without a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import books, metadata_corrections

INTENDED, MADE, NOT_MADE, NOT_KEPT = "intended", "made", "not_made", "not_kept"
UNDO = "undo"
_IDS_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one item, changed. ``old`` and ``new`` are JSON values;

    ``source`` is a provider, "import" or "undo". ``state``: "intended" (noted, not yet seen to be there), "made",
    "not_made" (the program died before it), "not_kept" (Audiobookshelf has something else after it).
    """

    id: int
    at: datetime
    abs_id: str
    field: str
    old: Any
    new: Any
    source: str
    confidence: str
    run_id: str
    undone_at: datetime | None
    state: str = MADE
    reason: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A change that is about to be made."""

    field: str
    old: Any
    new: Any
    source: str
    confidence: str = ""
    reason: str = ""
    undoes: int | None = None


def record(
    where: Where,
    now: datetime,
    abs_id: str,
    field: str,
    old: Any,
    new: Any,
    source: str,
    confidence: str = "",
    run_id: str = "",
) -> int:
    """Note a change that was made; gives its number."""
    (number,) = _insert(where, now, abs_id, [Intent(field, old, new, source, confidence)], run_id, MADE)
    return number


def intend(where: Where, now: datetime, abs_id: str, changes: Sequence[Intent], run_id: str = "") -> list[int]:
    """Note changes of one item before they are made, all or none; gives their numbers in the same order."""
    return _insert(where, now, abs_id, changes, run_id, INTENDED)


def settle(where: Where, now: datetime, states: Mapping[int, str]) -> None:
    """Note what became of intended changes, by number; an undo that was made marks the change that it took back."""
    column = metadata_corrections.c
    with writing(where) as connection:
        for number, state in states.items():
            chosen = sa.update(metadata_corrections).where(column.id == number, column.state == INTENDED)
            undoes = connection.execute(chosen.values(state=state).returning(column.undoes)).scalar_one_or_none()
            if undoes is not None and state == MADE:
                undone(connection, now, undoes)


def intended(where: Where) -> list[Correction]:
    """Changes of which is not known whether they were made, newest first."""
    return _read(where, sa.select(metadata_corrections).where(metadata_corrections.c.state == INTENDED))


def get(where: Where, number: int) -> Correction | None:
    """The change of that number."""
    return next(iter(_read(where, sa.select(metadata_corrections).where(metadata_corrections.c.id == number))), None)


def of_item(where: Where, abs_id: str) -> list[Correction]:
    """Every change of one item, newest first."""
    return _read(where, sa.select(metadata_corrections).where(metadata_corrections.c.abs_id == abs_id))


def of_run(where: Where, run_id: str) -> list[Correction]:
    """Every change that one run made and that still stands, newest first: the order in which to undo them."""
    column = metadata_corrections.c
    return _read(where, sa.select(metadata_corrections).where(column.run_id == run_id, column.undone_at.is_(None)))


def run_named(where: Where, start: str) -> str:
    """The run whose id begins so; the text itself when there is none, or more than one."""
    column = metadata_corrections.c.run_id
    query = sa.select(column).where(column.startswith(start, autoescape=True)).distinct().limit(2)
    with reading(where) as connection:
        runs = list(connection.execute(query).scalars())
    return str(runs[0]) if len(runs) == 1 else start


def recent(where: Where, limit: int = 50) -> list[Correction]:
    """The last changes, newest first."""
    return _read(where, sa.select(metadata_corrections).limit(limit))


def undone(where: Where, now: datetime, correction_id: int) -> None:
    """Note that a change was taken back."""
    chosen = sa.update(metadata_corrections).where(metadata_corrections.c.id == correction_id)
    with writing(where) as connection:
        connection.execute(chosen.values(undone_at=now))


def undone_fields(where: Where, abs_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Fields of these items of which a person took a change back: they are left alone from then on."""
    column = metadata_corrections.c
    by_item: dict[str, set[str]] = {}
    wanted = list(dict.fromkeys(abs_ids))
    with reading(where) as connection:
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            some = column.abs_id.in_(wanted[start : start + _IDS_AT_ONCE])
            rows = connection.execute(
                sa.select(column.abs_id, column.field).where(some, column.undone_at.is_not(None), column.source != UNDO)
            )
            for row in rows:
                by_item.setdefault(row.abs_id, set()).add(row.field)
    return {abs_id: frozenset(fields) for abs_id, fields in by_item.items()}


def listed(where: Where, *, text: str = "", run_id: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """The last changes with the title of their item, newest first; ``text`` is an item's id or a part of its title."""
    column = metadata_corrections.c
    query = (
        sa.select(metadata_corrections, books.c.title, books.c.author)
        .outerjoin(books, books.c.abs_id == column.abs_id)
        .order_by(column.id.desc())
        .limit(limit)
    )
    if run_id:
        query = query.where(column.run_id == run_id)
    if text:
        query = query.where(sa.or_(column.abs_id == text, books.c.title.icontains(text, autoescape=True)))
    with reading(where) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _insert(where: Where, now: datetime, abs_id: str, changes: Sequence[Intent], run_id: str, state: str) -> list[int]:
    column = metadata_corrections.c
    numbers = []
    with writing(where) as connection:
        for change in changes:
            row = {
                "at": now,
                "abs_id": abs_id,
                "field": change.field,
                "old": change.old,
                "new": change.new,
                "source": change.source,
                "confidence": change.confidence,
                "run_id": run_id,
                "state": state,
                "reason": change.reason,
                "undoes": change.undoes,
            }
            inserted = sa.insert(metadata_corrections).values(row).returning(column.id)
            numbers.append(int(connection.execute(inserted).scalar_one()))
    return numbers


def _read(where: Where, query: sa.Select[Any]) -> list[Correction]:
    with reading(where) as connection:
        rows = connection.execute(query.order_by(metadata_corrections.c.id.desc())).mappings()
        return [Correction(**row) for row in rows]
