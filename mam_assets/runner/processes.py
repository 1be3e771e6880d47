"""The child processes of `mam-assets run`: started together, logged apart, stopped together.

A child never outlives its parent: on Linux the kernel asks it to end with the parent (even after SIGKILL), elsewhere
Ctrl-C and a normal end do. One that does not (a code server may hang as it ends, and its runs go on for a while) is
found by a mark in its environment and ended by the next start. Two runs on one state folder are kept apart by a lock:
no second daemon works on one ledger.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

PR_SET_PDEATHSIG = 1
MARK = "MAM_ASSETS_CHILD_OF"
LEFTOVER_PATIENCE_SECONDS = 3.0
STOP_PATIENCE_SECONDS = 12.0


class ChildFailed(Exception):
    """A child ended or did not become ready; ``log`` holds what it said."""

    def __init__(self, name: str, log: Path, what: str) -> None:
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-8:]) if log.is_file() else ""
        super().__init__(f"{name} {what}. Its last words ({log}):\n{tail}")
        self.name = name
        self.log = log


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0, host: str = "127.0.0.1", tries: int = 50) -> int:
    """The preferred port or the next free one; 0 lets the system choose. Raises OSError when none is free."""
    if preferred == 0:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
            return int(probe.getsockname()[1])
    for port in range(preferred, min(preferred + tries, 65536)):
        if port_is_free(port, host):
            return port
    raise OSError(f"no free port between {preferred} and {preferred + tries - 1} on {host}")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    sink: IO[bytes]


@dataclass(slots=True)
class Children:
    """Starts children and stops them all, in reverse order, when the block ends."""

    log_dir: Path
    started: list[Child] = field(default_factory=list)

    def __enter__(self) -> Children:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        end_leftovers(self.mark)
        return self

    @property
    def mark(self) -> str:
        """What names us in the environment of every process that comes from us."""
        return str(self.log_dir.absolute())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self, name: str, argv: Sequence[str], env: Mapping[str, str], *, cwd: Path, pipe_output: bool = False
    ) -> Child:
        """Start a child in its own process group; its output goes to a log file (or, with ``pipe_output``, its
        standard output to us). Its standard input stays open as long as we live."""
        log = self.log_dir / f"{name}.log"
        sink = log.open("ab")
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env={**env, MARK: self.mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if pipe_output else sink,
            stderr=sink,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        child = Child(name, process, log, sink)
        self.started.append(child)
        return child

    def wait_until(self, child: Child, ready: Callable[[], bool], timeout: float) -> None:
        """Wait until ``ready()``. Raises ChildFailed when the child ends first or takes too long."""
        deadline = time.monotonic() + timeout
        while not ready():
            if child.process.poll() is not None:
                raise ChildFailed(child.name, child.log, f"ended with status {child.process.returncode}")
            if time.monotonic() > deadline:
                raise ChildFailed(child.name, child.log, f"was not ready within {timeout:.0f} s")
            time.sleep(0.1)

    def check(self) -> None:
        """Raises ChildFailed when any child has ended by itself."""
        for child in self.started:
            if child.process.poll() is not None:
                raise ChildFailed(child.name, child.log, f"ended with status {child.process.returncode}")

    def stop(self) -> None:
        """Ask every child's group to end, then insist. Safe to call twice."""
        for child in reversed(self.started):
            _signal_group(child.process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE_SECONDS
        for child in reversed(self.started):
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(child.process, signal.SIGKILL)
                child.process.wait()
            _signal_group(child.process, signal.SIGKILL)  # workers that outlived their server
            if child.process.stdin:
                child.process.stdin.close()
            child.sink.close()
        self.started.clear()


def end_leftovers(mark: str) -> list[int]:
    """End what an earlier, killed program with this mark left behind, its runs too; returns their process ids.

    Call it only while holding the state folder's lock: what bears the mark then is nobody's child any more.
    """
    found = _marked(mark)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _marked(mark):
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                continue
        deadline = time.monotonic() + LEFTOVER_PATIENCE_SECONDS
        while _marked(mark) and time.monotonic() < deadline:
            time.sleep(0.1)
    return found


def _marked(mark: str) -> list[int]:
    """Living processes whose environment bears the mark; none where there is no /proc."""
    line = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) != os.getpid() and line in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:  # not ours, or just gone
            continue
    return found


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
