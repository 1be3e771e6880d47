"""Runs that a killed program left open are closed by the next start, and nothing else is touched."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from mam_assets.runner.follow import end_orphans


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


@dg.job
def nothing() -> None:
    pass


OPEN = (  # and QUEUED, which Dagster makes for a code location alone
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


def test_every_open_run_is_closed_and_an_ended_one_stays_as_it_is(instance: dg.DagsterInstance) -> None:
    runs = {status: instance.create_run_for_job(nothing, status=status).run_id for status in (*OPEN, *ENDED)}
    assert set(end_orphans(instance)) == {runs[status] for status in OPEN}
    for status, run_id in runs.items():
        run = instance.get_run_by_id(run_id)
        assert run is not None
        assert run.status is (status if status in ENDED else dg.DagsterRunStatus.FAILURE)
    assert end_orphans(instance) == []
