"""Bibliographies of the tracked authors, and how complete these are outside the tracked series."""

from datetime import timedelta

import dagster as dg

from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.domain.model.library import LibraryItem
from mam_assets.stages.catalogue import authors
from mam_assets.stages.providers.cached_provider import Refresh
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.ledgers import downloads, overrides
from mam_assets.store.mappers import AuthorRow, JudgedWork
from resources.definitions import CatalogueResource, PolicyResource, StoreResource

from . import metadata


@dg.asset(
    group_name="catalogue",
    kinds={"goodreads", "hardcover", "audible", "pandas"},
    owners=["team:catalogue"],
    description="Works of the authors that the library has several books by, without editions, translations, sets, "
    "samplers and anthologies. Books of tracked series are marked, and count there.",
    config_schema={
        "ask": dg.Field(
            bool, default_value=True, description="ask the providers for what is due; false: use the last answers"
        ),
        "everything": dg.Field(bool, default_value=False, description="ask again, however recent the last answers are"),
    },
)
def author_catalogue(
    context: dg.AssetExecutionContext,
    library_snapshot: list[LibraryItem],
    series_catalogue: list[SeriesEntry],
    catalogue: CatalogueResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[list[JudgedWork]]:
    """Ask the providers for what is due, put together what is known, and judge what of it is owned."""
    config = context.op_execution_context.op_config
    rules, engine = policy.policy(), store.engine()
    section, languages = rules.catalogue, rules.release.languages
    refresh = Refresh(
        max_age=timedelta(days=section.refresh_days),
        retry_after=timedelta(hours=section.retry_hours),
        requests=section.max_requests_per_run if config["ask"] else 0,
        everything=config["everything"],
        languages=languages,
    )
    with stage(engine, "author_catalogue", context.run.run_id) as tally:
        catalogues = authors.refresh_authors(
            library_snapshot if section.authors else [],
            series_catalogue,
            catalogue.providers(),
            engine,
            refresh,
            tally,
            utc_now,
            section.author_min_books,
        )
        said, on_its_way = overrides.load(engine), downloads.book_keys_on_their_way(engine, utc_now())
        imported = downloads.imported_items(engine)
        judged = authors.judge(library_snapshot, catalogues, said, on_its_way, utc_now().date(), languages, imported)
    counted = [(work, verdict) for work, verdict in judged if not work.in_tracked_series]
    return dg.MaterializeResult(
        value=judged,
        metadata={
            **metadata.figures(tally.figures),
            "by status": metadata.value_counts(verdict.status.value for _, verdict in counted),
            "works": metadata.table(
                counted,
                ["author_key", "title", "year", "status", "confidence", "providers"],
                mappers.AUTHOR_WORKS.row,
            ),
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
    library_snapshot: list[LibraryItem],
    author_catalogue: list[JudgedWork],
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[list[AuthorRow]]:
    """Count the verdicts of each author."""
    section, engine = policy.policy().catalogue, store.engine()
    with stage(engine, "author_completion", context.run.run_id) as tally:
        items = library_snapshot if section.authors else []
        states = authors.states(engine, section.providers, utc_now(), timedelta(days=section.refresh_days))
        rows = authors.author_rows(items, author_catalogue, states, section.author_min_books)
        tally.succeed(len(rows))
    percentages = [
        (row, row.figures.completion_percentage) for row in rows if row.figures.completion_percentage is not None
    ]
    incomplete = sorted(((row, percent) for row, percent in percentages if percent < 100), key=lambda pair: pair[1])
    plotted = [(row.author.name, percent) for row, percent in incomplete[:25]]
    owned = sum(row.figures.books_owned for row, _ in percentages)
    total = sum(row.figures.total_books for row, _ in percentages)
    return dg.MaterializeResult(
        value=rows,
        metadata={
            **metadata.figures(
                {
                    "completion %": round(100 * owned / total, 1) if total else None,
                    "books owned": owned,
                    "books in all": total,
                    "authors": len(rows),
                    "authors complete": sum(percent == 100 for _, percent in percentages),
                    "authors unknown to every provider": sum(not row.provider_author_id for row in rows),
                }
            ),
            "least complete": metadata.table(
                [row for row, _ in incomplete],
                ["name", "completion_percentage", "books_owned", "books_missing", "total_books"],
                mappers.AUTHORS.row,
            ),
            "old or absent": metadata.table(
                [row for row in rows if row.catalogue_problem],
                ["name", "catalogue_problem", "catalogue_fetched_at"],
                mappers.AUTHORS.row,
            ),
            "plot": metadata.bars(plotted) if plotted else metadata.figures({"plot": "nothing is incomplete"})["plot"],
        },
    )


@dg.asset_check(asset=author_completion, description="No author is above 100 %.")
def no_author_over_100(author_completion: list[AuthorRow]) -> dg.AssetCheckResult:
    """A percentage above 100 means that one book was counted twice."""
    over = [row for row in author_completion if (row.figures.completion_percentage or 0) > 100]
    return dg.AssetCheckResult(
        passed=not over,
        metadata={"over": metadata.table(over, ["name", "completion_percentage"], mappers.AUTHORS.row)},
    )
