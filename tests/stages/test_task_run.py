"""How a stage ended is in the ledger as a code and the service behind it, not only in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mam_assets.domain.model.task import ErrorCode
from mam_assets.stages.task_run import code_of, stage, utc_now
from mam_assets.store.ledgers import tasks
from resources.errors import AuthError, RateLimited, ServiceError, Unreachable
from tests.support.acquisition_world import new_store


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = new_store(tmp_path / "store.db")
    yield made
    made.dispose()


def kinds(of: type[ServiceError]) -> list[type[ServiceError]]:
    return [of, *(kind for below in of.__subclasses__() for kind in kinds(below))]


@pytest.mark.parametrize("kind", kinds(ServiceError))
def test_every_error_of_a_service_has_a_code(kind: type[ServiceError]) -> None:
    assert code_of(kind("mam", "no")).value == kind.code


def test_what_ends_a_stage_is_kept_as_a_code(engine: sa.Engine) -> None:
    with pytest.raises(AuthError), stage(engine, "tracker_account", "run-1"):
        raise AuthError("mam", "refuses the session")
    with pytest.raises(ValueError, match="odd"), stage(engine, "ownership", "run-1"):
        raise ValueError("mam: odd")
    with stage(engine, "missing_books", "run-1"):
        pass
    ended = {
        task.task_name: (task.status, task.error_code, task.error_service) for task in tasks.of_run(engine, "run-1")
    }
    assert ended == {
        "tracker_account": ("failed", ErrorCode.AUTH, "mam"),
        "ownership": ("failed", ErrorCode.OTHER, ""),
        "missing_books": ("succeeded", ErrorCode.NONE, ""),
    }
    assert tasks.of_run(engine, "run-1")[0].error == "AuthError: mam: refuses the session"
    assert tasks.of_run(engine, "run-2") == []


def test_a_stage_that_was_cut_short_ends_well_and_says_by_what(engine: sa.Engine) -> None:
    with stage(engine, "search_candidates") as tally:
        tally.succeed()
        tally.stop_by("search", RateLimited("mam", "too many requests"))
    (task,) = tasks.latest(engine)
    assert (task.status, task.error) == ("partial", "")
    assert (task.error_code, task.error_service) == (ErrorCode.RATE_LIMITED, "mam")


def test_a_killed_stage_is_told_apart(engine: sa.Engine) -> None:
    tasks.start(engine, utc_now(), "imported_books")
    assert tasks.abandon(engine, utc_now(), started_before=utc_now()) == 1
    (task,) = tasks.latest(engine)
    assert (task.status, task.error_code) == ("failed", ErrorCode.KILLED)


def test_a_broken_connection_counts_as_a_service_that_is_down() -> None:
    assert code_of(Unreachable("mam", "no route")) is ErrorCode.UNAVAILABLE
    assert code_of(None) is ErrorCode.NONE
