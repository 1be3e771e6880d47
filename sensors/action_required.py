"""What waits for a person: told once, whatever runs in between."""

import dagster as dg

from mam_assets.stages.notifications import action_required as stage
from mam_assets.stages.task_run import utc_now
from resources.definitions import NotifierResource, PolicyResource, StoreResource
from resources.errors import SendFailed

INTERVAL_SECONDS = 59


@dg.sensor(
    name="action_required",
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Every minute: notifies you of imports that need you and of a full disk. Sends no request and starts "
    "nothing.",
)
def action_required(
    context: dg.SensorEvaluationContext, store: StoreResource, policy: PolicyResource, notifier: NotifierResource
) -> dg.SkipReason:
    """Tell of what is new. A message that cannot be sent is logged and tried again ten minutes later."""
    try:
        told = stage.tell(store.engine(), notifier, policy.policy().messages, utc_now())
    except SendFailed as error:
        context.log.warning(str(error))
        return dg.SkipReason(str(error))
    return dg.SkipReason(f"notified of {', '.join(told)}" if told else "nothing new needs a person")
