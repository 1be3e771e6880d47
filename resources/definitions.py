"""Dagster's resources. None has a field: each opens its client through ``mam_assets.clients`` from the process's own
settings.

A field could be replaced by run config, and run config may name environment variables: whoever may launch a run could
then choose which secret goes to which address. A resource without fields refuses any config. Nothing secret can show in
the web UI either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import dagster as dg
import sqlalchemy as sa
from pydantic import PrivateAttr

from mam_assets import clients
from mam_assets.io_manager import StoreIOManager
from mam_assets.policy import Policy
from mam_assets.settings import Settings, load_policy, load_settings
from mam_assets.store.engine import open_engine
from mam_assets.store.upgrade import upgrade
from resources.audiobookshelf import AbsClient
from resources.myanonamouse import MamClient
from resources.providers import CatalogueProvider
from resources.qbittorrent import QbitClient


@lru_cache(maxsize=4)
def _engine(url: str) -> sa.Engine:
    """One engine per process and address: sensors look every few seconds and must not migrate each time."""
    engine = open_engine(url)
    upgrade(engine)
    return engine


@lru_cache(maxsize=4)
def _qbittorrent(settings: Settings) -> QbitClient:
    """One login per process: the acquisition sensor looks every five seconds and must not log in each time."""
    return clients.open_qbittorrent(settings)


def _policy() -> Policy:
    return load_policy(load_settings())


class PolicyResource(dg.ConfigurableResource["PolicyResource"]):
    """The settings and the policy file, read anew by every run: a changed policy needs no restart."""

    def settings(self) -> Settings:
        """Raises SettingsError with one sentence per wrong key."""
        return load_settings()

    def policy(self) -> Policy:
        """Raises SettingsError with one sentence per wrong key."""
        return _policy()


class StoreResource(dg.ConfigurableResource["StoreResource"]):
    """The store, its tables brought up to date."""

    def engine(self) -> sa.Engine:
        """The engine of DATABASE_URL or, without it, of the SQLite file in MAM_STATE_DIR."""
        return _engine(load_settings().store_url)


class FrameStore(StoreIOManager):
    """Frames between assets, in the store of the settings."""

    def engine(self) -> sa.Engine:
        """The store's engine, one per process."""
        return _engine(load_settings().store_url)


class AudiobookshelfResource(dg.ConfigurableResource["AudiobookshelfResource"]):
    """The Audiobookshelf server of the settings."""

    _client: AbsClient | None = PrivateAttr(default=None)

    def client(self) -> AbsClient:
        """The client, made on first use. Raises SettingsError when its address or API key is not set."""
        if self._client is None:
            self._client = clients.open_audiobookshelf(load_settings())
        return self._client


class QbittorrentResource(dg.ConfigurableResource["QbittorrentResource"]):
    """The qBittorrent of the settings."""

    def client(self) -> QbitClient:
        """The client, shared by everything in this process. Raises SettingsError when its address is not set."""
        return _qbittorrent(load_settings())


class MamResource(dg.ConfigurableResource["MamResource"]):
    """MAM, for the session of the settings, at the policy's pace."""

    _client: MamClient | None = PrivateAttr(default=None)

    def client(self) -> MamClient:
        """The client, made on first use. Raises SettingsError when no session is set."""
        if self._client is None:
            self._client = clients.open_mam(load_settings(), _policy())
        return self._client


class CatalogueResource(dg.ConfigurableResource["CatalogueResource"]):
    """The catalogue providers that the policy names."""

    def providers(self) -> list[CatalogueProvider]:
        """Those that are set up, in the policy's order of trust."""
        return clients.open_catalogue_providers(load_settings(), _policy()).on


class MetadataResource(dg.ConfigurableResource["MetadataResource"]):
    """The metadata providers that the policy names."""

    def providers(self) -> clients.MetadataProviders:
        """Those that are set up, in the policy's order, and those that are off with why."""
        return clients.open_metadata_providers(load_settings(), _policy())


class NotifierResource(dg.ConfigurableResource["NotifierResource"]):
    """Messages to a person, at the addresses of NOTIFY_URLS."""

    def send(self, title: str, body: str) -> bool:
        """Send a message; False when nobody is to be told. Raises SendFailed when no address took it."""
        return clients.open_notifier(load_settings()).send(title, body)


def resource_defs() -> dict[str, Any]:
    """All resources of the code location, by the names under which assets, ops and sensors ask for them."""
    return {
        "audiobookshelf": AudiobookshelfResource(),
        "catalogue": CatalogueResource(),
        "metadata": MetadataResource(),
        "myanonamouse": MamResource(),
        "qbittorrent": QbittorrentResource(),
        "store": StoreResource(),
        "policy": PolicyResource(),
        "notifier": NotifierResource(),
        "io_manager": FrameStore(),
    }
