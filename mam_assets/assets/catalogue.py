"""What exists: the works of every tracked series, as providers list them."""

from datetime import timedelta

import dagster as dg

from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.domain.model.library import LibraryItem
from mam_assets.stages.catalogue.refresh import Refresh, refresh_catalogue
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.ledgers import overrides
from mam_assets.store.reports import series_list
from resources.definitions import CatalogueResource, PolicyResource, StoreResource

from . import metadata


@dg.asset(
    group_name="catalogue",
    kinds={"goodreads", "hardcover", "audible", "pandas"},
    owners=["team:catalogue"],
    description="Works, by position, of every series that the library has books of. Built from the last good answers: "
    "an outage makes them older and changes nothing else.",
    config_schema={
        "everything": dg.Field(bool, default_value=False, description="ask again, however recent the last answers are"),
    },
)
def series_catalogue(
    context: dg.AssetExecutionContext,
    library_snapshot: list[LibraryItem],
    catalogue: CatalogueResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[list[SeriesEntry]]:
    """Ask the providers for what is due and put together what is known."""
    config = context.op_execution_context.op_config
    section = policy.policy().catalogue
    refresh = Refresh(
        max_age=timedelta(days=section.refresh_days),
        retry_after=timedelta(hours=section.retry_hours),
        requests=section.max_requests_per_run,
        everything=config["everything"],
        languages=policy.policy().release.languages,
    )
    with stage(store.engine(), "series_catalogue", context.run.run_id) as tally:
        series = refresh_catalogue(
            library_snapshot,
            catalogue.providers(),
            store.engine(),
            refresh,
            tally,
            utc_now,
            overrides.series_identities(store.engine()),
            section.discover_per_run,
        )
    entries = [entry for known in series for entry in known.entries]
    unknown = [
        {"series": known.tracked.name, "author": known.tracked.author, "why": known.problem or known.evidence}
        for known in series
        if known.chosen is None
    ]
    return dg.MaterializeResult(
        value=entries,
        metadata={
            **metadata.figures(tally.figures),
            "not known to any provider": metadata.table(unknown, ["series", "author", "why"]),
            "disagreements": metadata.table(
                [entry for entry in entries if entry.disagreement],
                ["series_name", "position", "title", "confidence", "disagreement"],
                mappers.SERIES_ENTRIES.row,
            ),
            "entries": metadata.table(
                entries,
                ["series_name", "position", "title", "year", "kind", "confidence"],
                mappers.SERIES_ENTRIES.row,
            ),
        },
    )


@dg.asset_check(asset=series_catalogue, description="No answer that the catalogue uses is older than three refreshes.")
def catalogue_is_fresh(store: StoreResource, policy: PolicyResource) -> dg.AssetCheckResult:
    """Warn when a provider has been failing for so long that its answers have grown old."""
    limit = utc_now() - timedelta(days=3 * policy.policy().catalogue.refresh_days)
    old = series_list.old_series(store.engine(), limit)
    return dg.AssetCheckResult(
        passed=not old,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "old entries": sum(row["entries"] for row in old),
            "old series": metadata.table(old, ["series_name", "fetched_at"]),
        },
    )
