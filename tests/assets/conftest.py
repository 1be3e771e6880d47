"""The sandbox as the outside world of a whole graph, over real HTTP."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from mam_assets import definitions
from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.settings import Settings, load_settings
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.reports import loop_totals
from resources.definitions import resource_defs
from sensors.acquisition import acquisition

COMPLETION = ("library_snapshot", "series_catalogue", "ownership", "series_completion", "missing_books")
THE_LOOP = (*COMPLETION, "tracker_account", "search_candidates", "download_queue")
MOVING = ("queued", "submitted", "downloading", "stalled", "completed", "importing", "failed")


class Product:
    """The graph against one sandbox: ``run`` materializes assets, ``engine`` is the store, ``box`` the world."""

    def __init__(self, box: Sandbox, engine: sa.Engine, folder: Path) -> None:
        self.box = box
        self.engine = engine
        self.folder = folder
        self.before: loop_totals.Totals | None = None  # the totals before anything was fetched

    def settle(self, seconds: float = 90.0) -> None:
        """Do what the acquisition sensor asks for until the downloads rest."""
        made = resource_defs()
        resources = {name: made[name] for name in ("qbittorrent", "store", "policy", "notifier")}
        instance = dg.DagsterInstance.ephemeral()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with dg.build_sensor_context(instance=instance, resources=resources) as context:
                asked = acquisition(context)
            jobs = [request.job_name for request in getattr(asked, "run_requests", None) or []]
            if "import_books" in jobs:
                assert self.run("imported_books").success
            if "submit_downloads" in jobs:
                assert self.run("tracker_account", "download_queue").success
            counts = loop_totals.download_counts(self.engine)
            if not any(counts.get(state) for state in MOVING):
                return
            time.sleep(0.3)
        raise AssertionError(f"the downloads do not come to rest: {loop_totals.download_counts(self.engine)}")

    def adds(self) -> list[dict[str, Any]]:
        """Every torrent that qBittorrent was asked to add, in order."""
        return list(self._log("qbittorrent")["adds"])

    def mam_log(self) -> dict[str, Any]:
        """What MAM was asked."""
        return self._log("mam")

    def _log(self, service: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.box.urls[service]}/_sandbox/log") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def run(self, *names: str, config: dict[str, Any] | None = None) -> dg.ExecuteInProcessResult:
        """Materialize the named assets with their checks; failures are in the result."""
        selection = dg.AssetSelection.assets(*names)
        return dg.materialize(
            [
                *dg.load_assets_from_modules(definitions.MODULES),
                *dg.load_asset_checks_from_modules(definitions.MODULES),
            ],
            selection=selection | dg.AssetSelection.checks_for_assets(*[dg.AssetKey(name) for name in names]),
            resources=resource_defs(),
            run_config=config,
            raise_on_error=False,
        )


@contextmanager
def _product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str, **options: Any) -> Iterator[Product]:
    monkeypatch.chdir(tmp_path)
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    with open_sandbox(tmp_path / "world", speed=20.0, **options) as box:
        (tmp_path / "policy.toml").write_text(policy, "utf-8")
        environment = {
            **box.environment(),
            "MAM_STATE_DIR": str(tmp_path / "state"),
            "MAM_ASSETS_CONFIG": str(tmp_path / "policy.toml"),
        }
        environment.pop("MAM_ASSETS_MODE", None)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        engine = open_engine(load_settings(tmp_path).store_url)
        upgrade(engine)
        yield Product(box, engine, tmp_path)
        engine.dispose()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product after it has closed the loop once (shared by the tests of a module: they only look)."""
    folder = tmp_path_factory.mktemp("closed")
    with pytest.MonkeyPatch.context() as monkeypatch, _product(folder, monkeypatch, SANDBOX_POLICY) as made:
        assert made.run(*THE_LOOP).success
        made.before = loop_totals.totals(made.engine)
        made.settle()
        assert made.run(*COMPLETION).success
        yield made


@pytest.fixture
def product_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Product]]:
    """A fresh product, with a policy or a sandbox of one's own."""
    with ExitStack() as stack:

        def make(policy: str = SANDBOX_POLICY, **options: Any) -> Product:
            return stack.enter_context(_product(tmp_path, monkeypatch, policy, **options))

        yield make
