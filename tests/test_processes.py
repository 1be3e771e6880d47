"""Children are started, watched and stopped together, and none outlives its parent."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from mam_assets.runner import processes
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


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is asked for on Linux alone")
def test_a_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import os, sys, time
        from pathlib import Path
        from mam_assets.runner.processes import Children
        with Children(Path(sys.argv[1])) as children:
            sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
            child = children.start("c", sleeper, os.environ, cwd=Path("."))
            print(child.process.pid, flush=True)
            time.sleep(60)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert is_alive(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    if not gone_within(pid, 5):  # not every kernel tells a child that its parent was killed: then the next start does
        assert pid in processes.end_leftovers(str(tmp_path))
        assert gone_within(pid, 5)


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
