"""Dagster resources of our own making: the store and the policy. Those of outside systems are in ``resources``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pandas as pd
import sqlalchemy as sa
from pydantic import PrivateAttr

from mam_assets.domain.model import Known, PersonsWord
from mam_assets.policy import Policy
from mam_assets.settings import load_policy, load_settings
from mam_assets.store import blocklist, completion_history, derived, downloads, failures, preferences, searches, tables, tasks
from mam_assets.store.engine import open_engine
from mam_assets.store.upgrading import upgrade


class PolicyResource(dg.ConfigurableResource):
    """The policy file, read anew by every run: a change needs no restart."""

    folder: str = "."

    def policy(self) -> Policy:
        """Raises SettingsError with one sentence per wrong key."""
        folder = Path(self.folder)
        return load_policy(load_settings(folder), folder)


class StoreResource(dg.ConfigurableResource):
    """The store: an engine on first use, its tables brought up to date."""

    folder: str = "."
    _engine: sa.Engine | None = PrivateAttr(default=None)

    def engine(self) -> sa.Engine:
        """The engine; the address comes from DATABASE_URL or MAM_STATE_DIR and never shows."""
        if self._engine is None:
            self._engine = open_engine(load_settings(Path(self.folder)).store_url)
            upgrade(self._engine)
        return self._engine
