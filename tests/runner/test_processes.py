"""Children are started, watched and stopped together, and none outlives its parent."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mam_assets.runner import processes, watchdog
from mam_assets.runner.processes import ChildFailed, Children, free_port, port_is_free

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path(f"/proc/{pid}").exists() else False


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_all_children_end_with_the_block(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        pids = [children.start(name, SLEEPER, os.environ, cwd=tmp_path).process.pid for name in ("a", "b")]
        children.check()
    assert all(gone_within(pid, 5) for pid in pids)


def test_a_child_that_ends_early_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start(
            "broken", [sys.executable, "-c", "raise SystemExit('no such database')"], os.environ, cwd=tmp_path
        )
        with pytest.raises(ChildFailed, match="no such database"):
            children.wait_until(child, lambda: False, 20)


def test_a_child_that_never_gets_ready_is_an_error(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start("slow", SLEEPER, os.environ, cwd=tmp_path)
        with pytest.raises(ChildFailed, match="was not ready within"):
            children.wait_until(child, lambda: False, 0.3)


PARENT = """
import os, sys, time
from pathlib import Path
from mam_assets.runner.processes import Children, ended_by_signals
with ended_by_signals(), Children(Path(sys.argv[1])) as children:
    for name in ("served", "worker"):
        argv = [sys.executable, "-c", sys.argv[2], name, sys.argv[1]]
        child = children.start(name, argv, os.environ, cwd=Path("."), pipe_output=True, last=name == "served")
        print(child.process.stdout.readline().decode().strip(), flush=True)
    time.sleep(60)
"""
# Ends only when insisted upon, has a child that knows nothing of its parent's end and another in a session of its own.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
pids = [subprocess.Popen(sleeper, start_new_session=apart).pid for apart in (False, True)]
print(os.getpid(), *pids, flush=True)
time.sleep(60)
"""
# Writes down the order in which they are asked to end.
ORDERLY = """
import os, signal, sys, time
from pathlib import Path
def end(*_):
    with Path(sys.argv[2], "ended").open("a") as log:
        print(sys.argv[1], file=log)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
print(os.getpid(), flush=True)
time.sleep(60)
"""


def started(folder: Path, kind: str) -> tuple[subprocess.Popen[str], list[int]]:
    """A parent with two children of that kind, and every process below it."""
    argv = [sys.executable, "-c", PARENT, str(folder), kind]
    parent = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, [int(pid) for _ in range(2) for pid in parent.stdout.readline().split()]


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whatever_ends_the_parent_ends_everything_that_came_from_it(tmp_path: Path, way: signal.Signals) -> None:
    parent, pids = started(tmp_path, STUBBORN)
    assert len(pids) == 6
    assert all(is_alive(pid) for pid in pids)
    parent.send_signal(way)
    _, said = parent.communicate(timeout=30)
    assert ("KeyboardInterrupt" in said) == (way is not signal.SIGKILL)
    if sys.platform != "linux":  # what left its group is found by /proc alone
        pids = [pid for place, pid in enumerate(pids) if place % 3 != 2]
    assert all(gone_within(pid, 20) for pid in pids)


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_what_serves_the_others_ends_last(tmp_path: Path, way: signal.Signals) -> None:
    parent, pids = started(tmp_path, ORDERLY)
    parent.send_signal(way)
    parent.communicate(timeout=30)
    assert all(gone_within(pid, 20) for pid in pids)
    assert (tmp_path / "ended").read_text().split() == ["worker", "served"]


def test_who_is_asked_twice_has_no_more_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_PATIENCE_SECONDS", 600.0)
    with Children(tmp_path) as children:
        child = children.start("stubborn", [sys.executable, "-c", STUBBORN], os.environ, cwd=tmp_path, pipe_output=True)
        assert child.process.stdout is not None
        child.process.stdout.readline()
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert child.process.returncode == -signal.SIGKILL


def test_a_signal_that_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with processes.ended_by_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)  # what is ending already is not ended again
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_new_start_waits_until_the_watchdog_of_the_last_one_is_done(tmp_path: Path) -> None:
    parent, pids = started(tmp_path, STUBBORN)
    parent.kill()
    parent.communicate()
    with Children(tmp_path) as children:
        mine = children.start("mine", SLEEPER, os.environ, cwd=tmp_path)
        assert not any(is_alive(pid) for pid in pids) or sys.platform != "linux"
        assert children.watchdog is not None
        assert set(watchdog.marked(processes.MARK, str(tmp_path))) <= {mine.process.pid, children.watchdog.pid}
        assert mine.process.poll() is None


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert not port_is_free(taken)
        assert free_port(taken) > taken


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_a_killed_program_left_behind_is_ended_by_the_next_start(tmp_path: Path) -> None:
    """It neither ends when asked to, nor is it a child of ours."""
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    )

    def leftover(mark: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, processes.MARK: mark}
        made = subprocess.Popen([sys.executable, "-c", stubborn], env=env, stdout=subprocess.PIPE)
        assert made.stdout is not None
        made.stdout.readline()
        return made

    of_this, of_another = leftover(str(tmp_path / "logs")), leftover(str(tmp_path / "other" / "logs"))
    try:
        with Children(tmp_path / "logs") as children:
            assert of_this.wait(5) == -signal.SIGKILL
            assert of_another.poll() is None
            mine = children.start("mine", [sys.executable, "-c", "import time; time.sleep(60)"], {}, cwd=tmp_path)
            assert mine.process.poll() is None
    finally:
        for one in (of_this, of_another):
            one.kill()
            one.communicate()
