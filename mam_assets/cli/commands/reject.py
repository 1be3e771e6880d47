"""`mam-assets reject`: refuse a release for its book."""

from __future__ import annotations

from ..arguments import DownloadNumber
from ..output import out
from ..store import open_store


def reject(number: DownloadNumber) -> None:
    """Reject the release of a download for good; the next candidate is tried. The torrent keeps seeding."""
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now

    with open_store() as (_, engine):
        row = actions.reject(engine, number, utc_now())
        out.print(f"{row.id}: {row.release_title} is {row.status.value} and will not be tried again.")
