"""A process that bears processes: each does one piece of acquisition's work with real clients and, if told so, kills
itself with SIGKILL at a certain call. Forked from here, each begins within milliseconds and shares nothing.

One JSON object per line on standard input: ``work`` (submit, look, import), ``die`` ([owner, name, "before" or "after",
which call], or null), ``store`` (address), ``state_dir`` and ``env`` (the sandbox's). The answer is the exit status.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from mam_assets.domain.acquisition import AcquisitionPolicy
from mam_assets.policy import BudgetSection, DownloadSection, ImportSection, LibrarySection
from mam_assets.settings import parse_path_map
from mam_assets.stages.acquisition import propose, reconcile, submit
from mam_assets.stages.importing import run
from mam_assets.stages.importing.target import ImportSettings, library_target
from mam_assets.stages.task_run import Tally
from mam_assets.store.engine import open_engine
from resources.audiobookshelf.client import AbsClient
from resources.myanonamouse import open_mam
from resources.qbittorrent import QbitClient

POLICY = AcquisitionPolicy(retry_pause=timedelta(seconds=0.2), settled_after=timedelta(seconds=1))


def die_at(owner: str, name: str, when: str, number: int) -> None:
    """From the ``number``-th call of ``owner.name`` on, this process does not live: not even ``finally`` runs."""
    module, _, inner = owner.partition(":")
    where = importlib.import_module(module)
    where = getattr(where, inner) if inner else where
    real = getattr(where, name)
    calls = 0

    def deadly(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **more)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(where, name, deadly)


def do(order: dict[str, Any]) -> None:
    """The work, as the assets and the sensor do it."""
    env, state_dir = order["env"], Path(order["state_dir"])
    engine = open_engine(order["store"])
    qbittorrent = QbitClient(env["QB_HOST"], int(env["QB_PORT"]), env["QB_USERNAME"], env["QB_PASSWORD"])
    if order["work"] == "look":
        reconcile.tick(engine, qbittorrent, POLICY, propose.next_release(engine), Tally(), auto=True)
    elif order["work"] == "submit":
        tracker = open_mam(env["MAM_URL"], env["MAM_ID"], state_dir, seconds_between=0.01, jitter=0)
        section = BudgetSection(min_free_disk=0, max_grabs_per_run=100)
        budget = propose.budget_of(engine, tracker.account(), section, qbittorrent.free_space())
        settings = submit.SubmitSettings.of(DownloadSection(), POLICY)
        submit.submit(engine, tracker, qbittorrent, budget, settings, Tally())
    else:
        library = AbsClient(env["ABS_URL"], env["ABS_TOKEN"])
        target = library_target(library, LibrarySection(), parse_path_map(env["LIBRARY_PATH_MAP"]))
        paths = parse_path_map(env["DOWNLOAD_PATH_MAP"])
        settings_ = ImportSettings.of(
            target, ImportSection(), BudgetSection(min_free_disk=0), POLICY, paths, state_dir / "import.lock"
        )
        run.import_downloads(engine, qbittorrent, library, settings_, Tally())
    engine.dispose()


def bear(order: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if order["die"]:
                die_at(*order["die"])
            do(order)
            status = 0
        except Exception:  # noqa: BLE001  the exit status tells the parent, and pytest shows what is printed
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(f"{bear(json.loads(line))}\n")
        sys.stdout.flush()
