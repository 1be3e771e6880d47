"""The last list of what is snatched most, as it stands now: read only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..engine import reading
from ..tables import ACTIVE_STATES, columns_of, downloads, top10_releases


def last_list(engine: sa.Engine) -> list[dict[str, Any]]:
    """The rows of ``top10_releases``, list by list in their rank.

    What was done about a release since it was listed shows in its status: a download that is active or imported.
    """
    latest = (
        sa.select(downloads.c.torrent_id, sa.func.max(downloads.c.id).label("id"))
        .where(downloads.c.torrent_id.is_not(None))
        .group_by(downloads.c.torrent_id)
        .subquery()
    )
    query = (
        sa.select(*columns_of(top10_releases), downloads.c.id.label("download"), downloads.c.download_status)
        .outerjoin(latest, latest.c.torrent_id == top10_releases.c.torrent_id)
        .outerjoin(downloads, downloads.c.id == latest.c.id)
        .order_by(top10_releases.c.list_name, top10_releases.c.rank)
    )
    with reading(engine) as connection:
        return [_as_it_stands(dict(row._mapping)) for row in connection.execute(query)]


def _as_it_stands(row: dict[str, Any]) -> dict[str, Any]:
    state, number = row.pop("download_status"), row.pop("download")
    if state in ACTIVE_STATES:
        row |= {"status": "on_its_way", "evidence": f"download {number} is {state}"}
    elif state == "imported":
        row |= {"status": "owned", "evidence": f"imported by download {number}"}
    return row
