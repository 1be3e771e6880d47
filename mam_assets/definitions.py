"""The code location: the one place where assets, checks, jobs, schedules, sensors and resources meet."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

import resources
import schedules
import sensors
from mam_assets import jobs
from mam_assets.assets import acquisition, authors, catalogue, completion, enrichment, library, search, top10
from mam_assets.local_resources import FrameStore, NotifierResource, PolicyResource, StoreResource
from mam_assets.settings import Settings, load_settings
from resources.audiobookshelf.resource import AudiobookshelfResource
from resources.catalogue_resource import CatalogueResource
from resources.metadata_resource import MetadataResource
from resources.myanonamouse.resource import MamResource
from resources.qbittorrent.resource import QbittorrentResource

MODULES = [library, catalogue, authors, completion, search, top10, acquisition, enrichment]

# The names are common ones: make sure that another package of that name was not taken for ours.
ROOT = Path(__file__).resolve().parents[1]
for package in (resources, schedules, sensors):
    if Path(package.__file__ or "").resolve().parent.parent != ROOT:
        raise ImportError(f"{package.__name__} was loaded from {package.__file__}, not from {ROOT}")


def resource_defs(settings: Settings) -> dict[str, object]:
    """The resources. Secrets are named as environment variables: the web UI shows the name, never the value."""
    state_dir = str(settings.state_dir.absolute())
    return {
        "audiobookshelf": AudiobookshelfResource(url=dg.EnvVar("ABS_URL"), token=dg.EnvVar("ABS_TOKEN")),
        "catalogue": CatalogueResource(
            goodreads_url=settings.goodreads_url,
            hardcover_url=settings.hardcover_url,
            hardcover_token=dg.EnvVar("HARDCOVER_TOKEN") if settings.hardcover_token.get_secret_value() else "",
            audible_url=settings.audible_url,
            state_dir=state_dir,
        ),
        "metadata": MetadataResource(
            audible_url=settings.audible_url,
            audnexus_url=settings.audnexus_url,
            google_books_url=settings.google_books_url,
            google_books_key=(
                dg.EnvVar("GOOGLE_BOOKS_API_KEY") if settings.google_books_api_key.get_secret_value() else ""
            ),
            state_dir=state_dir,
        ),
        "myanonamouse": MamResource(url=settings.mam_url, mam_id=dg.EnvVar("MAM_ID"), state_dir=state_dir),
        "qbittorrent": QbittorrentResource(
            url=settings.qb_url,
            username=settings.qb_username,
            password=dg.EnvVar("QB_PASSWORD") if settings.qb_password.get_secret_value() else "",
            api_key=dg.EnvVar("QB_API_KEY") if settings.qb_api_key.get_secret_value() else "",
        ),
        "store": StoreResource(),
        "policy": PolicyResource(),
        "notifier": NotifierResource(),
        "io_manager": FrameStore(),
    }


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
        resources=resource_defs(settings),
        executor=dg.in_process_executor,
    )
