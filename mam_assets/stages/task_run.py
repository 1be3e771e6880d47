"""The frame around every stage: what was processed, what failed and why, in the ledgers ``tasks`` and
``failed_attempts``, whoever runs it (an asset, a sensor's run or the command line)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.model.task import ErrorCode
from mam_assets.store.ledgers import failures, tasks
from resources.errors import ServiceError

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock that the program runs by; tests pass their own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Failure:
    """One item that was left out, and why. ``service`` is blank when no outside system was involved."""

    subject: str
    code: str
    message: str
    service: str = ""


@dataclass(slots=True)
class Tally:
    """What a stage has done so far. Figures (by the keys of ``domain.figures``) are what its materialization shows.

    ``stopped_by`` is the error of an outside system that cut it short.
    """

    processed: int = 0
    succeeded: int = 0
    failures: list[Failure] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    stopped_by: ServiceError | None = None

    def succeed(self, count: int = 1) -> None:
        self.processed += count
        self.succeeded += count

    def fail(self, subject: str, code: str, message: str, service: str = "") -> None:
        """Count an item that failed; the rest goes on."""
        self.processed += 1
        self.failures.append(Failure(subject, code, message, service))

    def fail_by(self, subject: str, error: Exception) -> None:
        """Count an item that failed by a typed error (``code`` and ``service`` are taken from it)."""
        code = getattr(error, "code", type(error).__name__)
        self.fail(subject, str(code), str(error), getattr(error, "service", ""))

    def stop_by(self, subject: str, error: ServiceError) -> None:
        """Count an item that failed by an outside system that cannot be asked any more: the stage is cut short."""
        self.fail_by(subject, error)
        self.stopped_by = error


@contextmanager
def stage(engine: sa.Engine, name: str, run_id: str = "", clock: Clock = utc_now) -> Iterator[Tally]:
    """Run a stage: its start, end and figures go into ``tasks``, its failures into ``failed_attempts``.

    An exception is recorded as the task's error and raised again.
    """
    tally = Tally()
    task_id = tasks.start(engine, clock(), name, run_id)
    error = ""
    ended_by: BaseException | None = None
    try:
        yield tally
    except BaseException as problem:
        error, ended_by = f"{type(problem).__name__}: {problem}", problem
        raise
    finally:
        for failure in tally.failures:
            log.warning("%s: %s: %s", name, failure.subject, failure.message)
            failures.record(engine, clock(), name, failure.subject, failure.service, failure.code, failure.message)
        tasks.finish(
            engine,
            task_id,
            clock(),
            processed=tally.processed,
            succeeded=tally.succeeded,
            failed=len(tally.failures),
            error=error,
            error_code=code_of(ended_by or tally.stopped_by),
            error_service=getattr(ended_by or tally.stopped_by, "service", ""),
            details=tally.figures,
        )


def code_of(error: BaseException | None) -> ErrorCode:
    """The code of what ended a stage."""
    if error is None:
        return ErrorCode.NONE
    return ErrorCode(error.code) if isinstance(error, ServiceError) else ErrorCode.OTHER
