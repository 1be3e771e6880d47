"""When the library changes, completion is counted again."""

import dagster as dg

from mam_assets.jobs import import_books, library_refresh
from mam_assets.stages.library.snapshot import library_state
from mam_assets.stages.notifications.service_health import in_trouble, is_well
from mam_assets.store.reports import series_list
from resources.audiobookshelf.items import SERVICE as AUDIOBOOKSHELF
from resources.definitions import AudiobookshelfResource, NotifierResource, PolicyResource, StoreResource
from resources.errors import ServiceError
from sensors.open_runs import is_open

INTERVAL_SECONDS = 14
LOOK_AT_SERVER_EVERY = 20  # ticks: about five minutes


@dg.sensor(
    name="library_changes",
    job=library_refresh,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reads the library again after imports, and when Audiobookshelf's books have changed (checked every "
    "five minutes).",
)
def library_changes(
    context: dg.SensorEvaluationContext,
    audiobookshelf: AudiobookshelfResource,
    store: StoreResource,
    policy: PolicyResource,
    notifier: NotifierResource,
) -> dg.SensorResult | dg.SkipReason:
    """Ask for a refresh after imports, when no import is open, or when the server's books have changed."""
    ticks, _, seen = (context.cursor or "0|").partition("|")
    number = int(ticks) + 1
    if is_open(context.instance, library_refresh.name, "whole_loop", "catalogue_refresh"):
        return dg.SkipReason("the library is being read")
    if not series_list.completion_is_current(store.engine()):
        if is_open(context.instance, import_books.name):
            return dg.SkipReason("books are being imported")
        return dg.SensorResult(run_requests=[dg.RunRequest()], cursor=f"{number}|{seen}")
    if number % LOOK_AT_SERVER_EVERY:
        return dg.SensorResult(skip_reason="nothing was imported", cursor=f"{number}|{seen}")
    rules = policy.policy()
    try:
        state = library_state(audiobookshelf.client(), rules.library)
    except ServiceError as error:
        in_trouble(context.log, store.engine(), notifier, rules.messages, error)
        return dg.SensorResult(skip_reason=str(error), cursor=f"{number}|{seen}")
    is_well(context.log, store.engine(), notifier, rules.messages, AUDIOBOOKSHELF)
    requests = [dg.RunRequest()] if seen and state != seen else []
    return dg.SensorResult(run_requests=requests, cursor=f"{number}|{state}")
