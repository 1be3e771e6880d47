"""The ledger of failures: every item that was left out, and why. Kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import failed_attempts


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """One failure of one item. ``service`` is blank when no outside system was involved."""

    id: int
    at: datetime
    stage: str
    subject: str
    service: str
    code: str
    message: str


def record(where: Where, now: datetime, stage: str, subject: str, service: str, code: str, message: str) -> None:
    """Note a failure. ``message`` must hold no secret."""
    row = {"at": now, "stage": stage, "subject": subject, "service": service, "code": code, "message": message}
    with writing(where) as connection:
        connection.execute(sa.insert(failed_attempts).values(row))


def recent(where: Where, limit: int = 50, stage: str = "") -> list[FailedAttempt]:
    """The last failures, newest first, of one stage or of all."""
    query = sa.select(failed_attempts).order_by(failed_attempts.c.id.desc()).limit(limit)
    if stage:
        query = query.where(failed_attempts.c.stage == stage)
    with reading(where) as connection:
        return [FailedAttempt(**row) for row in connection.execute(query).mappings()]


def counts(where: Where, since: datetime) -> dict[tuple[str, str], int]:
    """How many failures there were since then, by stage and code."""
    table = failed_attempts.c
    query = sa.select(table.stage, table.code, sa.func.count()).where(table.at >= since)
    with reading(where) as connection:
        rows = connection.execute(query.group_by(table.stage, table.code).order_by(table.stage, table.code))
        return {(str(stage), str(code)): int(count) for stage, code, count in rows}
