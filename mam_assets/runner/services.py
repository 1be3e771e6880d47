"""The processes that make the product: a code server, the daemon (schedules and sensors) and, if wanted, the web UI."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .processes import Child, Children, free_port

ROOT = Path(__file__).resolve().parents[2]
LOCATION = "mam"
DEFINITIONS = "mam_assets.definitions"
READY_SECONDS = 90
OWN_PACKAGES = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
"""Python finds our packages in the project and nothing in the current folder: "resources" is a common name, and a file
called gql.py there ends a webserver."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Where one running product lives: ``env`` is what its processes get."""

    state_dir: Path
    env: dict[str, str]

    @property
    def home(self) -> Path:
        return self.state_dir / "dagster"

    @property
    def workspace(self) -> Path:
        return self.home / "workspace.yaml"


def prepare(state_dir: Path, env: Mapping[str, str]) -> Instance:
    """Make the state folder and Dagster's home in it, with the project's dagster.yaml."""
    state_dir = state_dir.absolute()
    home = state_dir / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    state_dir.chmod(0o700)
    shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
    full = {
        **env,
        "DAGSTER_HOME": str(home),
        "MAM_STATE_DIR": str(state_dir),
        **OWN_PACKAGES,
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    return Instance(state_dir, full)


def start_code_server(children: Children, instance: Instance) -> Child:
    """Start the process that holds our definitions, and write the workspace file that points at it."""
    port = free_port()
    argv = [sys.executable, "-m", "dagster", "api", "grpc", "--module-name", DEFINITIONS]
    argv += ["--working-directory", str(ROOT), "--host", "127.0.0.1", "--port", str(port)]
    argv += ["--location-name", LOCATION, "--use-python-environment-entry-point", "--log-level", "warning"]
    child = children.start("code-server", argv, instance.env, cwd=instance.home)
    instance.workspace.write_text(
        json.dumps(  # which is YAML too
            {"load_from": [{"grpc_server": {"host": "127.0.0.1", "port": port, "location_name": LOCATION}}]}
        ),
        "utf-8",
    )
    children.wait_until(child, lambda: _answers_grpc(port), READY_SECONDS)
    return child


def _answers_grpc(port: int) -> bool:
    from .processes import port_is_free

    return not port_is_free(port)


def start_daemon(children: Children, instance: Instance) -> Child:
    """Start schedules, sensors and the run queue."""
    argv = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(instance.workspace), "--log-level", "warning"]
    return children.start("daemon", argv, instance.env, cwd=instance.home)


def start_webserver(children: Children, instance: Instance, host: str, port: int) -> Child:
    """Start the web UI and wait until it answers."""
    argv = [sys.executable, "-m", "dagster_webserver", "-w", str(instance.workspace), "-h", host, "-p", str(port)]
    child = children.start("webserver", [*argv, "--log-level", "warning"], instance.env, cwd=instance.home)
    local = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    children.wait_until(child, lambda: _answers_http(f"http://{local}:{port}/server_info"), READY_SECONDS)
    return child


def _answers_http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def start_sandbox(
    children: Children, state_dir: Path, env: Mapping[str, str], world: Path | None, qbittorrent: str
) -> dict[str, str]:
    """Start the stand-ins of the outside world as one process and return the settings that point at them."""
    argv = [sys.executable, "-m", "mam_assets.sandbox", "--state", str(state_dir), "--qbittorrent", qbittorrent]
    if world is not None:
        argv += ["--world", str(world.absolute())]
    child = children.start("sandbox", argv, {**env, **OWN_PACKAGES}, cwd=ROOT, pipe_output=True, last=True)
    assert child.process.stdout is not None
    line = child.process.stdout.readline()
    if not line:
        children.wait_until(child, lambda: False, 5)
    ready = json.loads(line)
    return {str(key): str(value) for key, value in ready["environment"].items()}
