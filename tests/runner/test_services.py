"""The processes of the product load our packages and no others, whatever lies in the current folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from mam_assets.runner import services
from mam_assets.runner.processes import Children, free_port
from mam_assets.settings import Settings
from tests.support.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
WORKSPACE = """{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
  __typename ... on PythonError { message }
  ... on RepositoryLocation { repositories { schedules { name cronSchedule } } } } } } } }"""


def ask(port: int, query: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def write_foreign_packages(folder: Path) -> None:
    """Packages of common names, as another program's folder has them."""
    for name in ("resources", "schedules", "sensors"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"raise ImportError('the {name} of another program')\n")
    (folder / "gql.py").write_text("raise ImportError('the gql of another program')\n")


def test_foreign_packages_and_settings_in_the_current_folder_are_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "elsewhere"
    here.mkdir()
    write_foreign_packages(here)
    (here / ".env").write_text('TASK_MAM_TIME="1 1 * * *"\n')  # Dagster would put it over the environment
    monkeypatch.chdir(here)
    env = {name: value for name, value in os.environ.items() if name not in Settings.names()}
    instance = services.prepare(tmp_path / "state", {**env, "TASK_MAM_TIME": "2 2 * * *"})
    write_foreign_packages(instance.home)
    with Children(tmp_path / "logs") as children:
        services.start_code_server(children, instance)
        port = free_port()
        services.start_daemons_and_web(children, instance, "127.0.0.1", port, ())
        (location,) = ask(port, WORKSPACE)["workspaceOrError"]["locationEntries"]
        children.check()
    assert location["name"] == "mam"
    loaded = location["locationOrLoadError"]
    assert loaded["__typename"] == "RepositoryLocation", loaded
    (repository,) = loaded["repositories"]
    times = {schedule["name"]: schedule["cronSchedule"] for schedule in repository["schedules"]}
    assert times["mam"] == "2 2 * * *"


def test_the_workspace_loads_in_the_projects_folder(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in Settings.names()}
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(ROOT / "workspace.yaml")],
        cwd=ROOT,
        env={**env, "DAGSTER_HOME": str(tmp_path), "DAGSTER_DISABLE_TELEMETRY": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
