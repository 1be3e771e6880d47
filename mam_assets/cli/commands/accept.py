"""`mam-assets accept`: import a blocked download as it is."""

from __future__ import annotations

from typing import Annotated

import typer

from ..arguments import DownloadNumber
from ..output import out
from ..store import open_store


def accept(
    number: DownloadNumber,
    file: Annotated[list[str] | None, typer.Option(help="Only this audio file or folder of the torrent.")] = None,
) -> None:
    """Import a blocked download as it is, or only the named files of a torrent with several books."""
    from mam_assets.stages.manual import actions
    from mam_assets.stages.task_run import utc_now

    with open_store() as (_, engine):
        row = actions.accept(engine, number, utc_now(), files=file or ())
        out.print(f"{row.id}: {row.title} will be imported as it is.")
