"""Bibliographies of the tracked authors, and how complete these are outside the tracked series."""

from datetime import timedelta

import dagster as dg
import pandas as pd
from pydantic import Field

from mam_assets.stages.catalogue import authors
from mam_assets.stages.providers.cached_provider import Refresh
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.ledgers import downloads, overrides
from resources.definitions import CatalogueResource, PolicyResource, StoreResource

from . import metadata


class AuthorsConfig(dg.Config):
    """What is asked for."""

    ask: bool = Field(default=True, description="ask the providers for what is due; false: use the last answers")
    everything: bool = Field(default=False, description="ask again, however recent the last answers are")


@dg.asset(
    group_name="catalogue",
    kinds={"goodreads", "hardcover", "audible", "pandas"},
    owners=["team:catalogue"],
    description="Works of the authors that the library has several books by, without editions, translations, sets, "
    "samplers and anthologies. Books of tracked series are marked, and count there.",
)
def author_catalogue(
    context: dg.AssetExecutionContext,
    config: AuthorsConfig,
    library_snapshot: pd.DataFrame,
    series_catalogue: pd.DataFrame,
    catalogue: CatalogueResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Ask the providers for what is due, put together what is known, and judge what of it is owned."""
    rules, engine = policy.policy(), store.engine()
    section, languages = rules.catalogue, rules.release.languages
    refresh = Refresh(
        max_age=timedelta(days=section.refresh_days),
        retry_after=timedelta(hours=section.retry_hours),
        requests=section.max_requests_per_run if config.ask else 0,
        everything=config.everything,
        languages=languages,
    )
    items, entries = mappers.items_from_frame(library_snapshot), mappers.entries_from_frame(series_catalogue)
    with stage(engine, "author_catalogue", context.run.run_id) as tally:
        found = authors.refresh_authors(
            items if section.authors else [],
            entries,
            catalogue.providers(),
            engine,
            refresh,
            tally,
            utc_now,
            section.author_min_books,
        )
        word, on_its_way = overrides.load(engine), downloads.book_keys_on_their_way(engine, utc_now())
        imported = downloads.imported_items(engine)
        judged = authors.judge(items, found, word, on_its_way, utc_now().date(), languages, imported)
        frame = mappers.author_works_to_frame(judged)
    counted = frame[~frame["in_tracked_series"]]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(tally.figures),
            "by status": metadata.value_counts(counted, "status"),
            "works": metadata.table(counted, ["author_key", "title", "year", "status", "confidence", "providers"]),
        },
    )


@dg.asset(
    group_name="completion",
    kinds={"pandas"},
    owners=["team:decisions"],
    description="Completion of each tracked author: how many released audiobooks outside tracked series are owned.",
)
def author_completion(
    context: dg.AssetExecutionContext,
    library_snapshot: pd.DataFrame,
    author_catalogue: pd.DataFrame,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Count the verdicts of each author."""
    section, engine = policy.policy().catalogue, store.engine()
    with stage(engine, "author_completion", context.run.run_id) as tally:
        items = mappers.items_from_frame(library_snapshot) if section.authors else []
        states = authors.states(engine, section.providers, utc_now(), timedelta(days=section.refresh_days))
        judged = mappers.author_works_from_frame(author_catalogue)
        found = authors.author_rows(items, judged, states, section.author_min_books)
        tally.succeed(len(found))
    frame = mappers.authors_to_frame(found)
    known = frame[frame["completion_percentage"].notna()]
    incomplete = known[known["completion_percentage"] < 100].sort_values("completion_percentage")
    plotted = [(row["name"], row["completion_percentage"]) for row in incomplete.head(25).to_dict("records")]
    owned, total = int(known["books_owned"].sum()), int(known["total_books"].sum())
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(
                {
                    "completion %": round(100 * owned / total, 1) if total else None,
                    "books owned": owned,
                    "books in all": total,
                    "authors": len(frame),
                    "authors complete": int((known["completion_percentage"] == 100).sum()),
                    "authors unknown to every provider": int((frame["provider_author_id"] == "").sum()),
                }
            ),
            "least complete": metadata.table(
                incomplete, ["name", "completion_percentage", "books_owned", "books_missing", "total_books"]
            ),
            "old or absent": metadata.table(
                frame[frame["catalogue_problem"] != ""], ["name", "catalogue_problem", "catalogue_fetched_at"]
            ),
            "plot": metadata.bars(plotted) if plotted else metadata.figures({"plot": "nothing is incomplete"})["plot"],
        },
    )


@dg.asset_check(asset=author_completion, description="No author is above 100 %.")
def no_author_over_100(author_completion: pd.DataFrame) -> dg.AssetCheckResult:
    """A percentage above 100 means that one book was counted twice."""
    over = author_completion[author_completion["completion_percentage"].fillna(0) > 100]
    return dg.AssetCheckResult(
        passed=over.empty, metadata={"over": metadata.table(over, ["name", "completion_percentage"])}
    )
