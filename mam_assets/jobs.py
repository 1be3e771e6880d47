"""Jobs: selections of assets that are run together, with the tags that keep one stream of MAM requests.

All run in the executor of the code location (``definitions``).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from mam_assets.run_history import prune
from resources.definitions import MamResource, PolicyResource, StoreResource

from .domain.figures import SeedboxFigure
from .stages.acquisition import seedbox
from .stages.task_run import stage, utc_now

SEARCHES = {"mam/tracker": "search"}  # dagster.yaml allows one run with this tag at a time
KEEP_RUNS_DAYS = 60

LIBRARY = ("library_snapshot",)
COMPLETION = ("ownership", "series_completion", "author_catalogue", "author_completion", "missing_books")
SEARCH = ("search_candidates", "download_queue")
# Bibliographies are asked for by a job of their own: gaps of series must not wait for them.
KEPT_AUTHORS = {"author_catalogue": {"config": {"ask": False}}}

whole_loop = dg.define_asset_job(
    "whole_loop",
    selection=dg.AssetSelection.assets(*LIBRARY, "series_catalogue", *COMPLETION, "tracker_account", *SEARCH),
    description="The main job: reads the library, finds missing books, searches MAM, queues the best releases.",
    tags=SEARCHES,
    config={"ops": KEPT_AUTHORS},
)

library_refresh = dg.define_asset_job(
    "library_refresh",
    selection=dg.AssetSelection.assets(*LIBRARY, *COMPLETION),
    description="Reads the library again and recomputes completion; asks no provider and not MAM.",
    config={"ops": KEPT_AUTHORS},
)

catalogue_refresh = dg.define_asset_job(
    "catalogue_refresh",
    selection=dg.AssetSelection.assets(*LIBRARY, "series_catalogue", *COMPLETION),
    description="Asks the providers about every series again, however recent their last answers are.",
    config={"ops": {"series_catalogue": {"config": {"everything": True}}, **KEPT_AUTHORS}},
)

author_refresh = dg.define_asset_job(
    "author_refresh",
    selection=dg.AssetSelection.assets(*LIBRARY, *COMPLETION),
    description="Asks the providers about every tracked author again, however recent their last answers are.",
    config={"ops": {"author_catalogue": {"config": {"everything": True}}}},
)

search_and_queue = dg.define_asset_job(
    "search_and_queue",
    selection=dg.AssetSelection.assets("tracker_account", *SEARCH),
    description="Searches MAM for the missing books that are due and queues the best releases.",
    tags=SEARCHES,
)

top10 = dg.define_asset_job(
    "top10",
    selection=dg.AssetSelection.assets("top10_releases"),
    description="Lists the most snatched releases on MAM. Downloads nothing.",
    tags=SEARCHES,
)

submit_downloads = dg.define_asset_job(
    "submit_downloads",
    selection=dg.AssetSelection.assets("tracker_account", "download_queue"),
    description="Sends queued downloads to qBittorrent, and the next candidate where a download has failed.",
    tags=SEARCHES,
)

import_books = dg.define_asset_job(
    "import_books",
    selection=dg.AssetSelection.assets("imported_books"),
    description="Imports finished downloads into the library.",
)

enrich_new = dg.define_asset_job(
    "enrich_new",
    selection=dg.AssetSelection.assets("metadata_enrichment"),
    description="Fills in the metadata of imported books that were not enriched yet.",
    config=dg.RunConfig(ops={"metadata_enrichment": {"config": {"new_only": True}}}),
)

enrich_library = dg.define_asset_job(
    "enrich_library",
    selection=dg.AssetSelection.assets(*LIBRARY, "metadata_enrichment"),
    description="Reads the library and checks the metadata of all books that are due.",
)


@dg.op(
    config_schema={
        "keep_days": dg.Field(int, default_value=KEEP_RUNS_DAYS, description="runs older than so many days are deleted")
    }
)
def prune_runs(context: dg.OpExecutionContext) -> None:
    """Delete finished runs that are older than ``keep_days``, also their files on disk."""
    keep_days: int = context.op_config["keep_days"]
    removed = prune(context.instance, datetime.now(UTC) - timedelta(days=keep_days))
    context.log.info(f"deleted {removed} runs older than {keep_days} days")


@dg.job(description="Deletes old runs from Dagster's history and from disk.")
def prune_history() -> None:
    prune_runs()


@dg.op
def tell_mam_the_address(
    context: dg.OpExecutionContext, myanonamouse: MamResource, store: StoreResource, policy: PolicyResource
) -> None:
    """Register the address that torrents are seeded from, if it has changed. Refuses while that is switched off."""
    if not policy.settings().mam_dynamic_seedbox:
        raise dg.Failure(
            "MAM_DYNAMIC_SEEDBOX is off, so MAM is told no address: set it to true in .env if the torrents are seeded "
            "from this machine's address.",
            allow_retries=False,
        )
    with stage(store.engine(), "seedbox_address", context.run.run_id) as tally:
        tracker = myanonamouse.client()
        tally.figures[SeedboxFigure.DONE] = seedbox.update_address(store.engine(), tracker, utc_now())
        tally.succeed()
    context.log.info(str(tally.figures[SeedboxFigure.DONE]))


@dg.job(
    tags=SEARCHES,
    description="Tells MAM when the address that torrents are seeded from has changed. Refuses to run, and its "
    "schedule is off, unless MAM_DYNAMIC_SEEDBOX is true.",
)
def seedbox_address() -> None:
    tell_mam_the_address()


ALL: list[Any] = [  # Dagster does not export the type of an asset job
    whole_loop,
    library_refresh,
    catalogue_refresh,
    author_refresh,
    search_and_queue,
    top10,
    submit_downloads,
    import_books,
    enrich_new,
    enrich_library,
    prune_history,
    seedbox_address,
]
