"""The cron schedules, one per kind of regular work; times and zone come from the settings."""

from __future__ import annotations

from typing import Any

import dagster as dg

from mam_assets.jobs import (
    author_refresh,
    catalogue_refresh,
    enrich_library,
    prune_history,
    seedbox_address,
    top10,
    whole_loop,
)
from mam_assets.settings import Settings

SEEDBOX_TIME = "17 */2 * * *"  # one change an hour is all that MAM takes
PRUNE_TIME = "30 4 * * 1"  # Mondays: Dagster itself never prunes its history of runs


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """All schedules, switched on but for what the settings leave off. Times are cron expressions in the zone ``TZ``."""

    def schedule(name: str, job: Any, cron: str, what: str, *, on: bool = True) -> dg.ScheduleDefinition:
        return dg.ScheduleDefinition(
            name=name,
            target=job,
            cron_schedule=cron,
            execution_timezone=settings.tz,
            default_status=dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED,
            description=what,
        )

    return [
        schedule(
            "mam",
            whole_loop,
            settings.task_mam_time,
            "Nightly: find missing books, search MAM, queue releases",
        ),
        schedule(
            "series",
            catalogue_refresh,
            settings.task_series_time,
            "Monthly: ask the providers about every series again",
        ),
        schedule(
            "metadata_full",
            enrich_library,
            settings.task_metadata_full_time,
            "Monthly: check the metadata of the library's books",
        ),
        schedule(
            "authors",
            author_refresh,
            settings.task_author_time,
            "Monthly: ask the providers for authors' works again",
        ),
        schedule(
            "top10",
            top10,
            settings.task_top10_time,
            "Weekly: list the most snatched releases on MAM",
        ),
        schedule(
            "seedbox_address",
            seedbox_address,
            SEEDBOX_TIME,
            "Every two hours, with MAM_DYNAMIC_SEEDBOX=true: tell MAM a new address",
            on=settings.mam_dynamic_seedbox,
        ),
        schedule("prune_history", prune_history, PRUNE_TIME, "Weekly: delete old runs from Dagster's history"),
    ]
