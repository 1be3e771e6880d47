"""The code location loads, its graph is the promised one, and what should run by itself is switched on."""

import importlib
import itertools
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster import Shape

from mam_assets import definitions
from mam_assets.settings import Settings
from resources.definitions import resource_defs
from tests.support.paths import ROOT

SPINE = ["library_snapshot", "series_completion", "missing_books", "search_candidates", "download_queue"]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dg.Definitions:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    found = definitions.defs.load_fn()
    assert isinstance(found, dg.Definitions)
    return found


def test_everything_loads_without_any_setting(loaded: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(loaded)


def test_the_spine_is_a_chain(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    for upstream, downstream in itertools.pairwise(SPINE):
        assert dg.AssetKey(upstream) in graph.get(dg.AssetKey(downstream)).parent_keys, (upstream, downstream)
    assert dg.AssetKey("download_queue") in graph.get(dg.AssetKey("imported_books")).parent_keys


def test_every_asset_says_what_it_is(loaded: dg.Definitions) -> None:
    for node in loaded.resolve_asset_graph().asset_nodes:
        assert node.description, node.key
        assert node.owners, node.key
        assert node.kinds, node.key
        assert node.group_name != "default", node.key


def test_schedules_and_sensors_are_switched_on(loaded: dg.Definitions) -> None:
    schedules = {one.name: one for one in loaded.schedules or []}
    assert {"mam", "series", "top10", "prune_history"} <= set(schedules)
    assert (schedules["top10"].cron_schedule, schedules["top10"].job_name) == ("0 3 * * 0", "top10")
    assert schedules["top10"].default_status is dg.DefaultScheduleStatus.RUNNING
    assert schedules["mam"].cron_schedule == "0 2 * * *"
    assert schedules["series"].cron_schedule == "0 3 2 * *"
    sensors = {one.name: one for one in loaded.sensors or []}
    assert {"acquisition", "library_changes", "run_failures"} <= set(sensors)
    assert all(one.default_status is dg.DefaultSensorStatus.RUNNING for one in sensors.values())


def test_jobs_that_ask_mam_carry_the_tag_that_lets_one_run_at_a_time(loaded: dg.Definitions) -> None:
    repository = loaded.get_repository_def()
    for name in ("whole_loop", "search_and_queue", "submit_downloads", "top10"):
        assert repository.get_job(name).tags["mam/tracker"] == "search", name


def test_times_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TASK_MAM_TIME", "15 1 * * *")
    monkeypatch.setenv("TASK_TOP10_TIME", "0 7 * * 5")
    monkeypatch.setenv("TZ", "Europe/Warsaw")
    from mam_assets.settings import load_settings
    from schedules import build_schedules

    made = {one.name: one for one in build_schedules(load_settings())}
    assert (made["mam"].cron_schedule, made["mam"].execution_timezone) == ("15 1 * * *", "Europe/Warsaw")
    assert made["top10"].cron_schedule == "0 7 * * 5"


@pytest.mark.parametrize("package", ["mam_assets", "resources", "schedules", "sensors"])
def test_packages_come_from_this_repository(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent.parent == ROOT


def test_the_top_package_imports_nothing() -> None:
    assert (ROOT / "mam_assets" / "__init__.py").read_text().strip() == ""


def test_imports_run_in_one_direction() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


# ------------------------------------------------------------------- run config chooses no address and no secret


def test_no_resource_and_no_io_manager_has_a_field(loaded: dg.Definitions) -> None:
    resources = loaded.get_repository_def().get_top_level_resources()
    assert {"audiobookshelf", "myanonamouse", "qbittorrent", "store", "policy", "notifier", "io_manager"} <= set(
        resources
    )
    for name, resource in resources.items():
        config = resource.config_schema.config_type
        assert isinstance(config, Shape), name
        assert config.fields == {}, name


def test_no_job_takes_config_for_a_resource(loaded: dg.Definitions) -> None:
    repository = loaded.get_repository_def()
    for name in repository.job_names:
        fields = (
            repository.get_job(name).run_config_schema.run_config_schema_type.fields["resources"].config_type.fields
        )
        given = {resource: field.config_type.fields.get("config") for resource, field in fields.items()}
        assert [
            resource for resource, field in given.items() if field and getattr(field.config_type, "fields", None)
        ] == []


@pytest.mark.parametrize(
    ("resource", "config"),
    [
        ("myanonamouse", {"url": "http://elsewhere.example"}),
        ("audiobookshelf", {"token": {"env": "MAM_ID"}}),
        ("policy", {"folder": "/tmp"}),
        ("io_manager", {"url": {"env": "DATABASE_URL"}}),
    ],
)
def test_a_run_with_config_for_a_resource_is_refused(
    loaded: dg.Definitions, resource: str, config: dict[str, object]
) -> None:
    job = loaded.get_repository_def().get_job("whole_loop")
    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(dg.DagsterInvalidConfigError, match=resource):
        job.execute_in_process(run_config={"resources": {resource: {"config": config}}}, instance=instance)


def test_nothing_secret_shows_in_a_resource(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ABS_TOKEN", "QB_PASSWORD", "MAM_ID", "QB_API_KEY", "HARDCOVER_TOKEN", "GOOGLE_BOOKS_API_KEY"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@db/x")
    for name, resource in resource_defs().items():
        assert "hunter2" not in repr(resource), name
