"""`mam-assets retry`: try a blocked or failed download again."""

from __future__ import annotations

from ..arguments import DownloadNumber
from ..output import out
from ..store import open_store


def retry(number: DownloadNumber) -> None:
    """Retry a blocked or failed download."""
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now

    with open_store() as (_, engine):
        row = actions.retry(engine, number, utc_now())
        out.print(f"{row.id}: {row.title} is {row.status.value} again.")
