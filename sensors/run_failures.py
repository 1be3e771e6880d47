"""One message per cause when runs fail."""

from datetime import timedelta

import dagster as dg

from mam_assets.local_resources import NotifierResource, SendFailed, StoreResource
from mam_assets.stages.running import utc_now
from mam_assets.store import notices

REMIND_AFTER = timedelta(hours=24)


@dg.run_failure_sensor(
    name="run_failures",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=14,
    description="Sends one message per cause (job and error), and a reminder each day while it lasts.",
)
def run_failures(context: dg.RunFailureSensorContext, store: StoreResource, notifier: NotifierResource) -> None:
    """Tell a person that a run failed; the same cause again within a day is only counted."""
    job, message = context.dagster_run.job_name, _root_cause(context)
    cause = f"{job}: {message.splitlines()[0][:120] if message else 'failed'}"
    if notices.seen(store.engine(), utc_now(), cause, message, REMIND_AFTER):
        try:
            notifier.send(f"mam-assets: {job} failed", message)
        except SendFailed:
            notices.unsent(store.engine(), cause)
            raise


def _root_cause(context: dg.RunFailureSensorContext) -> str:
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            return f"{event.step_key}: {error.message.strip()}"
    return context.failure_event.message or "the run failed"
