"""Ends everything that `mam-assets run` has started, once that is gone: a small process, which nobody stops.

Started by ``processes`` as ``python -I -S watchdog.py START``; its standard input is a pipe. A line "GROUP first" or
"GROUP last" names the process group of each child; the end of the input says that the parent is gone, by whatever
death. Then the groups are asked to end, and insisted upon a second later: those that end "last" (what the others work
against) after all others, and after them whatever else bears START in its environment.

Standard library only: it must begin at once, and weigh little.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

START = "MAM_ASSETS_START"
PATIENCE_SECONDS = 1.0
LAST_PATIENCE_SECONDS = 0.3
PROC = Path("/proc")


def main(start: str, lines: Iterable[str]) -> None:
    """Wait for the end of the input, then end everything."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a service manager asks every process of ours at once
    groups: dict[str, set[int]] = {"first": set(), "last": set()}
    for line in lines:
        group, _, when = line.strip().partition(" ")
        groups[when].add(int(group))
    _end(groups["first"], PATIENCE_SECONDS)
    _end(groups["last"], LAST_PATIENCE_SECONDS)
    for _ in range(5):  # what was just being started when the parent died
        for pid in marked(START, start):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _end(groups: set[int], patience: float) -> None:
    _signal(groups, signal.SIGTERM)
    wait_until(lambda: not any_alive(groups), patience)
    _signal(groups, signal.SIGKILL)


def _signal(groups: set[int], number: int) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def wait_until(done: Callable[[], bool], patience: float) -> bool:
    """Whether it was so within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not done():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def any_alive(groups: set[int]) -> bool:
    """Whether a process of these groups lives; without /proc one that has ended counts until it is waited for."""
    if PROC.is_dir():
        return any(group in groups for _, group in _living())
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, 0)
            return True
    return False


def marked(name: str, value: str) -> list[int]:
    """Living processes whose environment has ``name=value``, but for this one; none where there is no /proc."""
    line, pids = f"{name}={value}".encode(), []
    for pid, _ in _living():
        with suppress(OSError):  # not ours, or just gone
            if pid != os.getpid() and line in (PROC / str(pid) / "environ").read_bytes().split(b"\0"):
                pids.append(pid)
    return pids


def _living() -> list[tuple[int, int]]:
    """(process, its group) of everything that has not ended."""
    processes = []
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):
            state, _, group = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
            if state not in "ZX":
                processes.append((int(folder.name), int(group)))
    return processes


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin)
