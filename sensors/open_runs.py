"""Is a run of a job open? Sensors ask for a run only when none is: the ledger, not Dagster's memory of run keys, knows
what is still to be done, and a run that died must be asked for again."""

from __future__ import annotations

import dagster as dg

OPEN = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def is_open(instance: dg.DagsterInstance, *job_names: str) -> bool:
    """Whether a run of one of the jobs is queued or under way."""
    return any(instance.get_runs_count(dg.RunsFilter(job_name=name, statuses=OPEN)) for name in job_names)
