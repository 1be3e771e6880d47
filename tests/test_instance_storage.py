"""One ``dagster.yaml`` for both databases: the environment decides where Dagster keeps its own tables."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster_postgres import DagsterPostgresStorage

from mam_assets.instance_storage import StorageFromEnv
from mam_assets.store.engine import open_engine
from mam_assets.store.errors import StoreError
from mam_assets.store.tables import metadata
from mam_assets.store.upgrade import VERSION_TABLE, upgrade
from tests.support.paths import ROOT

CONFIG = {"url_env": "DATABASE_URL", "base_dir_env": "MAM_STATE_DIR", "base_dir": ".mam-assets"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("MAM_STATE_DIR", str(tmp_path / "state"))


@contextmanager
def loaded(home: Path) -> Iterator[dg.DagsterInstance]:
    """An instance from the repository's own file, in a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "dagster.yaml", home)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


@dg.asset
def one() -> int:
    return 1


def materialize(instance: dg.DagsterInstance) -> None:
    assert dg.materialize([one], instance=instance).success
    assert instance.get_latest_materialization_event(one.key) is not None
    assert len(instance.get_runs()) == 1


def test_sqlite_files_lie_in_the_state_folder(tmp_path: Path) -> None:
    with loaded(tmp_path / "home") as instance:
        assert isinstance(StorageFromEnv.from_config_value(None, CONFIG), DagsterSqliteStorage)
        materialize(instance)
    assert (tmp_path / "state" / "dagster" / "history" / "runs.db").is_file()


def test_the_settings_of_the_file_are_taken(tmp_path: Path) -> None:
    with loaded(tmp_path / "home") as instance:
        assert instance.run_monitoring_enabled
        assert not instance.run_retries_enabled
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.managed_python_loggers == ["mam_assets", "resources"]
        limits = instance.get_concurrency_config()
        assert limits.run_queue_config is not None
        assert limits.run_queue_config.tag_concurrency_limits == [{"key": "mam/tracker", "limit": 1}]


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgres_holds_dagsters_tables_beside_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_pg_url: str, scheme: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_pg_url.replace("postgresql+psycopg2", scheme))
    engine = open_engine(empty_pg_url)
    with loaded(tmp_path / "home") as instance:
        assert isinstance(StorageFromEnv.from_config_value(None, CONFIG), DagsterPostgresStorage)
        materialize(instance)
        upgrade(engine)
        assert instance.get_latest_materialization_event(one.key) is not None
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    ours = {*metadata.tables, VERSION_TABLE}
    assert ours < names
    assert {"runs", "event_logs", "alembic_version"} < names - ours
    assert not (tmp_path / "state" / "dagster").exists()


@pytest.mark.postgres
def test_a_run_worker_finds_the_storage_and_the_address_is_not_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_pg_url: str
) -> None:
    """Workers are started with a description of the instance, which any user of the machine can read."""
    marked = sa.make_url(empty_pg_url).update_query_dict({"application_name": "s3cr3t"})
    monkeypatch.setenv("DATABASE_URL", marked.render_as_string(hide_password=False))
    with loaded(tmp_path / "home") as instance:
        description = instance.get_ref().to_dict()
        assert "s3cr3t" not in repr(description)
        with dg.DagsterInstance.from_ref(InstanceRef.from_dict(description)) as worker:
            materialize(worker)
        assert len(instance.get_runs()) == 1


def test_a_sqlite_address_of_the_store_leaves_dagster_in_the_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////elsewhere/store.db")
    assert isinstance(StorageFromEnv.from_config_value(None, CONFIG), DagsterSqliteStorage)


def test_an_unusable_address_is_an_error_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:s3cr3t@db:port/mam")
    with pytest.raises(StoreError) as caught:
        StorageFromEnv.from_config_value(None, CONFIG)
    assert "s3cr3t" not in str(caught.value)


def test_every_process_of_dagster_can_afford_the_module() -> None:
    program = (
        "import sys, dagster; before = set(sys.modules); import mam_assets.instance_storage;"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not set(eval(result.stdout)) & {"pandas", "numpy", "requests", "dagster_postgres", "psycopg2", "lxml"}
