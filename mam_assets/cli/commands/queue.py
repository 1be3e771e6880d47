"""`mam-assets queue`: the downloads and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..arguments import AsJson
from ..output import err, print_rows
from ..store import open_store

if TYPE_CHECKING:
    import sqlalchemy as sa

    from mam_assets.settings import Settings

COLUMNS = ("id", "title", "author", "release_title", "download_status", "last_progress", "cost", "status_reason")


def queue(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are finished or abandoned.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the downloads: waiting for approval, in progress, or blocked and why."""
    from mam_assets.store.reports import download_list
    from mam_assets.store.tables import ACTIVE_STATES

    with open_store() as (settings, engine):
        rows = download_list.download_rows(engine, () if everything else (*ACTIVE_STATES, "failed"))
        backoff = _mam_backoff(settings, engine)
    print_rows(rows, COLUMNS, as_json=as_json, empty="The queue is empty.")
    if backoff and any(row["download_status"] == "queued" for row in rows):
        err.print(backoff, style="yellow")


def _mam_backoff(settings: Settings, engine: sa.Engine) -> str:
    """Why MAM is not asked at the moment, as a sentence; blank when it is."""
    from mam_assets.clients import open_mam
    from mam_assets.settings import load_policy
    from mam_assets.stages.acquisition import tracker_backoff
    from mam_assets.stages.task_run import utc_now

    set_up = "MAM_ID" not in settings.missing()
    backoff = open_mam(settings, load_policy(settings)).backoff.current() if set_up else None
    backoff = backoff or tracker_backoff.current(engine, utc_now())
    return f"MAM requests are paused until {backoff.until:%Y-%m-%d %H:%M} UTC: {backoff.reason}" if backoff else ""
