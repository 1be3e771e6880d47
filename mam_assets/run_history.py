"""Dropping old runs from Dagster's history, which Dagster itself never does.

``DagsterInstance.delete_run`` removes the rows but leaves two things on disk (measured with 1.13): the run's own event
log ``history/runs/<id>.db`` of the SQLite storage and the folder ``storage/<id>``.
"""

from __future__ import annotations

import logging
import shutil
from datetime import datetime
from pathlib import Path

import dagster as dg
from dagster import DagsterInstance, RunsFilter
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def prune(instance: DagsterInstance, older_than: datetime) -> int:
    """Drop the finished runs that were created before ``older_than`` (an aware time); gives how many.

    Runs that still go on stay, whatever their age. What cannot be removed is named in the log, and the rest goes on.
    """
    dropped = 0
    for run_id in instance.get_run_ids(RunsFilter(statuses=FINISHED, created_before=older_than)):
        try:
            instance.delete_run(run_id)
        except DBAPIError as error:  # a damaged event log
            log.warning("the events of run %s cannot be removed: %s", run_id, error.orig)
        _remove_files(instance, run_id)
        dropped += instance.get_run_by_id(run_id) is None
    return dropped


def _remove_files(instance: DagsterInstance, run_id: str) -> None:
    path_of = getattr(instance.event_log_storage, "path_for_shard", None)  # of the SQLite storage alone
    paths = [Path(path_of(run_id) + ending) for ending in ("", "-wal", "-shm", "-journal")] if path_of else []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be removed: %s", path, error)
    folder = Path(instance.storage_directory()) / run_id
    if folder.is_dir():
        shutil.rmtree(folder, onerror=lambda _, name, error: log.warning("%s cannot be removed: %s", name, error[1]))
