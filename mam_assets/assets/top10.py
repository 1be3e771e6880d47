"""What is snatched most on MAM, for people who look for their next book."""

import dagster as dg
import pandas as pd

from mam_assets.domain import top10
from mam_assets.domain.model.catalogue import SeriesEntry
from mam_assets.domain.model.completion import EntryStatus, MissingBook
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.searching import wanted_books
from mam_assets.stages.acquisition import propose
from mam_assets.stages.search import top10 as lists
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store import mappers
from mam_assets.store.frames import derived
from mam_assets.store.frames.schema import to_records
from mam_assets.store.ledgers import overrides
from resources.definitions import MamResource, PolicyResource, StoreResource

from . import metadata


@dg.asset(
    group_name="search",
    kinds={"myanonamouse", "pandas"},
    owners=["team:decisions"],
    pool="mam_search",
    description="The most snatched new audiobooks on MAM, and whether each is owned, on its way, missing or new. "
    "Nothing on it is downloaded. While MAM does not answer, the last list stays.",
)
def top10_releases(
    context: dg.AssetExecutionContext,
    library_snapshot: list[LibraryItem],
    series_catalogue: list[SeriesEntry],
    missing_books: list[MissingBook],
    myanonamouse: MamResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Ask for each list once, and say of each release what it is; no request when none is asked for."""
    rules, engine, now = policy.policy(), store.engine(), utc_now()
    asked = lists.names(rules.top10)
    with stage(engine, lists.TASK, context.run.run_id) as tally:
        answered = lists.Lists()
        if asked:
            tracker = myanonamouse.client()
            answered = lists.take(tracker, rules.top10, rules.release_policy(), now, tally)
        knowledge = top10.Knowledge(
            policy=rules.release_policy(),
            now=now,
            items=lists.usable(library_snapshot),
            entries=series_catalogue,
            gaps=lists.gaps(missing_books, wanted_books(missing_books, frozenset(EntryStatus))),
            overrides=overrides.load(engine),
            known=propose.known_releases(engine),
            account=answered.account,
        )
        listed = top10.judge_lists(answered.taken, knowledge)
        frame = mappers.top10_to_frame(
            listed, kept=derived.read_frame(engine, "top10_releases"), answered=answered.taken, lists=asked, now=now
        )
        tally.figures.update(lists.figures(answered, listed))
    shown = sorted(to_records("top10_releases", frame), key=lambda row: (row["list_name"], row["rank"]))
    columns = ["list_name", "rank", "torrent_id", "title", "author", "snatches", "status", "evidence", "why", "free_by"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **metadata.figures(tally.figures),
            **metadata.figures({"last list of": str(frame["listed_at"].min()) if len(frame) else None}),
            "most snatched": metadata.table(shown, columns, metadata.with_reasons),
        },
    )


@dg.asset_check(asset=top10_releases, description="MAM answered for every list; otherwise the last one stays.")
def top10_is_of_today(store: StoreResource) -> dg.AssetCheckResult:
    """Warn when MAM refused us: an old list must not look like a new one."""
    trouble = lists.trouble_of_the_last_look(store.engine())
    return dg.AssetCheckResult(
        passed=not trouble,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"trouble": "; ".join(trouble[:5]) or "none"},
    )
