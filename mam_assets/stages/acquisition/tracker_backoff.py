"""After a run that came to grief by MAM nothing is asked of it for a while, by nobody's hand but a person's.

The acquisition sensor looks every few seconds and would ask for one run after another while downloads wait for a MAM
that is down, or refuses us.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from mam_assets.domain.figures import SearchFigure
from mam_assets.domain.model.backoff import TRACKER_RUNS, Backoff
from mam_assets.store.ledgers import tasks
from resources.myanonamouse.session import SERVICE

ASK_MAM = ("tracker_account", "search_candidates", "download_queue", "top10_releases")


def current(engine: sa.Engine, now: datetime) -> Backoff | None:
    """Why no run that asks MAM is due yet: the last one came to grief by it a moment ago. None: one is."""
    for task in tasks.latest(engine):
        ended = task.ended_at
        if task.task_name not in ASK_MAM or task.error_service != SERVICE:
            continue
        if ended is not None and now - ended < TRACKER_RUNS:
            words = task.error or str(task.details.get(SearchFigure.STOPPED_BY, ""))
            return Backoff(SERVICE, ended + TRACKER_RUNS, ended, "", words)
    return None
