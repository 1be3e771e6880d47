"""One message per cause when runs fail, and one when a job that failed works again."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import dagster as dg
import sqlalchemy as sa

from mam_assets.domain.model.task import ErrorCode
from mam_assets.stages.notifications import notify
from mam_assets.stages.notifications.service_health import tell_trouble
from mam_assets.stages.task_run import utc_now
from mam_assets.store.ledgers import tasks
from mam_assets.store.ledgers.notifications import Notice
from resources.definitions import NotifierResource, PolicyResource, StoreResource
from resources.errors import SendFailed
from sensors.failed_steps import first_failure

INTERVAL_SECONDS = 14
SETTLED_AFTER = timedelta(hours=1)  # a job that fails every other time has not recovered
_NUMBER = re.compile(r"\d+")
_BEGAN = utc_now()  # this program: the module is loaded once, by its code server
_INTERRUPTED = ("", "DagsterExecutionInterruptedError")  # no error of its own: its process was ended


@dg.run_failure_sensor(
    name="run_failures",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=INTERVAL_SECONDS,
    description="Sends one notification per cause (job and error), and a daily reminder while it lasts.",
)
def run_failures(
    context: dg.RunFailureSensorContext, store: StoreResource, notifier: NotifierResource, policy: PolicyResource
) -> None:
    """Tell a person that a run failed; the same cause again within a day is only counted."""
    section, job = policy.policy().messages, context.dagster_run.job_name
    failed = first_failure(context)
    if failed.error_class in _INTERRUPTED and _ended_before(context, _BEGAN):
        context.log.info(f"{job} ended with the program that it belonged to: {failed.text}")  # nothing is wrong with it
        return
    refused_by = _refused_by(store.engine(), context.dagster_run.run_id)
    if refused_by:  # credentials stop every job alike: one cause, whichever met it first
        auth = ErrorCode.AUTH.value
        tell_trouble(context.log, store.engine(), notifier, section, refused_by, auth, failed.text, at_once=True)
        return
    message = f"{failed.step}: {failed.text}" if failed.step else failed.text
    first_line = message.splitlines()[0]
    try:
        notify.tell(
            store.engine(),
            notifier,
            utc_now(),
            # Times, numbers and addresses of a moment make no new cause.
            f"{notify.RUNS}{job}: {_NUMBER.sub('#', first_line)[:120]}",
            f"mam-assets: {job} failed",
            message,
            remind_after=timedelta(hours=section.remind_hours),
        )
    except SendFailed as error:
        context.log.warning(f"{error}; unsent: {job} failed: {first_line}")


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="run_recoveries",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=INTERVAL_SECONDS,
    description="Sends one notification when a job succeeds an hour or more after its last failure. If it fails again "
    "later, that is a new cause.",
)
def run_recoveries(
    context: dg.RunStatusSensorContext, store: StoreResource, notifier: NotifierResource, policy: PolicyResource
) -> None:
    """Forget why this job failed before, and say that it works again to those who were told that it failed."""
    job, now = context.dagster_run.job_name, utc_now()

    def words(over: Sequence[Notice]) -> notify.Words:
        lasted = notify.span(min(notice.first_at for notice in over), max(notice.last_at for notice in over))
        return f"mam-assets: {job} works again", f"{job} succeeded after failing for {lasted}."

    ending = notify.Ending(notifier, now, words, together=True)
    try:
        notify.gone(
            store.engine(),
            f"{notify.RUNS}{job}: ",
            last_seen_before=now - SETTLED_AFTER,
            ending=ending if policy.policy().messages.tell_when_over else None,
        )
    except SendFailed as error:
        context.log.warning(f"{error}; unsent: {job} works again")


def _refused_by(engine: sa.Engine, run_id: str) -> str:
    """The service that refused the credentials and so ended a stage of the run; blank when none did."""
    ended = (task for task in tasks.of_run(engine, run_id) if task.error and task.error_code is ErrorCode.AUTH)
    return next((task.error_service for task in ended), "")


def _ended_before(context: dg.RunFailureSensorContext, moment: datetime) -> bool:
    record = context.instance.get_run_record_by_id(context.dagster_run.run_id)
    return record is not None and record.end_time is not None and record.end_time < moment.timestamp()
