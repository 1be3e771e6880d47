"""Owned, missing, percentages: derived from the library and the catalogue alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import dagster as dg
import pandas as pd

from mam_assets.domain.catalogue import bibliography
from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.stages.completion import judgement
from mam_assets.stages.providers import cached_provider
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.ledgers import completion_history, downloads, overrides
from mam_assets.store.reports import overview
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
    library_snapshot: pd.DataFrame,
    series_catalogue: pd.DataFrame,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Judge every entry of the catalogue against the library."""
    items, entries = mappers.items_from_frame(library_snapshot), mappers.entries_from_frame(series_catalogue)
    with stage(store.engine(), "ownership", context.run.run_id) as tally:
        engine = store.engine()
        on_its_way, imported = downloads.book_keys_on_their_way(engine, utc_now()), downloads.imported_items(engine)
        word, languages = overrides.load(engine), policy.policy().release.languages
        verdicts = judgement.judge(items, entries, word, on_its_way, utc_now().date(), languages, imported)
        tally.succeed(len(verdicts))
        tally.figures.update(judgement.status_figures(verdicts))
    frame = mappers.verdicts_to_frame(verdicts)
    review = frame[frame["status"] == "review"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(tally.figures),
            "decided by": metadata.value_counts(frame, "gate"),
            "in review": metadata.table(review, ["book_key", "gate", "evidence"]),
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
    library_snapshot: pd.DataFrame,
    series_catalogue: pd.DataFrame,
    ownership: pd.DataFrame,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Count the verdicts of each series."""
    items, entries = mappers.items_from_frame(library_snapshot), mappers.entries_from_frame(series_catalogue)
    verdicts = mappers.verdicts_from_frame(ownership)
    with stage(store.engine(), "series_completion", context.run.run_id) as tally:
        engine = store.engine()
        now, max_age = utc_now(), timedelta(days=policy.policy().catalogue.refresh_days)
        problems = cached_provider.problems(engine, "series", provider_names(entries), now, max_age)
        found = judgement.completion_rows(
            items, entries, verdicts, problems, cached_provider.paused_providers(engine, now)
        )
        owned, total, percentage = judgement.overall([row.completion for row in found])
        completion_history.record(engine, now, judgement.history_points(found))
        since = now.date() - timedelta(days=DAYS_PLOTTED)
        days = [
            (point.taken_on.isoformat(), point.completion_percentage)
            for point in completion_history.history(engine, since=since)
            if point.completion_percentage is not None
        ]
        tally.succeed(len(found))
    frame = mappers.series_to_frame(found)
    known = frame[frame["completion_percentage"].notna()]
    incomplete = known[known["completion_percentage"] < 100].sort_values("completion_percentage")
    plotted = [(row["name"], row["completion_percentage"]) for row in incomplete.head(25).to_dict("records")]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(
                {
                    "completion %": percentage,
                    "books owned": owned,
                    "books in all": total,
                    "series": len(frame),
                    "series complete": int((known["completion_percentage"] == 100).sum()),
                    "series unknown to every provider": len(frame) - len(known),
                }
            ),
            "old or absent": metadata.table(
                frame[frame["catalogue_problem"] != ""], ["name", "catalogue_problem", "catalogue_fetched_at"]
            ),
            "least complete": metadata.table(
                incomplete,
                ["name", "author", "completion_percentage", "books_owned", "books_missing", "total_books_in_series"],
            ),
            "over time": metadata.line(days),
            "plot": metadata.bars(plotted)
            if plotted
            else metadata.figures({"plot": "every series is complete"})["plot"],
        },
    )


@dg.asset_check(asset=series_completion, description="No series is above 100 %.")
def no_series_over_100(series_completion: pd.DataFrame) -> dg.AssetCheckResult:
    """A percentage above 100 means that one book was counted twice."""
    over = series_completion[series_completion["completion_percentage"].fillna(0) > 100]
    return dg.AssetCheckResult(
        passed=over.empty, metadata={"over": metadata.table(over, ["name", "completion_percentage"])}
    )


@dg.asset_check(asset=series_completion, description="A failing provider changes no percentage.")
def provider_failure_moves_nothing(series_completion: pd.DataFrame, store: StoreResource) -> dg.AssetCheckResult:
    """A series whose catalogue could not be refreshed must have as many books as it had the day before."""
    troubled = series_completion[series_completion["catalogue_problem"] != ""]
    before = completion_history.before(store.engine(), utc_now().date())
    moved = [
        str(row["name"])
        for row in troubled.to_dict("records")
        if row["series_key"] in before and row["total_books_in_series"] < before[row["series_key"]].total_books
    ]
    return dg.AssetCheckResult(
        passed=not moved, metadata={"shrunk": len(moved), "which": ", ".join(map(str, moved[:20]))}
    )


@dg.asset(
    group_name="completion",
    kinds={"pandas"},
    owners=["team:decisions"],
    description="Books of tracked series and authors that the library lacks, each once, most wanted first.",
)
def missing_books(
    context: dg.AssetExecutionContext,
    series_completion: pd.DataFrame,
    series_catalogue: pd.DataFrame,
    ownership: pd.DataFrame,
    author_catalogue: pd.DataFrame,
    store: StoreResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """List the gaps of the series that ``series_completion`` knows, then those of authors outside the series."""
    tracked = set(series_completion["series_key"])
    entries = [entry for entry in mappers.entries_from_frame(series_catalogue) if entry.series_key in tracked]
    verdicts = mappers.verdicts_from_frame(ownership)
    with stage(store.engine(), "missing_books", context.run.run_id) as tally:
        engine = store.engine()
        word, works = overrides.load(engine), mappers.author_works_from_frame(author_catalogue)
        found = judgement.missing(entries, verdicts, word)
        found += bibliography.author_gaps(works, word, {entry.book_key for entry in entries})
        frame = mappers.missing_to_frame(found, identified=overview.identified_dates(engine), now=utc_now())
        tally.succeed(len(found))
        tally.figures.update(Counter(frame["reason_missing"]))
    gaps = frame[frame["reason_missing"] == "missing"].sort_values(["priority", "series_name", "book_key"])
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(
                {"missing": len(gaps), "of authors only": int((gaps["series_key"] == "").sum()), "all": len(frame)}
            ),
            "by reason": metadata.value_counts(frame, "reason_missing"),
            "gaps": metadata.table(gaps, ["author", "series_name", "series_number", "title", "year", "priority"]),
        },
    )
