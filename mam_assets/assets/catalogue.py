"""What exists: the works of every tracked series, as providers list them."""

from datetime import timedelta

import dagster as dg
import pandas as pd
from pydantic import Field

from mam_assets.stages.catalogue.refresh import Refresh, refresh_catalogue
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.ledgers import overrides
from resources.definitions import CatalogueResource, PolicyResource, StoreResource

from . import metadata


class CatalogueConfig(dg.Config):
    """What is asked for again."""

    everything: bool = Field(default=False, description="ask again, however recent the last answers are")


@dg.asset(
    group_name="catalogue",
    kinds={"goodreads", "hardcover", "audible", "pandas"},
    owners=["team:catalogue"],
    description="Works, by position, of every series that the library has books of. Built from the last good answers: "
    "an outage makes them older and changes nothing else.",
)
def series_catalogue(
    context: dg.AssetExecutionContext,
    config: CatalogueConfig,
    library_snapshot: pd.DataFrame,
    catalogue: CatalogueResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Ask the providers for what is due and put together what is known."""
    section = policy.policy().catalogue
    refresh = Refresh(
        max_age=timedelta(days=section.refresh_days),
        retry_after=timedelta(hours=section.retry_hours),
        requests=section.max_requests_per_run,
        everything=config.everything,
        languages=policy.policy().release.languages,
    )
    items = mappers.items_from_frame(library_snapshot)
    with stage(store.engine(), "series_catalogue", context.run.run_id) as tally:
        found = refresh_catalogue(
            items,
            catalogue.providers(),
            store.engine(),
            refresh,
            tally,
            utc_now,
            overrides.series_identities(store.engine()),
            section.discover_per_run,
        )
        entries = [entry for one in found for entry in one.entries]
        frame = mappers.entries_to_frame(entries)
    unknown = pd.DataFrame(
        [
            {"series": one.tracked.name, "author": one.tracked.author, "why": one.problem or one.evidence}
            for one in found
            if one.chosen is None
        ],
        columns=["series", "author", "why"],
    )
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(tally.figures),
            "not known to any provider": metadata.table(unknown, ["series", "author", "why"]),
            "disagreements": metadata.table(
                frame[frame["disagreement"] != ""],
                ["series_name", "position", "title", "confidence", "disagreement"],
            ),
            "entries": metadata.table(frame, ["series_name", "position", "title", "year", "kind", "confidence"]),
        },
    )


@dg.asset_check(asset=series_catalogue, description="No answer that the catalogue uses is older than three refreshes.")
def catalogue_is_fresh(series_catalogue: pd.DataFrame, policy: PolicyResource) -> dg.AssetCheckResult:
    """Warn when a provider has been failing for so long that its answers have grown old."""
    limit = utc_now() - timedelta(days=3 * policy.policy().catalogue.refresh_days)
    old = series_catalogue[pd.to_datetime(series_catalogue["fetched_at"], utc=True) < limit]
    return dg.AssetCheckResult(
        passed=old.empty,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "old entries": len(old),
            "old series": metadata.table(old.drop_duplicates("series_key"), ["series_name", "fetched_at"]),
        },
    )
