"""One message per cause when runs fail; the cause is gone when that job succeeds."""

from datetime import timedelta

import dagster as dg

from mam_assets.local_resources import NotifierResource, PolicyResource, StoreResource
from mam_assets.stages import notifying
from mam_assets.stages.running import utc_now

INTERVAL_SECONDS = 14
SETTLED_AFTER = timedelta(hours=1)  # a job that fails every other time has not recovered


@dg.run_failure_sensor(
    name="run_failures",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=INTERVAL_SECONDS,
    description="Sends one message per cause (job and error), and a reminder each day while it lasts.",
)
def run_failures(
    context: dg.RunFailureSensorContext, store: StoreResource, notifier: NotifierResource, policy: PolicyResource
) -> None:
    """Tell a person that a run failed; the same cause again within a day is only counted."""
    job, message = context.dagster_run.job_name, _root_cause(context)
    first_line = message.splitlines()[0][:120] if message else "failed"
    notifying.tell(
        store.engine(),
        notifier,
        utc_now(),
        f"{notifying.RUNS}{job}: {first_line}",
        f"mam-assets: {job} failed",
        message,
        remind_after=timedelta(hours=policy.policy().messages.remind_hours),
    )


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="run_recoveries",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=INTERVAL_SECONDS,
    description="When a job succeeds, the causes of its failures are gone; should one come back, it is told anew.",
)
def run_recoveries(context: dg.RunStatusSensorContext, store: StoreResource) -> None:
    """Forget why this job failed before."""
    kind = f"{notifying.RUNS}{context.dagster_run.job_name}: "
    notifying.gone(store.engine(), kind, last_seen_before=utc_now() - SETTLED_AFTER)


def _root_cause(context: dg.RunFailureSensorContext) -> str:
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            return f"{event.step_key}: {error.message.strip()}"
    return context.failure_event.message or "the run failed"
