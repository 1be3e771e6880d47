"""One process for Dagster's daemons (schedules, sensors, the run queue) and its web UI, which stands behind the guard.

Together they need hardly more memory than one alone. Started by the runner; without ``--port`` there is no web UI.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from typing import Any

import dagster as dg
import uvicorn
from dagster._core.workspace.context import IWorkspaceProcessContext, WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._daemon.controller import daemon_controller_from_instance
from dagster._utils.interrupts import setup_interrupt_handlers
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.types import ASGIApp

from mam_assets.web.access import LOOPBACK_HOSTS, GraphqlGuard, Guard

LIVE_DATA_MILLISECONDS = 2000
# Dagster's own defaults for its web UI's database connections (PostgreSQL alone heeds them).
STATEMENT_TIMEOUT_MILLISECONDS = 15_000
POOL_RECYCLE_SECONDS = 3600
POOL_MAX_OVERFLOW = 20
MAX_WEBSOCKET_BYTES = 1 << 20


def create_app(context: IWorkspaceProcessContext[Any], allowed_hosts: Collection[str] = ()) -> ASGIApp:
    """Dagster's web UI, served under the loopback names and ``allowed_hosts`` to those whom the guard lets in."""
    dagster = create_app_from_workspace_process_context(context, live_data_poll_rate=LIVE_DATA_MILLISECONDS)
    return Guard(GraphqlGuard(dagster), LOOPBACK_HOSTS.union(map(str.lower, allowed_hosts)))


def serve(workspace: WorkspaceFileTarget, host: str, port: int, allowed_hosts: Collection[str]) -> None:
    """Serve the web UI until the process ends."""
    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(STATEMENT_TIMEOUT_MILLISECONDS, POOL_RECYCLE_SECONDS, POOL_MAX_OVERFLOW)
        with WorkspaceProcessContext(instance, workspace, version=dg.__version__) as context:
            uvicorn.Server(
                uvicorn.Config(
                    create_app(context, allowed_hosts),
                    host=host,
                    port=port,
                    log_level="warning",
                    lifespan="off",
                    proxy_headers=False,  # who is on this machine is not for a header to say
                    server_header=False,
                    ws_max_size=MAX_WEBSOCKET_BYTES,
                )
            ).run()


def run(arguments: Sequence[str] | None = None) -> None:
    """The process. Ends, by itself, only when one of its parts has ended; SIGTERM and SIGINT end it."""
    parser = argparse.ArgumentParser(prog="mam_assets.web.app", description=__doc__)
    parser.add_argument("--workspace", required=True, help="Dagster's workspace file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="without it there is no web UI")
    parser.add_argument("--allow-host", action="append", default=[], help="serve the web UI under this name too")
    options = parser.parse_args(arguments)
    workspace = WorkspaceFileTarget(paths=[options.workspace])
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    setup_interrupt_handlers()

    def serve_or_end() -> None:
        try:
            serve(workspace, options.host, options.port, options.allow_host)
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    with ExitStack() as stack:
        instance = stack.enter_context(dg.DagsterInstance.get())
        if options.port is not None:
            threading.Thread(target=serve_or_end, name="web-ui", daemon=True).start()
        controller = stack.enter_context(
            daemon_controller_from_instance(instance, workspace_load_target=workspace, log_level="warning")
        )
        controller.check_daemon_loop()


if __name__ == "__main__":
    try:
        run()
    except KeyboardInterrupt:
        raise SystemExit(1) from None
