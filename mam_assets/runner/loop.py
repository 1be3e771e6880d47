"""`mam-assets run` and `mam-assets demo`: start what is needed, close the loop once, report, and (run) keep serving."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import sqlalchemy as sa
from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mam_assets.settings import Settings, SettingsError, load_policy, load_settings
from mam_assets.stages.task_run import utc_now
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.ledgers import enrichments, tasks
from mam_assets.store.reports import loop_totals, series_list

from . import follow, report, services
from .processes import ChildFailed, Children, ended_by_signals, free_port

SANDBOX_POLICY = """\
# Policy of the sandbox: everything is a stand-in on this machine, so nothing waits for a person or for politeness.
mode = "auto"
[search]
seconds_between_requests = 0.02
max_books_per_run = 5000
max_requests_per_run = 5000
[catalogue]
goodreads_per_minute = 6000
discover_per_run = 5000
hardcover_per_minute = 6000
audible_per_minute = 6000
max_requests_per_run = 5000
[budget]
max_grabs_per_run = 1000
min_free_disk = "100 MiB"
[download]
stalled_after_hours = 0.005
retry_minutes = 0.05
[enrichment]
requests_per_minute = 6000
"""
STEPS = {
    "library_snapshot": "read the library",
    "series_catalogue": "ask the providers about each series",
    "ownership": "match the library to the catalogue",
    "series_completion": "compute completion of series",
    "author_catalogue": "list the works of authors",
    "author_completion": "compute completion of authors",
    "missing_books": "list missing books",
    "tracker_account": "read the tracker account",
    "search_candidates": "search MAM and judge releases",
    "download_queue": "queue the best releases",
}
SETTLE_QUIET_SECONDS = 6.0


class AlreadyRunning(Exception):
    """Another `mam-assets run` or `demo` works on the same state folder."""


class LoopFailed(Exception):
    """A run of the loop failed; the message says which step and why."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. ``sandbox_dir`` None: the real services of the settings."""

    root: Path
    sandbox_dir: Path | None
    world: Path | None = None
    qbittorrent: str = "5.1.0"
    webserver: bool = True
    serve: bool = True
    settle_seconds: float = 150.0


def has_real_settings(root: Path) -> bool:
    """Whether a person has set up real services: a ``.env`` here, or the variables in the environment."""
    return (root / ".env").is_file() or bool(os.environ.get("ABS_URL"))


@contextmanager
def only_one(state_dir: Path) -> Iterator[None]:
    """Hold the state folder. Raises AlreadyRunning when another process has it."""
    state_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state_dir / "run.lock", timeout=0):
            yield
    except Timeout:
        raise AlreadyRunning(
            f"mam-assets already runs on {state_dir}. Stop it first (Ctrl-C where it runs), or set MAM_STATE_DIR."
        ) from None


def run(options: Options, console: Console) -> report.Report:
    """Start everything, close the loop once, report; with ``serve`` go on until interrupted, whatever came of the loop.

    Raises SettingsError, AlreadyRunning, ChildFailed, and LoopFailed without ``serve``; whatever happens, all that was
    started is stopped.
    """
    state_dir = options.sandbox_dir or load_settings(options.root).state_dir.absolute()
    with only_one(state_dir), ended_by_signals(), Children(state_dir / "logs") as children:
        env = dict(os.environ)
        if options.sandbox_dir is not None:
            env.update(_sandbox(options, children, env, console))
        settings = _settings(options, env)
        # The children run in the project's folder: the policy file of this one must be named whole.
        env["MAM_ASSETS_CONFIG"] = str((options.root / settings.policy_file).absolute())
        instance = services.prepare(state_dir, env)
        engine = open_engine(settings.store_url)
        upgrade(engine)
        tasks.abandon(engine, utc_now(), started_before=utc_now())  # what a killed program left as running
        os.environ.update({"DAGSTER_HOME": str(instance.home), "MAM_STATE_DIR": str(state_dir)})
        with dg.DagsterInstance.get() as dagster:
            ended = follow.end_orphans(dagster)
            if ended:
                console.print(f"{len(ended)} unfinished runs of a stopped program were closed.", style="dim")
            with console.status("starting the code server"):
                services.start_code_server(children, instance)
            if options.webserver:
                _daemons_and_web(children, instance, settings, console)
            else:
                services.start_daemons(children, instance)
            try:
                before = _close_loop(dagster, instance, children, engine, options, console)
            except LoopFailed as error:
                if not options.serve:
                    raise
                # A service that is down now must not keep sensors, schedules and the web UI from serving.
                console.print(f"The first run failed:\n{error}", style="red")
                console.print("It runs again at TASK_MAM_TIME, or start the job whole_loop in the web UI.")
                before = loop_totals.totals(engine)
            made = report.make(engine, before)
            console.print(report.render(made))
            if options.serve:
                _serve(children, engine, settings, console)
            return made


def _sandbox(options: Options, children: Children, env: dict[str, str], console: Console) -> dict[str, str]:
    assert options.sandbox_dir is not None
    with console.status("starting the sandbox"):
        environment = services.start_sandbox(
            children, options.sandbox_dir / "world", env, options.world, options.qbittorrent
        )
    policy = options.sandbox_dir / "mam-assets.toml"
    policy.write_text(SANDBOX_POLICY, "utf-8")
    console.print(
        "Sandbox: stand-ins for Audiobookshelf, Goodreads, MAM and qBittorrent on this machine.", style="bold"
    )
    return {**environment, "MAM_ASSETS_CONFIG": str(policy), "MAM_STATE_DIR": str(options.sandbox_dir)}


