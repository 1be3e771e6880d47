"""The asset against the whole sandbox, and the command line on what it did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from mam_assets import definitions
from mam_assets.cli import app
from mam_assets.jobs import enrich_library, enrich_new
from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.sandbox.world.facts import World
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.settings import Settings, load_settings
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import corrections, enrichments
from mam_assets.store.tables import tasks
from mam_assets.store.upgrade import upgrade
from resources.audiobookshelf import AbsClient
from resources.definitions import resource_defs
from sensors.enrichment import new_metadata
from tests.support.download_rows import insert_download

ASSETS = dg.AssetSelection.assets("library_snapshot", "metadata_enrichment")


def small_world() -> World:
    """The sandbox's world with a few of its books in the library."""
    whole = load_catalogue()
    owned = [item for item in whole.owned if item.library == "Audiobooks" and item.series and item.title][:8]
    return World("small", whole.series, tuple(owned), {"Audiobooks": whole.libraries["Audiobooks"]})


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with open_sandbox(tmp_path_factory.mktemp("sandbox"), world=small_world()) as made:
        yield made


@pytest.fixture
def engine(box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    for name, value in box.environment(optional_providers=True).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "policy.toml").write_text(SANDBOX_POLICY)
    monkeypatch.setenv("MAM_ASSETS_CONFIG", str(tmp_path / "policy.toml"))
    monkeypatch.setenv("MAM_STATE_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    opened = open_engine(load_settings().store_url)
    upgrade(opened)
    yield opened
    opened.dispose()


def write_library(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(SANDBOX_POLICY + "write_library = true\n")


def materialize(config: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run it; gives the metadata of the materialization as plain values."""
    found = dg.materialize(
        dg.load_assets_from_modules(definitions.MODULES),
        selection=ASSETS,
        resources=resource_defs(),
        run_config={"ops": {"metadata_enrichment": {"config": config or {}}}},
    )
    (made,) = found.asset_materializations_for_node("metadata_enrichment")
    return {name: value.value for name, value in made.metadata.items()}


def imported(engine: sa.Engine, abs_id: str, at: datetime) -> None:
    """The ledger says that this program brought the item."""
    insert_download(engine, at, "imported", abs_id, abs_item_id=abs_id, imported_at=at)


def changes_at(box: Sandbox) -> int:
    return len(box.audiobookshelf.changes)


def some_ids() -> list[str]:
    return [item.abs_id for item in small_world().owned]


def test_the_persons_books_are_shown_and_our_imports_are_written(box: Sandbox, engine: sa.Engine) -> None:
    before, ours = changes_at(box), some_ids()[0]
    shown = materialize()
    assert shown["books looked at"] == len(some_ids())
    assert shown["changes proposed"] > 0
    assert shown["changes written"] == 0
    assert changes_at(box) == before
    assert "| description |" in shown["would change"]

    imported(engine, ours, datetime.now(UTC))
    found = materialize({"new_only": True})
    assert found["books looked at"] == 1
    assert found["changes written"] == found["changes proposed"] > 0
    assert {row.abs_id for row in corrections.recent(engine)} == {ours}
    assert enrichments.all_looks(engine)[ours].written
    assert found["completeness after"] > found["completeness before"]
    assert found["known after"].startswith("![plot](data:image/svg+xml")


def test_the_whole_library_is_written_where_the_policy_says_so(box: Sandbox, engine: sa.Engine, tmp_path: Path) -> None:
    write_library(tmp_path)
    ids = set(some_ids()[1:])
    found = materialize()
    assert found["changes written"] > 0
    assert {row.abs_id for row in corrections.recent(engine, 1000)} <= ids | set(some_ids())
    again = materialize()
    assert again["books looked at"] == 0
    assert materialize({"everything": True})["changes proposed"] == 0


def test_the_command_line_shows_lists_and_takes_back(box: Sandbox, engine: sa.Engine, tmp_path: Path) -> None:
    target = some_ids()[-1]
    client = AbsClient(box.urls["audiobookshelf"], box.environment()["ABS_TOKEN"])
    client.update_media(target, {"description": None, "publisher": None})
    runner = CliRunner()

    shown = json.loads(runner.invoke(app.app, ["metadata", "show", target, "--json"]).stdout)
    assert shown["abs_id"] == target
    assert "description" in {change["field"] for change in shown["changes"]}
    assert {change["state"] for change in shown["changes"]} == {"shown only"}
    assert shown["completeness"] < shown["completeness_after"]
    assert client.item_to_edit(target)[1]["description"] is None

    write_library(tmp_path)
    materialize()
    listed = json.loads(runner.invoke(app.app, ["metadata", "corrections", "--book", target, "--json"]).stdout)
    row = next(one for one in listed if one["field"] == "description")
    assert client.item_to_edit(target)[1]["description"] == row["new"]

    done = runner.invoke(app.app, ["metadata", "undo", str(row["id"])])
    assert done.exit_code == 0, done.output
    assert client.item_to_edit(target)[1]["description"] is None
    assert runner.invoke(app.app, ["metadata", "undo", str(row["id"])]).exit_code == 1
    assert runner.invoke(app.app, ["metadata", "undo"]).exit_code == 2
    assert runner.invoke(app.app, ["metadata", "undo", "--run", "nonsense"]).exit_code == 1

    runner.invoke(app.app, ["metadata", "undo", "--run", row["run_id"][:8]])
    standing = {one.field for one in corrections.of_run(engine, row["run_id"]) if one.abs_id == target}
    assert standing <= {"cover"}
    assert runner.invoke(app.app, ["metadata", "show", "no such book"]).exit_code == 1


def test_check_says_which_providers_answer_and_which_are_off(
    box: Sandbox, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOOGLE_BOOKS_API_KEY")
    box.faults["audnexus"].set("error")
    try:
        found = json.loads(CliRunner().invoke(app.app, ["check", "--json"]).stdout)
    finally:
        box.faults["audnexus"].clear()
    states = {one["subject"]: one["state"] for one in found}
    assert states["metadata from audible"] == "ok"
    assert states["metadata from audnexus"] == "warning"
    assert states["metadata from google_books"] == "off"
    assert "sandbox-google-key" not in json.dumps(found)


# ------------------------------------------------------------------------------------------------------- the sensor


def tick(engine: sa.Engine) -> list[dg.RunRequest]:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(
            instance=instance,
            resources={name: resource_defs()[name] for name in ("store", "policy")},
        )
        found = new_metadata(context)
        return list(found.run_requests or []) if isinstance(found, dg.SensorResult) else []


def ended(engine: sa.Engine, name: str, at: datetime, status: str = "succeeded") -> None:
    row = {"task_name": name, "run_id": "", "status": status, "started_at": at, "ended_at": at, "details": {}}
    with engine.begin() as connection:
        connection.execute(sa.insert(tasks).values(row))


def test_the_sensor_waits_until_the_library_was_read_after_the_import(engine: sa.Engine) -> None:
    now = datetime.now(UTC)
    assert tick(engine) == []
    imported(engine, "item", now - timedelta(minutes=1))
    assert tick(engine) == []
    for name in ("library_snapshot", "missing_books"):
        ended(engine, name, now)
    assert len(tick(engine)) == 1
    ended(engine, "metadata_enrichment", now, "failed")
    assert tick(engine) == []


def test_the_sensor_is_content_once_the_import_was_looked_at(engine: sa.Engine) -> None:
    now = datetime.now(UTC)
    imported(engine, "item", now - timedelta(minutes=1))
    for name in ("library_snapshot", "missing_books"):
        ended(engine, name, now)
    enrichments.remember(engine, enrichments.Enrichment("item", now, "unmatched", True, 40, 40))
    assert tick(engine) == []


def test_the_jobs_are_known_to_dagster(engine: sa.Engine) -> None:
    made = definitions.defs()
    assert isinstance(made, dg.Definitions)
    names = {schedule.name: schedule.job_name for schedule in made.schedules or []}  # type: ignore[union-attr]
    assert names["metadata_full"] == enrich_library.name
    assert {job.name for job in made.jobs or []} >= {enrich_new.name, enrich_library.name}  # type: ignore[union-attr]
