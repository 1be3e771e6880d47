"""The acquisition tick: what should be against what qBittorrent reports."""

import dagster as dg

from mam_assets.domain.figures import label
from mam_assets.jobs import import_books, submit_downloads
from mam_assets.stages.acquisition import propose, reconcile, tracker_backoff
from mam_assets.stages.notifications.service_health import in_trouble, is_well
from mam_assets.stages.task_run import Tally, utc_now
from resources.definitions import NotifierResource, PolicyResource, QbittorrentResource, StoreResource
from resources.errors import ServiceError
from resources.qbittorrent.rows import SERVICE as QBITTORRENT
from sensors.open_runs import is_open

# The daemon's own loop takes 5 s. Asking for 5 gives gaps of 5 and 10 s in turn (4.99 is not yet 5), 4 a steady 5.
INTERVAL_SECONDS = 4


@dg.sensor(
    name="acquisition",
    jobs=[import_books, submit_downloads],
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Every 5 s: sends one request to qBittorrent, updates the ledger, and requests runs when finished "
    "downloads wait for import or queued ones for submission. Never asks MAM.",
)
def acquisition(
    context: dg.SensorEvaluationContext,
    qbittorrent: QbittorrentResource,
    store: StoreResource,
    policy: PolicyResource,
    notifier: NotifierResource,
) -> dg.SensorResult | dg.SkipReason:
    """One tick of the reconciler; a service in trouble skips the tick and changes nothing."""
    rules, engine = policy.policy(), store.engine()
    tally = Tally()
    try:
        due = reconcile.tick(
            engine,
            qbittorrent.client(),
            reconcile.acquisition_policy(rules.download),
            propose.next_release(engine),
            tally,
            auto=rules.mode == "auto",
        )
    except ServiceError as error:
        in_trouble(context.log, engine, notifier, rules.messages, error)
        return dg.SkipReason(str(error))
    if due.asked:
        is_well(context.log, engine, notifier, rules.messages, QBITTORRENT)
    requests = []
    if due.to_import and not is_open(context.instance, import_books.name):
        requests.append(dg.RunRequest(job_name=import_books.name))
    backoff = tracker_backoff.current(engine, utc_now()) if due.to_submit else None
    busy = ("whole_loop", "search_and_queue")
    if due.to_submit and backoff is None and not is_open(context.instance, submit_downloads.name, *busy):
        requests.append(dg.RunRequest(job_name=submit_downloads.name))
    if not requests:
        figures = ", ".join(f"{label(name)}: {count}" for name, count in tally.figures.items() if count)
        paused = f"MAM is paused until {backoff.until:%H:%M:%S} UTC: {backoff.reason}" if backoff else ""
        return dg.SkipReason("; ".join(filter(None, (figures, paused))) or "nothing to do")
    return dg.SensorResult(run_requests=requests)
