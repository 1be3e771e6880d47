"""The child processes of `mam-assets run`: started together, logged apart, stopped together.

No child outlives its parent, whatever kills that. A code server that is asked to end waits for its runs, and they hear
nothing of it; so a small process of its own, the ``watchdog``, holds the other end of a pipe and ends them all, runs
included, within two seconds of the parent's death. If it was killed too, the kernel still asks the children to end (on
Linux), and the next start finds by a mark in its environment what is left. Two runs on one state folder are kept apart
by a lock: no second daemon works on one ledger.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from . import watchdog

PR_SET_PDEATHSIG = 1
MARK = "MAM_ASSETS_CHILD_OF"
LEFTOVER_PATIENCE_SECONDS = 3.0
STOP_PATIENCE_SECONDS = 4.0  # a container is given ten seconds to stop
LAST_PATIENCE_SECONDS = 1.0


class ChildFailed(Exception):
    """A child ended or did not become ready; ``log`` holds what it said."""

    def __init__(self, name: str, log: Path, what: str) -> None:
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-8:]) if log.is_file() else ""
        super().__init__(f"{name} {what}. Its last words ({log}):\n{tail}")
        self.name = name
        self.log = log


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
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
    """``last``: it ends after the others, which work against it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    sink: IO[bytes]
    last: bool = False


@dataclass(slots=True)
class Children:
    """Starts children and stops them all when the block ends."""

    log_dir: Path
    started: list[Child] = field(default_factory=list)
    watchdog: subprocess.Popen[bytes] | None = None
    start_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __enter__(self) -> Children:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        end_leftovers(self.mark)
        self.watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__, self.start_id],
            env={**os.environ, MARK: self.mark},  # not START: it is not to end itself
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    @property
    def mark(self) -> str:
        """What names us in the environment of every process that comes from us."""
        return str(self.log_dir.absolute())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self.watchdog is not None:
            assert self.watchdog.stdin is not None
            self.watchdog.stdin.close()
            self.watchdog.wait()
            self.watchdog = None

    def start(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str],
        *,
        cwd: Path,
        pipe_output: bool = False,
        last: bool = False,
    ) -> Child:
        """Start a child in its own process group; its output goes to a log file (or, with ``pipe_output``, its
        standard output to us). Its standard input stays open as long as we live. ``last``: it serves the others."""
        log = self.log_dir / f"{name}.log"
        sink = log.open("ab")
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env={**env, MARK: self.mark, watchdog.START: self.start_id},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if pipe_output else sink,
            stderr=sink,
            start_new_session=True,
            preexec_fn=None if last else _die_with_parent,
        )
        child = Child(name, process, log, sink, last)
        self.started.append(child)
        if self.watchdog is not None and self.watchdog.stdin is not None:
            self.watchdog.stdin.write(f"{process.pid} {'last' if last else 'first'}\n".encode())
            self.watchdog.stdin.flush()
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
        """Ask every child's group to end, then insist; what serves the others ends after them. Safe to call twice."""
        self._stop([child for child in self.started if not child.last], STOP_PATIENCE_SECONDS)
        self._stop([child for child in self.started if child.last], LAST_PATIENCE_SECONDS)
        self.started.clear()

    def _stop(self, children: list[Child], patience: float) -> None:
        for child in children:
            _signal_group(child.process, signal.SIGTERM)
        deadline = time.monotonic() + patience
        for child in children:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            except KeyboardInterrupt:  # asked twice: no more patience
                deadline = 0.0
        for child in children:
            _signal_group(child.process, signal.SIGKILL)  # also workers that outlived their server
            child.process.wait()
            if child.process.stdin:
                child.process.stdin.close()
            child.sink.close()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM (a service manager, a container) and SIGHUP (the terminal was closed) end the block as Ctrl-C does, once:
    what is ending already is not ended again. A signal that is ignored (nohup) stays so."""
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        if not ending:
            ending = True
            raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])


def end_leftovers(mark: str) -> list[int]:
    """End what an earlier, killed program with this mark left behind, its runs too; returns their process ids.

    Call it only while holding the state folder's lock: what bears the mark then is nobody's child any more.
    """
    leftovers = watchdog.marked(MARK, mark)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in watchdog.marked(MARK, mark):
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                continue
        if watchdog.wait_until(lambda: not watchdog.marked(MARK, mark), LEFTOVER_PATIENCE_SECONDS):
            break
    return leftovers


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
