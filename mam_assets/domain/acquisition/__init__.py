"""Acquisition as reconciliation: rows and torrents in, actions out; and what each action changes in its row."""

from .absence import must_wait
from .actions import Action, NextCandidate, StartImport, Submit
from .download import Download, DownloadBook, ImportOptions, MappedBook
from .effects import Effect, effect_of
from .policy import AcquisitionPolicy, backoff
from .reconcile import reconcile

__all__ = [
    "AcquisitionPolicy",
    "Action",
    "Download",
    "DownloadBook",
    "Effect",
    "ImportOptions",
    "MappedBook",
    "NextCandidate",
    "StartImport",
    "Submit",
    "backoff",
    "effect_of",
    "must_wait",
    "reconcile",
]
