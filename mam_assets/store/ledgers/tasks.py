"""The ledger of runs: what each stage looked at, when, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.model.task import ErrorCode

from ..engine import Where, reading, writing
from ..tables import tasks


@dataclass(frozen=True, slots=True)
class Task:
    """One run of one stage. ``status`` is running, succeeded, partial (some items failed) or failed.

    ``error_code`` says what ended it or cut it short, ``error_service`` which outside system that was (blank: none);
    ``error`` is the sentence of what ended it. ``details`` are its figures, by the keys of ``domain.figures``.
    """

    id: int
    task_name: str
    run_id: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    items_processed: int
    items_succeeded: int
    items_failed: int
    error: str
    error_code: ErrorCode
    error_service: str
    details: dict[str, Any]

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None while it runs."""
        return self.ended_at - self.started_at if self.ended_at else None


def start(where: Where, now: datetime, task_name: str, run_id: str = "") -> int:
    """Note that a stage begins; gives the number to ``finish`` it by."""
    row = {"task_name": task_name, "run_id": run_id, "status": "running", "started_at": now, "details": {}}
    with writing(where) as connection:
        return int(connection.execute(sa.insert(tasks).values(row).returning(tasks.c.id)).scalar_one())


def finish(
    where: Where,
    task_id: int,
    now: datetime,
    *,
    processed: int = 0,
    succeeded: int = 0,
    failed: int = 0,
    error: str = "",
    error_code: ErrorCode = ErrorCode.NONE,
    error_service: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note how a stage ended: failed when there is an error, partial when items failed, else succeeded.

    A code without an error: it was cut short, and ended well with what it had.
    """
    values = {
        "status": "failed" if error else "partial" if failed else "succeeded",
        "ended_at": now,
        "items_processed": processed,
        "items_succeeded": succeeded,
        "items_failed": failed,
        "error": error,
        "error_code": error_code.value,
        "error_service": error_service,
        "details": dict(details or {}),
    }
    with writing(where) as connection:
        connection.execute(sa.update(tasks).where(tasks.c.id == task_id).values(values))


def abandon(where: Where, now: datetime, started_before: datetime) -> int:
    """Mark as failed what still says "running" though it began before that time: its process was killed.

    Gives how many there were.
    """
    killed = sa.update(tasks).where(tasks.c.status == "running", tasks.c.started_at < started_before)
    values = {"status": "failed", "ended_at": now, "error": "the process ended before it"}
    with writing(where) as connection:
        result = connection.execute(killed.values(values | {"error_code": ErrorCode.KILLED.value}))
        return int(result.rowcount)


def latest(where: Where) -> list[Task]:
    """The last run of each stage, by name."""
    last = sa.select(sa.func.max(tasks.c.id)).group_by(tasks.c.task_name)
    return _read(where, sa.select(tasks).where(tasks.c.id.in_(last)).order_by(tasks.c.task_name))


def recent(where: Where, limit: int = 50) -> list[Task]:
    """The last runs of all stages, newest first."""
    return _read(where, sa.select(tasks).order_by(tasks.c.id.desc()).limit(limit))


def of_run(where: Where, run_id: str) -> list[Task]:
    """The stages of a Dagster run, in their order."""
    return _read(where, sa.select(tasks).where(tasks.c.run_id == run_id).order_by(tasks.c.id))


def _read(where: Where, query: sa.Select[Any]) -> list[Task]:
    with reading(where) as connection:
        return [
            Task(**{**row, "error_code": ErrorCode(row["error_code"])}) for row in connection.execute(query).mappings()
        ]
