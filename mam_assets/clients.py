"""The one place that builds clients of the outside systems, from the settings and the policy.

Dagster's resources, the command line and `check` all open their clients here: the same pace, the same patience and the
same folder of shared state, whoever asks. Nothing is asked of anybody by building a client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import requests

from mam_assets.policy import Policy
from mam_assets.settings import Settings
from resources.apprise import AppriseClient
from resources.audible import SERVICE as AUDIBLE
from resources.audible import AudibleClient
from resources.audiobookshelf import AbsClient
from resources.audnexus import AudnexusClient
from resources.custom_provider import CustomProviderClient
from resources.goodreads import SERVICE as GOODREADS
from resources.goodreads import GoodreadsClient
from resources.google_books import GoogleBooksClient
from resources.hardcover import SERVICE as HARDCOVER
from resources.hardcover import HardcoverClient
from resources.http.transport import open_session
from resources.myanonamouse import MamClient
from resources.myanonamouse import open_mam as open_mam_at
from resources.providers import CatalogueProvider, MetadataProvider
from resources.qbittorrent import QbitClient

# Longest random extra pause before a request to a catalogue provider, s; at most a quarter of its pace.
LONGEST_PAUSE = 1.5
CONNECT_SECONDS = 5.0
NO_SUCH_PROVIDER = "there is no such provider"

P = TypeVar("P")


class CatalogueProviders(NamedTuple):
    """The catalogue providers in the policy's order of trust; ``off``: those of its names that are off, with why."""

    on: list[CatalogueProvider]
    off: dict[str, str]


class MetadataProviders(NamedTuple):
    """The metadata providers in the policy's order, then the custom ones; ``off``: those that are off, with why."""

    on: list[MetadataProvider]
    off: dict[str, str]


def open_audiobookshelf(settings: Settings) -> AbsClient:
    """Raises SettingsError when its address or API key is not set."""
    settings.require("ABS_URL", "ABS_TOKEN")
    return AbsClient(settings.abs_url, settings.abs_token.get_secret_value())


def open_qbittorrent(settings: Settings) -> QbitClient:
    """Raises SettingsError when its address, or the password of its user, is not set."""
    settings.require("QB_HOST", "QB_PASSWORD")
    return QbitClient(
        settings.qb_url,
        username=settings.qb_username,
        password=settings.qb_password.get_secret_value(),
        api_key=settings.qb_api_key.get_secret_value(),
    )


def open_mam(settings: Settings, policy: Policy) -> MamClient:
    """MAM at the policy's pace, its cookie, limit and backoff shared with all processes of this state folder.

    Raises SettingsError when no session is set.
    """
    settings.require("MAM_ID")
    seconds = policy.search.seconds_between_requests
    return open_mam_at(
        settings.mam_url,
        settings.mam_id.get_secret_value(),
        settings.state_dir.absolute(),
        seconds_between=seconds,
        jitter=min(1.0, seconds / 2),
    )


def open_notifier(settings: Settings) -> AppriseClient:
    """Messages to the addresses of NOTIFY_URLS; without any, nobody is told."""
    return AppriseClient(settings.notify_urls.get_secret_value().split())


def open_catalogue_providers(settings: Settings, policy: Policy) -> CatalogueProviders:
    """The providers of what exists: Goodreads, Hardcover, Audible."""
    section = policy.catalogue
    token = settings.hardcover_token.get_secret_value()
    builders: dict[str, Callable[[], CatalogueProvider] | str] = {
        "goodreads": lambda: GoodreadsClient(
            settings.goodreads_url,
            session=_catalogue_session(GOODREADS, settings, policy, section.goodreads_per_minute, retries=0),
        ),
        "hardcover": "HARDCOVER_TOKEN is not set",
        "audible": lambda: _open_audible(settings, policy, section.audible_per_minute),
    }
    if token:
        builders["hardcover"] = lambda: HardcoverClient(
            settings.hardcover_url,
            token,
            session=_catalogue_session(HARDCOVER, settings, policy, section.hardcover_per_minute),
        )
    return CatalogueProviders(*_built(section.providers, builders))


def open_metadata_providers(settings: Settings, policy: Policy) -> MetadataProviders:
    """The providers of what is to be said of one book: Audible, Audnexus, Google Books, and custom ones."""
    state_dir, per_minute = settings.state_dir.absolute(), policy.enrichment.requests_per_minute
    region, custom = policy.catalogue.region, policy.catalogue.custom
    key = settings.google_books_api_key.get_secret_value()
    builders: dict[str, Callable[[], MetadataProvider] | str] = {
        # One address, one pace: asked for metadata, Audible is asked no faster than for the catalogue.
        "audible": lambda: _open_audible(settings, policy, min(per_minute, policy.catalogue.audible_per_minute)),
        "audnexus": lambda: AudnexusClient(
            settings.audnexus_url, region=region, state_dir=state_dir, per_minute=per_minute
        ),
        "google_books": "GOOGLE_BOOKS_API_KEY is not set",
    }
    if key:
        builders["google_books"] = lambda: GoogleBooksClient(
            settings.google_books_url, key, state_dir=state_dir, per_minute=per_minute
        )
    for name, url in custom.items():
        builders[name] = _custom_builder(name, url, settings, per_minute)
    return MetadataProviders(*_built((*policy.enrichment.providers, *custom), builders))


def _built(names: tuple[str, ...], builders: dict[str, Callable[[], P] | str]) -> tuple[list[P], dict[str, str]]:
    """The named providers, each once and in that order, and why others of the names are off."""
    on: list[P] = []
    off: dict[str, str] = {}
    for name in dict.fromkeys(names):
        builder = builders.get(name, NO_SUCH_PROVIDER)
        if isinstance(builder, str):
            off[name] = builder
        else:
            on.append(builder())
    return on, off


def _custom_builder(name: str, url: str, settings: Settings, per_minute: float) -> Callable[[], MetadataProvider]:
    state_dir = settings.state_dir.absolute()
    return lambda: CustomProviderClient(name, url, state_dir=state_dir, per_minute=per_minute)


def _open_audible(settings: Settings, policy: Policy, per_minute: float) -> AudibleClient:
    session = _catalogue_session(AUDIBLE, settings, policy, per_minute)
    return AudibleClient(policy.catalogue.region, base_url=settings.audible_url, session=session)


def _catalogue_session(
    service: str, settings: Settings, policy: Policy, per_minute: float, *, retries: int = 2
) -> requests.Session:
    patience = policy.catalogue.timeout_seconds
    return open_session(
        service,
        per_minute=per_minute,
        state_dir=settings.state_dir.absolute(),
        timeout=(min(CONNECT_SECONDS, patience), patience),
        retries=retries,
        jitter=min(LONGEST_PAUSE, 15 / per_minute),
    )
