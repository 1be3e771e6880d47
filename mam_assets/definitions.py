"""The code location: the one place where assets, checks, jobs, schedules, sensors and resources meet."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

import resources
import schedules
import sensors
from mam_assets import jobs
from mam_assets.assets import acquisition, authors, catalogue, completion, enrichment, library, search, top10
from mam_assets.settings import load_settings
from resources.definitions import resource_defs

MODULES = [library, catalogue, authors, completion, search, top10, acquisition, enrichment]

# The names are common ones: make sure that another package of that name was not taken for ours.
ROOT = Path(__file__).resolve().parents[1]
for package in (resources, schedules, sensors):
    if Path(package.__file__ or "").resolve().parent.parent != ROOT:
        raise ImportError(f"{package.__name__} was loaded from {package.__file__}, not from {ROOT}")


@dg.definitions
def defs() -> dg.Definitions:
    """Everything that Dagster loads. Raises SettingsError, one sentence per wrong key, when the settings are wrong."""
    settings = load_settings()
    return dg.Definitions(
        assets=dg.load_assets_from_modules(MODULES),
        asset_checks=dg.load_asset_checks_from_modules(MODULES),
        jobs=jobs.ALL,
        schedules=schedules.build_schedules(settings),
        sensors=sensors.ALL,
        resources=resource_defs(),
        executor=dg.in_process_executor,
    )
