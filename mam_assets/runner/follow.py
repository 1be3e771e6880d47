"""Launch a job through the run queue and watch it, step by step."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from .services import LOCATION, ROOT, Instance

POLL_SECONDS = 0.5


class LaunchFailed(Exception):
    """The job could not be handed to the run queue."""


@dataclass(frozen=True, slots=True)
class StepEvent:
    """One step of a run began, ended or failed."""

    step: str
    kind: str  # started, succeeded, failed, skipped
    message: str = ""


KINDS = {
    dg.DagsterEventType.STEP_START: "started",
    dg.DagsterEventType.STEP_SUCCESS: "succeeded",
    dg.DagsterEventType.STEP_FAILURE: "failed",
    dg.DagsterEventType.STEP_SKIPPED: "skipped",
}


def launch(instance: Instance, job: str, config_json: str = "{}") -> str:
    """Queue a run of the job in the code server; returns its run id. Raises LaunchFailed."""
    run_id = str(uuid.uuid4())
    argv = [sys.executable, "-m", "dagster", "job", "launch", "-w", str(instance.workspace), "-l", LOCATION]
    argv += ["-j", job, "--run-id", run_id, "--config-json", config_json]
    done = subprocess.run(argv, cwd=ROOT, env=instance.env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LaunchFailed((done.stderr or done.stdout).strip()[-2000:])
    return run_id


def follow(
    dagster: dg.DagsterInstance, run_id: str, on_event: Callable[[StepEvent], None], alive: Callable[[], None]
) -> dg.DagsterRunStatus:
    """Report the run's steps until it ends. ``alive`` is called between looks and may raise to stop watching."""
    seen = 0
    while True:
        run = dagster.get_run_by_id(run_id)
        records = dagster.all_logs(run_id)
        for entry in records[seen:]:
            event = entry.dagster_event
            if event is not None and event.event_type in KINDS and event.step_key:
                on_event(StepEvent(event.step_key, KINDS[event.event_type], event.message or ""))
        seen = len(records)
        if run is not None and run.is_finished:
            return run.status
        alive()
        time.sleep(POLL_SECONDS)


def end_orphans(dagster: dg.DagsterInstance) -> list[str]:
    """Mark runs as failed that a killed program left as "running": their workers are gone, and they would hold the
    tracker's slot for hours. Call it only while holding the state folder's lock."""
    ended = []
    statuses = [
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
        dg.DagsterRunStatus.QUEUED,
        dg.DagsterRunStatus.NOT_STARTED,
    ]
    for run in dagster.get_runs(filters=dg.RunsFilter(statuses=statuses)):
        dagster.report_run_failed(run, "The program was stopped while this run was under way.")
        ended.append(run.run_id)
    return ended
