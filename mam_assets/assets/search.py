"""What MAM offers for the missing books, judged."""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

from mam_assets.domain.figures import SearchFigure
from mam_assets.domain.model.completion import MissingBook
from mam_assets.domain.model.overrides import Overrides
from mam_assets.domain.searching import wanted_books
from mam_assets.io_manager import table_metadata
from mam_assets.policy import SearchSection
from mam_assets.stages.acquisition import propose
from mam_assets.stages.search import search
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store.ledgers import failures, overrides, searches
from mam_assets.store.mappers import CANDIDATES
from resources.definitions import MamResource, PolicyResource, StoreResource

from . import metadata


def searched(missing: Sequence[MissingBook], section: SearchSection, overrides: Overrides) -> list[MissingBook]:
    """The missing books that may be searched for: those of authors alone only if the policy or a person wants them."""
    wanted = overrides.wanted_books
    return [book for book in missing if section.author_gaps or book.series_key or book.book_key in wanted]


@dg.asset(
    group_name="search",
    kinds={"myanonamouse", "pandas"},
    owners=["team:decisions"],
    pool="mam_search",
    description="Releases on MAM for the missing books that are due, each accepted or rejected with every reason.",
    config_schema={
        "books": dg.Field([str], default_value=[], description="book keys to search for now; empty: all that are due"),
    },
)
def search_candidates(
    context: dg.AssetExecutionContext,
    missing_books: list[MissingBook],
    myanonamouse: MamResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[None]:
    """Search for what is due, and write down what was offered; candidates of books that are not due stay."""
    config = context.op_execution_context.op_config
    rules, engine = policy.policy(), store.engine()
    wanted = wanted_books(searched(missing_books, rules.search, overrides.load(engine)))
    due = config["books"] or searches.due(engine, utc_now(), wanted)[: rules.search.max_books_per_run]
    with stage(engine, "search_candidates", context.run.run_id) as tally:
        client = myanonamouse.client()
        findings = search.search(
            {key: wanted[key] for key in due if key in wanted},
            client,
            rules.release_policy(),
            propose.known_releases(engine),
            client.account() if due else None,
            rules.search,
            tally,
            utc_now,
        )
        # The candidates first: killed in between, a book is searched once more. The other way round it would rest for
        # days without them.
        written = search.keep_candidates(engine, findings, {book.book_key for book in missing_books}, utc_now())
        search.record(engine, findings, utc_now())
        tally.figures[SearchFigure.DUE] = len(due)
        tally.figures.update(search.figures(findings))
    fresh = [candidate for candidates in findings.candidates.values() for candidate in candidates]
    best = [candidate for candidate in fresh if candidate.rank == 1]
    refused = [CANDIDATES.row(candidate) for candidate in fresh if not candidate.accepted]
    return dg.MaterializeResult(
        metadata={
            **table_metadata(CANDIDATES.table, written),
            **metadata.figures(tally.figures),
            "best": metadata.table(
                best,
                ["book_key", "title", "filetype", "seeders", "narrator", "is_free", "decided_by"],
                CANDIDATES.row,
            ),
            "refused": metadata.table(refused, ["book_key", "title", "filetype", "why"], metadata.with_reasons),
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
