"""What MAM offers for the missing books, judged."""

from datetime import timedelta

import dagster as dg
import pandas as pd
from pydantic import Field

from mam_assets.domain.model.overrides import Overrides
from mam_assets.policy import SearchSection
from mam_assets.stages.acquisition import propose
from mam_assets.stages.search import search
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import failures, overrides, searches
from resources.definitions import MamResource, PolicyResource, StoreResource

from . import metadata


class SearchConfig(dg.Config):
    """Which books are searched for."""

    books: list[str] = Field(default=[], description="book keys to search for now; empty: all that are due")


def searched(missing: pd.DataFrame, section: SearchSection, word: Overrides) -> pd.DataFrame:
    """The missing books that may be searched for: those of authors alone only if the policy or a person wants them."""
    if section.author_gaps:
        return missing
    return missing[(missing["series_key"] != "") | missing["book_key"].isin(word.wanted_books)]


@dg.asset(
    group_name="search",
    kinds={"myanonamouse", "pandas"},
    owners=["team:decisions"],
    pool="mam_search",
    description="Releases on MAM for the missing books that are due, each accepted or rejected with every reason.",
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
    rules, engine = policy.policy(), store.engine()
    wanted = mappers.wanted_from_frame(searched(missing_books, rules.search, overrides.load(engine)))
    due = config.books or searches.due(engine, utc_now(), wanted)[: rules.search.max_books_per_run]
    with stage(engine, "search_candidates", context.run.run_id) as tally:
        client = myanonamouse.client()
        found = search.search(
            {key: wanted[key] for key in due if key in wanted},
            client,
            rules.release_policy(),
            propose.known_releases(engine),
            client.account() if due else None,
            rules.search,
            tally,
            utc_now,
        )
        frame = mappers.candidates_to_frame(
            found.candidates,
            kept=derived.read_frame(engine, "candidates"),
            searched=found.searched,
            missing=set(missing_books["book_key"]),
            now=utc_now(),
        )
        # Written before the searches are noted (again by the I/O manager, which then finds nothing to change): killed
        # in between, a book is searched once more. The other way round it would rest for days without its candidates.
        derived.write_frame(engine, "candidates", frame)
        search.record(engine, found, utc_now())
        tally.figures.update({"due": len(due), **search.figures(found)})
    fresh = frame[frame["book_key"].isin(found.searched)]
    best = fresh[fresh["rank"] == 1]
    refused = fresh[~fresh["accepted"].astype(bool)]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(tally.figures),
            "best": metadata.table(
                best, ["book_key", "title", "filetype", "seeders", "narrator", "is_free", "decided_by"]
            ),
            "refused": metadata.table(metadata.with_reasons(refused), ["book_key", "title", "filetype", "why"]),
            **metadata.figures({"stopped by": str(found.stopped_by) if found.stopped_by else None}),
        },
    )


@dg.asset_check(asset=search_candidates, description="MAM answered every search.")
def search_ran_through(store: StoreResource) -> dg.AssetCheckResult:
    """Warn when MAM refused us: a dead cookie must not look like "nothing found"."""
    since = utc_now() - timedelta(hours=1)
    trouble = [row for row in failures.recent(store.engine(), 20, "search_candidates") if row.at >= since]
    return dg.AssetCheckResult(
        passed=not trouble,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"trouble": "; ".join(row.message for row in trouble[:5]) or "none"},
    )
