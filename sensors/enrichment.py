"""Books that were just imported get their metadata, once the library has been read again."""

from datetime import timedelta

import dagster as dg

from mam_assets.jobs import enrich_library, enrich_new, import_books, library_refresh
from mam_assets.stages.enrichment.targets import new_imports
from mam_assets.stages.task_run import utc_now
from mam_assets.store.ledgers import tasks
from mam_assets.store.reports import series_list
from resources.definitions import PolicyResource, StoreResource
from sensors.open_runs import is_open

INTERVAL_SECONDS = 14
REST_AFTER_FAILURE = timedelta(minutes=15)


@dg.sensor(
    name="new_metadata",
    job=enrich_new,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Fills in the metadata of new imports when no import is running and the library has been read again. "
    "Sends no request itself.",
)
def new_metadata(
    context: dg.SensorEvaluationContext, store: StoreResource, policy: PolicyResource
) -> dg.SensorResult | dg.SkipReason:
    """Ask for a run when imports wait for their metadata and nothing more urgent goes on."""
    engine, now = store.engine(), utc_now()
    section = policy.policy().enrichment
    waiting = new_imports(engine, now, timedelta(hours=section.retry_hours), limit=section.max_books_per_run)
    if not waiting:
        return dg.SkipReason("no import needs its metadata filled in")
    if not series_list.completion_is_current(engine):
        return dg.SkipReason("the library has to be read first")
    if is_open(context.instance, import_books.name, library_refresh.name, enrich_new.name, enrich_library.name):
        return dg.SkipReason("an import, scan or enrichment is running")
    last = next((task for task in tasks.latest(engine) if task.task_name == "metadata_enrichment"), None)
    if last is not None and last.status == "failed" and now - last.started_at < REST_AFTER_FAILURE:
        return dg.SkipReason(f"the last run failed: {last.error}")
    return dg.SensorResult(run_requests=[dg.RunRequest()])
