"""`mam-assets approve`: let proposed downloads go ahead (mode review)."""

from __future__ import annotations

from typing import Annotated

import typer

from ..output import err, out
from ..store import open_store


def approve(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers from `mam-assets queue`.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Approve everything that waits.")] = False,
) -> None:
    """Approve proposed downloads (mode review)."""
    from mam_assets.domain.model.download import DownloadState
    from mam_assets.stages.task_run import utc_now
    from mam_assets.store.ledgers import downloads

    with open_store() as (_, engine):
        waiting = [row.id for row in downloads.with_states(engine, DownloadState.PROPOSED)]
        chosen = waiting if everything else list(ids or [])
        if not chosen:
            err.print("Nothing to approve: give numbers from `mam-assets queue`, or --all.")
            raise typer.Exit(2 if not everything else 0)
        for number in chosen:
            if number not in waiting:
                err.print(f"Download {number} does not wait for approval.")
                continue
            row = downloads.approve(engine, utc_now(), number, "approved by hand")
            out.print(f"{row.id}: {row.title} is queued; the next run of download_queue submits it.")
