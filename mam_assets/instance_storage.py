"""Dagster's own storage for ``dagster.yaml``: in PostgreSQL when the environment says so, else in SQLite files.

``dagster.yaml`` knows no condition, so that this class chooses. It subclasses what the SQLite choice is made of and
uses two modules that Dagster keeps private; both are as they were throughout 1.13, and a test loads the file.
Every process of Dagster imports this module: nothing heavy here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dagster._config import Field, StringSource
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from mam_assets.store.engine import is_postgres, normal_url

FOLDER = "dagster"


class StorageFromEnv(DagsterSqliteStorage):
    """What ``dagster.yaml`` names under ``storage: custom:``.

    * ``url_env``: variable with the database's address; a PostgreSQL one puts Dagster's tables there;
    * ``base_dir_env``: variable with the state folder; the SQLite files go into ``dagster`` below it;
    * ``base_dir``: the state folder when that variable is not set.
    """

    @classmethod
    def config_type(cls) -> Any:
        """Names of variables only: the address itself never stands in a file or a process's arguments."""
        return {
            "url_env": Field(StringSource, default_value="DATABASE_URL"),
            "base_dir_env": Field(StringSource, default_value="MAM_STATE_DIR"),
            "base_dir": Field(StringSource, default_value=".mam-assets"),
        }

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: dict[str, str]
    ) -> DagsterStorage:
        """The storage of that choice. Raises StoreError for an address that cannot be used."""
        url = os.environ.get(config_value["url_env"], "").strip()
        if is_postgres(url):
            from dagster_postgres import DagsterPostgresStorage

            return DagsterPostgresStorage(normal_url(url), inst_data=inst_data)
        base = Path(os.environ.get(config_value["base_dir_env"]) or config_value["base_dir"])
        return DagsterSqliteStorage.from_local(str(base.absolute() / FOLDER), inst_data=inst_data)
