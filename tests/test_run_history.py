"""Old runs go from Dagster's tables and from the disk; what still goes on or is young stays."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from mam_assets.run_history import prune


@dg.op
def speak(context: dg.OpExecutionContext) -> None:
    context.log.info("a line")


@dg.op
def complain() -> None:
    raise dg.Failure("no")


@dg.job(executor_def=dg.in_process_executor)
def talk() -> None:
    speak()


@dg.job(executor_def=dg.in_process_executor)
def trouble() -> None:
    complain()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        yield made


def run(instance: dg.DagsterInstance, job: dg.JobDefinition = talk) -> str:
    run_id = job.execute_in_process(instance=instance, raise_on_error=False).run_id
    folder = Path(instance.storage_directory()) / run_id  # compute logs and outputs of a real run
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result").write_text("1")
    return run_id


def left_on_disk(tmp_path: Path, run_id: str) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if run_id in path.name]


def test_finished_runs_go_with_their_files(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    gone = [run(instance), run(instance, trouble)]
    assert all(len(left_on_disk(tmp_path, run_id)) >= 2 for run_id in gone)
    assert prune(instance, datetime.now(UTC) + timedelta(minutes=1)) == 2
    assert instance.get_runs() == []
    assert [left_on_disk(tmp_path, run_id) for run_id in gone] == [[], []]


def test_young_runs_stay(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    kept = run(instance)
    before = left_on_disk(tmp_path, kept)
    assert prune(instance, datetime.now(UTC) - timedelta(days=1)) == 0
    assert [one.run_id for one in instance.get_runs()] == [kept]
    assert left_on_disk(tmp_path, kept) == before


def test_runs_that_still_go_on_stay(instance: dg.DagsterInstance) -> None:
    waiting = instance.create_run_for_job(talk, status=dg.DagsterRunStatus.STARTED).run_id
    gone = run(instance)
    assert prune(instance, datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert [one.run_id for one in instance.get_runs()] == [waiting]
    assert instance.get_run_by_id(gone) is None


def test_a_damaged_run_does_not_stop_the_rest(
    instance: dg.DagsterInstance, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stubborn, other = run(instance), run(instance)
    (shard,) = [path for path in left_on_disk(tmp_path, stubborn) if path.suffix == ".db"]
    shard.unlink()
    shard.mkdir()  # a folder where the file was
    assert prune(instance, datetime.now(UTC) + timedelta(minutes=1)) == 2
    assert shard.name in caplog.text
    assert left_on_disk(tmp_path, other) == []
