"""Runs of stages, as the ledger of tasks keeps them."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """What ended a run of a stage, or cut it short; blank when nothing did.

    The codes of the errors of outside systems (``resources.errors``), and two of our own.
    """

    NONE = ""
    SERVICE_ERROR = "service_error"
    AUTH = "auth"
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    UNAVAILABLE = "unavailable"
    NOT_FOUND = "not_found"
    UNEXPECTED_ANSWER = "unexpected_answer"
    REFUSED = "refused"
    KILLED = "killed"  # its process ended before it
    OTHER = "error"  # no trouble with an outside system
