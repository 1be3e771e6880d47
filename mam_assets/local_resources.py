"""Dagster resources of our own making: the store, the policy, and messages to a person."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

import dagster as dg
import sqlalchemy as sa
from pydantic import Field

from mam_assets.io_manager import StoreIOManager
from mam_assets.policy import Policy
from mam_assets.settings import Settings, load_policy, load_settings
from mam_assets.store.engine import open_engine

from .stages.notifications.notify import SendFailed
from .store.upgrade import upgrade

log = logging.getLogger(__name__)


class PolicyResource(dg.ConfigurableResource["PolicyResource"]):
    """The policy file, read anew by every run: a change needs no restart."""

    folder: str = Field(default=".", description="folder of .env and mam-assets.toml")

    def settings(self) -> Settings:
        """Raises SettingsError with one sentence per wrong key."""
        return load_settings(Path(self.folder))

    def policy(self) -> Policy:
        """Raises SettingsError with one sentence per wrong key."""
        folder = Path(self.folder)
        return load_policy(load_settings(folder), folder)


@lru_cache(maxsize=4)
def _engine(url: str) -> sa.Engine:
    """One engine per process and address: sensors look every few seconds and must not migrate each time."""
    engine = open_engine(url)
    upgrade(engine)
    return engine


class StoreResource(dg.ConfigurableResource["StoreResource"]):
    """The store, its tables brought up to date; the address is read from the settings and never shows."""

    folder: str = Field(default=".", description="folder of .env")

    def engine(self) -> sa.Engine:
        """The engine of DATABASE_URL or, without it, of the SQLite file in MAM_STATE_DIR."""
        return _engine(load_settings(Path(self.folder)).store_url)


class FrameStore(StoreIOManager):
    """Frames between assets, in the store of the settings."""

    folder: str = Field(default=".", description="folder of .env")

    def engine(self) -> sa.Engine:
        """The store's engine, one per process."""
        return _engine(load_settings(Path(self.folder)).store_url)


class NotifierResource(dg.ConfigurableResource["NotifierResource"]):
    """Messages through Apprise (mail, Discord, ntfy, …) to the addresses of NOTIFY_URLS; none are sent without."""

    folder: str = Field(default=".", description="folder of .env")

    def send(self, title: str, body: str) -> bool:
        """Send a message; False when nobody is to be told. Raises SendFailed when no address took it.

        One address that fails does not hold up the others, nor is the message sent to them again for it: it is logged.
        """
        addresses = load_settings(Path(self.folder)).notify_urls.get_secret_value().split()
        failed = [place for place, address in enumerate(addresses, start=1) if not _sent(address, title, body)]
        if failed and len(failed) == len(addresses):
            raise SendFailed("no address of NOTIFY_URLS took the message")
        if failed:
            places = ", ".join(map(str, failed))
            log.warning("NOTIFY_URLS: address %s of %s did not take the message %r", places, len(addresses), title)
        return bool(addresses)


def _sent(address: str, title: str, body: str) -> bool:
    import apprise  # a slow import that few runs need

    messenger = apprise.Apprise()
    return messenger.add(address) and bool(messenger.notify(title=title, body=body))
