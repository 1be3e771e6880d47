"""Owned, missing, percentages: derived from the library and the catalogue alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

from mam_assets.domain.catalogue import bibliography
from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict, MissingBook
from mam_assets.domain.model.library import LibraryItem
from mam_assets.stages.completion import judgement
from mam_assets.stages.providers import cached_provider
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.ledgers import completion_history, downloads, overrides
from mam_assets.store.mappers import JudgedWork, SeriesRow
from mam_assets.store.reports import missing_list
from resources.definitions import PolicyResource, StoreResource

from . import metadata

DAYS_PLOTTED = 365


@dg.asset(
    group_name="completion",
    kinds={"pandas"},
    owners=["team:decisions"],
    description="The verdict on every series entry (owned, missing, in review, …): which gate decided it, and why.",
)
def ownership(
    context: dg.AssetExecutionContext,
    library_snapshot: list[LibraryItem],
    series_catalogue: list[SeriesEntry],
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[list[EntryVerdict]]:
    """Judge every entry of the catalogue against the library."""
    with stage(store.engine(), "ownership", context.run.run_id) as tally:
        engine = store.engine()
        on_its_way, imported = downloads.book_keys_on_their_way(engine, utc_now()), downloads.imported_items(engine)
        verdicts = judgement.judge(
            library_snapshot,
            series_catalogue,
            overrides.load(engine),
            on_its_way,
            utc_now().date(),
            policy.policy().release.languages,
            imported,
        )
        tally.succeed(len(verdicts))
        tally.figures.update(judgement.status_figures(verdicts))
    review = [verdict for verdict in verdicts if verdict.status is EntryStatus.REVIEW]
    return dg.MaterializeResult(
        value=verdicts,
        metadata={
            **metadata.figures(tally.figures),
            "decided by": metadata.value_counts(verdict.gate for verdict in verdicts),
            "in review": metadata.table(review, ["book_key", "gate", "evidence"], mappers.VERDICTS.row),
        },
    )


def provider_names(entries: Sequence[SeriesEntry]) -> list[str]:
    """The providers that the catalogue comes from."""
    sources = {entry.provider_series_id.partition(":")[0] for entry in entries}
    return sorted(sources.union(*(entry.providers for entry in entries)) - {""})


@dg.asset(
    group_name="completion",
    kinds={"pandas"},
    owners=["team:decisions"],
    description="Completion of each series: how many released books at whole-number positions are owned.",
)
def series_completion(
    context: dg.AssetExecutionContext,
    library_snapshot: list[LibraryItem],
    series_catalogue: list[SeriesEntry],
    ownership: list[EntryVerdict],
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[list[SeriesRow]]:
    """Count the verdicts of each series."""
    with stage(store.engine(), "series_completion", context.run.run_id) as tally:
        engine = store.engine()
        now, max_age = utc_now(), timedelta(days=policy.policy().catalogue.refresh_days)
        problems = cached_provider.problems(engine, "series", provider_names(series_catalogue), now, max_age)
        paused = cached_provider.paused_providers(engine, now)
        rows = judgement.completion_rows(library_snapshot, series_catalogue, ownership, problems, paused)
        owned, total, percentage = judgement.overall([row.completion for row in rows])
        completion_history.record(engine, now, judgement.history_points(rows))
        since = now.date() - timedelta(days=DAYS_PLOTTED)
        days = [
            (point.taken_on.isoformat(), point.completion_percentage)
            for point in completion_history.history(engine, since=since)
            if point.completion_percentage is not None
        ]
        tally.succeed(len(rows))
    known = [(row, row.completion.completion_percentage) for row in rows]
    percentages = [(row, percent) for row, percent in known if percent is not None]
    incomplete = sorted(((row, percent) for row, percent in percentages if percent < 100), key=lambda pair: pair[1])
    plotted = [(row.name, percent) for row, percent in incomplete[:25]]
    return dg.MaterializeResult(
        value=rows,
        metadata={
            **metadata.figures(
                {
                    "completion %": percentage,
                    "books owned": owned,
                    "books in all": total,
                    "series": len(rows),
                    "series complete": sum(percent == 100 for _, percent in percentages),
                    "series unknown to every provider": len(rows) - len(percentages),
                }
            ),
            "old or absent": metadata.table(
                [row for row in rows if row.catalogue_problem],
                ["name", "catalogue_problem", "catalogue_fetched_at"],
                mappers.SERIES.row,
            ),
            "least complete": metadata.table(
                [row for row, _ in incomplete],
                ["name", "author", "completion_percentage", "books_owned", "books_missing", "total_books_in_series"],
                mappers.SERIES.row,
            ),
            "over time": metadata.line(days),
            "plot": metadata.bars(plotted)
            if plotted
            else metadata.figures({"plot": "every series is complete"})["plot"],
        },
    )


@dg.asset_check(asset=series_completion, description="No series is above 100 %.")
def no_series_over_100(series_completion: list[SeriesRow]) -> dg.AssetCheckResult:
    """A percentage above 100 means that one book was counted twice."""
    over = [row for row in series_completion if (row.completion.completion_percentage or 0) > 100]
    return dg.AssetCheckResult(
        passed=not over,
        metadata={"over": metadata.table(over, ["name", "completion_percentage"], mappers.SERIES.row)},
    )


@dg.asset_check(asset=series_completion, description="A failing provider changes no percentage.")
def provider_failure_moves_nothing(series_completion: list[SeriesRow], store: StoreResource) -> dg.AssetCheckResult:
    """A series whose catalogue could not be refreshed must have as many books as it had the day before."""
    before = completion_history.before(store.engine(), utc_now().date())
    moved = [
        row.name
        for row in series_completion
        if row.catalogue_problem
        and row.series_key in before
        and row.completion.total_books < before[row.series_key].total_books
    ]
    return dg.AssetCheckResult(passed=not moved, metadata={"shrunk": len(moved), "which": ", ".join(moved[:20])})


@dg.asset(
    group_name="completion",
    kinds={"pandas"},
    owners=["team:decisions"],
    description="Books of tracked series and authors that the library lacks, each once, most wanted first.",
)
def missing_books(
    context: dg.AssetExecutionContext,
    series_completion: list[SeriesRow],
    series_catalogue: list[SeriesEntry],
    ownership: list[EntryVerdict],
    author_catalogue: list[JudgedWork],
    store: StoreResource,
) -> dg.MaterializeResult[list[MissingBook]]:
    """List the gaps of the series that ``series_completion`` knows, then those of authors outside the series."""
    tracked = {row.series_key for row in series_completion}
    entries = [entry for entry in series_catalogue if entry.series_key in tracked]
    with stage(store.engine(), "missing_books", context.run.run_id) as tally:
        engine = store.engine()
        said = overrides.load(engine)
        missing = judgement.missing(entries, ownership, said)
        missing += bibliography.author_gaps(author_catalogue, said, {entry.book_key for entry in entries})
        missing = judgement.identified(missing, missing_list.identified_dates(engine), utc_now())
        tally.succeed(len(missing))
        tally.figures.update(Counter(book.reason.value for book in missing))
    gaps = sorted(
        (book for book in missing if book.reason is EntryStatus.MISSING),
        key=lambda book: (book.priority, book.series_name, book.book_key),
    )
    return dg.MaterializeResult(
        value=missing,
        metadata={
            **metadata.figures(
                {
                    "missing": len(gaps),
                    "of authors only": sum(not book.series_key for book in gaps),
                    "all": len(missing),
                }
            ),
            "by reason": metadata.value_counts(book.reason.value for book in missing),
            "gaps": metadata.table(
                gaps,
                ["author", "series_name", "series_number", "title", "year", "priority"],
                mappers.MISSING_BOOKS.row,
            ),
        },
    )
