"""The first asset of the spine: what the person has."""

import dagster as dg

from mam_assets.stages.library.snapshot import take_snapshot
from mam_assets.stages.task_run import stage
from mam_assets.store import mappers
from mam_assets.store.mappers import LIBRARY_ROWS, LibraryRow
from mam_assets.store.reports import library_history
from resources.definitions import AudiobookshelfResource, PolicyResource, StoreResource

from . import metadata

SHRINK_LIMIT = 0.5  # a library that loses more than half of its books overnight is a fault, not a clear-out


@dg.asset(
    group_name="library",
    kinds={"audiobookshelf", "pandas"},
    owners=["team:library"],
    description="Every item of the book libraries in Audiobookshelf, with its series and sequences.",
)
def library_snapshot(
    context: dg.AssetExecutionContext,
    audiobookshelf: AudiobookshelfResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[list[LibraryRow]]:
    """Read the library. Fails (and so keeps the last snapshot) when a library cannot be read whole."""
    with stage(store.engine(), "library_snapshot", context.run.run_id) as tally:
        snapshot = take_snapshot(audiobookshelf.client(), policy.policy().library, tally)
    rows = mappers.library_rows(snapshot.items, snapshot.library_names, snapshot.problems)
    left_out = [row for row in rows if row.problem]
    return dg.MaterializeResult(
        value=rows,
        metadata={
            **metadata.figures(tally.figures),
            "left out": metadata.table(left_out, ["title", "author", "problem", "rel_path"], LIBRARY_ROWS.row),
            "books": metadata.table(
                rows, ["author", "series_name", "series_number", "title", "library_name"], LIBRARY_ROWS.row
            ),
        },
    )


@dg.asset_check(asset=library_snapshot, blocking=True, description="The library has not lost most of its books.")
def library_did_not_collapse(store: StoreResource) -> dg.AssetCheckResult:
    """Compare with the highest count of the last snapshots: an unmounted disk must not make every book "missing"."""
    usable = library_history.usable_items(store.engine())
    before = library_history.largest_recent_snapshot(store.engine())
    enough = before == 0 or usable >= before * SHRINK_LIMIT
    return dg.AssetCheckResult(
        passed=enough,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"usable audiobooks": usable, "largest recent snapshot": before},
        description="" if enough else "More than half of the audiobooks have disappeared: is a disk unmounted?",
    )