def _settings(options: Options, env: dict[str, str]) -> Settings:
    """The settings of the processes to come; checked before anything of ours starts."""
    os.environ.update(env)
    settings = load_settings(options.root)
    load_policy(settings, options.root)
    if problems := settings.missing():
        raise SettingsError(list(problems.values()))
    return settings


def _daemons_and_web(children: Children, instance: services.Instance, settings: Settings, console: Console) -> None:
    port = free_port(settings.port, settings.host)
    if port != settings.port:
        console.print(f"Port {settings.port} is taken; the web UI is on {port} instead.", style="yellow")
    with console.status("starting the daemons and the web UI"):
        services.start_daemons_and_web(children, instance, settings.host, port, settings.allowed_hosts.split())
    console.print(f"Web UI: http://{settings.host}:{port}   (Ctrl-C stops everything)", style="bold")


def _close_loop(
    dagster: dg.DagsterInstance,
    instance: services.Instance,
    children: Children,
    engine: sa.Engine,
    options: Options,
    console: Console,
) -> loop_totals.Totals:
    """Run the main job and, in the sandbox, wait for its downloads; returns the totals before anything was fetched."""
    before = loop_totals.totals(engine)
    with Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        shown = {step: progress.add_task(text, total=1, start=False, note="") for step, text in STEPS.items()}
        failed: list[follow.StepEvent] = []

        def show(event: follow.StepEvent) -> None:
            nonlocal before
            if event.step == "missing_books" and event.kind == "succeeded":
                before = loop_totals.totals(engine)
            task = shown.get(event.step)
            if task is None:
                return
            if event.kind == "started":
                progress.start_task(task)
            elif event.kind == "succeeded":
                progress.update(task, completed=1)
                _plainly(console, STEPS[event.step])
            elif event.kind == "failed":
                failed.append(event)
                progress.update(task, note="[red]failed[/]")
            else:
                progress.update(task, note="[dim]skipped[/]")

        asked_before = loop_totals.questions_asked(engine)

        def look() -> None:
            """Between events: are the children alive, and how far have the long steps come?"""
            children.check()
            now = loop_totals.questions_asked(engine)
            for step, count in now.items():
                if not progress.tasks[shown[step]].finished and progress.tasks[shown[step]].started:
                    progress.update(shown[step], note=f"{count - asked_before[step]} asked")

        run_id = follow.launch(instance, "whole_loop")
        status = follow.follow(dagster, run_id, show, look)
        if status is not dg.DagsterRunStatus.SUCCESS:
            raise LoopFailed(_why(dagster, run_id, failed))
        if options.sandbox_dir is not None or not options.serve:
            _settle(dagster, engine, children, progress, console, options.settle_seconds)
    return before


def _plainly(console: Console, line: str) -> None:
    """Where no progress bars can be drawn (a log, a pipe), say each step in a line of its own."""
    if not console.is_terminal:
        console.print(line)


def _why(dagster: dg.DagsterInstance, run_id: str, failed: list[follow.StepEvent]) -> str:
    """What went wrong, in the words of the first causes: of steps, else of the run itself (it could not be loaded)."""
    lines = []
    for entry in dagster.all_logs(run_id):
        event = entry.dagster_event
        error = getattr(event.event_specific_data, "error", None) if event is not None else None
        if event is None or error is None:
            continue
        while error.cause is not None:
            error = error.cause
        lines.append(f"{event.step_key or event.message}: {error.message.strip()}")
    return "\n".join(dict.fromkeys(lines)) or f"run {run_id} did not succeed ({len(failed)} steps failed)"


def _settle(
    dagster: dg.DagsterInstance,
    engine: sa.Engine,
    children: Children,
    progress: Progress,
    console: Console,
    patience: float,
) -> None:
    """Wait until every download has come to rest, the completion figures are newer than the last import, and the
    metadata of the imported books was looked at."""
    task = progress.add_task("download and import", total=None, note="")
    deadline = time.monotonic() + patience
    quiet_since: float | None = None
    while time.monotonic() < deadline:
        children.check()
        counts = loop_totals.download_counts(engine)
        total = sum(counts.values())
        done = counts.get("imported", 0)
        progress.update(task, total=total or 1, completed=done, note=f"{done} of {total} imported")
        unfinished = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
        busy = loop_totals.unsettled(engine, utc_now()) or dagster.get_runs_count(dg.RunsFilter(statuses=unfinished))
        if busy or not series_list.completion_is_current(engine) or enrichments.waiting(engine):
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
            _plainly(console, f"download and import: {done} of {total} imported")
        elif time.monotonic() - quiet_since >= SETTLE_QUIET_SECONDS:
            return
        time.sleep(0.5)


def _serve(children: Children, engine: sa.Engine, settings: Settings, console: Console) -> None:
    console.print("Schedules and sensors are on. Ctrl-C stops everything.")
    while True:
        children.check()
        time.sleep(1)


__all__ = ["AlreadyRunning", "ChildFailed", "LoopFailed", "Options", "has_real_settings", "run"]
