"""What MAM offers for the missing books, judged."""

from __future__ import annotations

import dagster as dg
import pandas as pd
from pydantic import Field

from mam_assets.assets import show
from mam_assets.local_resources import PolicyResource, StoreResource
from mam_assets.stages import searching
from mam_assets.stages.running import stage, utc_now
from mam_assets.store import rows
from resources.myanonamouse.resource import MamResource


class SearchConfig(dg.Config):
    """Which books are searched for."""

    books: list[str] = Field(default=[], description="book keys to search for now, whatever their next date; empty: what is due")  # noqa: E501


@dg.asset(
    group_name="search",
    kinds={"myanonamouse", "pandas"},
    owners=["team:decisions"],
    pool="mam_search",
    description="Releases on MAM for the missing books that are due, each with every reason for and against.",
)
def search_candidates(
    context: dg.AssetExecutionContext,
    config: SearchConfig,
    missing_books: pd.DataFrame,
    myanonamouse: MamResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Search for what is due; candidates of books that are not due are kept as they are."""
    rules = policy.policy()
    now = utc_now()
    wanted = {key: want for key, want in rows.wanted_from_frame(missing_books).items()}
    due = store.due_for_search(wanted, config.books, now)[: rules.search.max_books_per_run]
    with stage(store.engine(), "search_candidates", context.run.run_id) as tally:
        client = myanonamouse.client(rules.search)
        found = searching.search(
            {key: wanted[key] for key in due},
            client,
            rules.release_policy(),
            store.known_releases(),
            client.account() if due else None,
            rules.search,
            tally,
            utc_now,
        )
        searching.record(store.engine(), found, utc_now())
        tally.figures.update(searching.figures(found))
    frame = rows.candidates_to_frame(
        found.candidates, kept=store.candidates_frame(), searched=found.searched, missing=set(wanted), now=now
    )
    best = frame[frame["rank"] == 1]
    refused = frame[~frame["accepted"]]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **show.figures({"due": len(due), **tally.figures}),
            "best": show.table(best, ["book_key", "title", "filetype", "seeders", "narrator", "is_free", "decided_by"]),
            "refused": show.table(refused, ["book_key", "title", "rejections"]),
            **({"stopped by": dg.MetadataValue.text(str(found.stopped_by))} if found.stopped_by else {}),
        },
    )


@dg.asset_check(asset=search_candidates, description="The search was not cut short by MAM.")
def search_ran_through(store: StoreResource) -> dg.AssetCheckResult:
    """Warn when MAM refused us: a dead cookie must not look like "nothing found"."""
    trouble = store.last_failures("search_candidates")
    return dg.AssetCheckResult(
        passed=not trouble, severity=dg.AssetCheckSeverity.WARN, metadata={"trouble": "; ".join(trouble[:5])}
    )
