"""The processes that make the product: a code server, and one for the daemons (schedules, sensors, the run queue) and,
if wanted, the web UI."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import stat
import sys
import tempfile
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mam_assets.settings import SettingsError

from .processes import Child, Children

ROOT = Path(__file__).resolve().parents[2]
LOCATION = "mam"
DEFINITIONS = "mam_assets.definitions"
READY_SECONDS = 90
CONNECT_SECONDS = 2
MAX_SOCKET_PATH_BYTES = 107  # of a Unix address (108 with the final zero); macOS has 103
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


def code_socket(home: Path) -> Path:
    """Where the code server listens: in Dagster's home or, where that path is too long for a socket, in a short private
    folder of its own. No socket of an earlier start is there. Raises SettingsError."""
    path = home / "code.sock"
    if not _fits(path):
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"mam-assets-{os.getuid()}-{name}"
        path = folder / "code.sock"
        if not _fits(path):
            raise SettingsError([f"MAM_STATE_DIR is wrong: {home} is too long for a socket, as is {folder}."])
        _make_private(folder)
    path.unlink(missing_ok=True)
    return path


def _fits(path: Path) -> bool:
    longest = MAX_SOCKET_PATH_BYTES if sys.platform == "linux" else 103
    return len(os.fsencode(path)) <= longest


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    made = folder.lstat()
    if not stat.S_ISDIR(made.st_mode) or made.st_uid != os.getuid() or made.st_mode & 0o077:
        raise SettingsError([f"{folder} belongs to somebody else or is open to others: remove it."])


def start_code_server(children: Children, instance: Instance) -> Child:
    """Start the process that holds our definitions, and write the workspace file that points at it.

    It listens on a socket in a private folder: whoever may connect to it may run anything.
    """
    path = code_socket(instance.home)
    argv = [sys.executable, "-m", "dagster", "api", "grpc", "--module-name", DEFINITIONS]
    argv += ["--working-directory", str(ROOT), "--socket", str(path)]
    argv += ["--location-name", LOCATION, "--use-python-environment-entry-point", "--log-level", "warning"]
    child = children.start("code-server", argv, instance.env, cwd=instance.home)
    server = {"socket": str(path), "location_name": LOCATION}
    instance.workspace.write_text(json.dumps({"load_from": [{"grpc_server": server}]}), "utf-8")  # which is YAML too
    children.wait_until(child, lambda: listens(path), READY_SECONDS)
    return child


def listens(path: Path) -> bool:
    """Whether a code server listens on this socket. It binds the socket only when it has loaded its definitions.

    A plain connection, no gRPC: a process that has spoken gRPC may hang when it starts its next child.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def start_daemons(children: Children, instance: Instance) -> Child:
    """Start schedules, sensors and the run queue, without the web UI."""
    return children.start("daemons", _web_argv(instance), instance.env, cwd=instance.home)


def start_daemons_and_web(
    children: Children, instance: Instance, host: str, port: int, allowed_hosts: Iterable[str]
) -> Child:
    """Start schedules, sensors, the run queue and the web UI in one process, and wait until the web UI answers."""
    argv = [*_web_argv(instance), "--host", host, "--port", str(port)]
    for name in allowed_hosts:
        argv += ["--allow-host", name]
    child = children.start("web", argv, instance.env, cwd=instance.home)
    address = f"[{host}]" if ":" in host else host
    children.wait_until(child, lambda: _answers_http(f"http://{address}:{port}/server_info"), READY_SECONDS)
    return child


def _web_argv(instance: Instance) -> list[str]:
    return [sys.executable, "-m", "mam_assets.web.app", "--workspace", str(instance.workspace)]


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
