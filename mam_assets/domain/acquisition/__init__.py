"""Acquisition as reconciliation: rows and torrents in, actions out; and what each action changes in its row."""

from .absence import must_wait
from .actions import Action, NextCandidate, StartImport, Submit
from .effects import Effect, effect_of
from .reconcile import reconcile
from .rows import AcquisitionPolicy, DownloadRow, backoff

__all__ = [
    "AcquisitionPolicy",
    "Action",
    "DownloadRow",
    "Effect",
    "NextCandidate",
    "StartImport",
    "Submit",
    "backoff",
    "effect_of",
    "must_wait",
    "reconcile",
]
