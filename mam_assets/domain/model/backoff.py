"""Backing off: leaving a service alone for a while after it said so. One table for all: which trouble, for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Trouble(StrEnum):
    """What went wrong with a service, as far as asking it again is concerned."""

    AUTH = "auth"  # a person must act
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"  # nobody was reached, so nobody said anything
    FAILURE = "failure"  # down, an answer of another form, a refusal


@dataclass(frozen=True, slots=True)
class Backoff:
    """A service that is not asked before ``until``. ``code`` is that of the error, ``reason`` what the service said."""

    service: str
    until: datetime
    since: datetime
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """How long a service is paused: ``lasts`` for every process, or (None) for the rest of this run alone."""

    lasts: timedelta | None = None


Rules = Mapping[Trouble, tuple[Pause | None, ...]]
"""Trouble → the pause after the first time, the second in a row, and so on; the last one stands for all that follow."""

LONGEST = timedelta(days=1)  # whatever a Retry-After asks for
REST_OF_RUN = Pause()

PROVIDERS: Rules = {
    Trouble.AUTH: (Pause(timedelta(minutes=30)),),
    Trouble.BLOCKED: (Pause(timedelta(hours=6)),),
    Trouble.RATE_LIMITED: (Pause(timedelta(minutes=30)),),
    # Three in a row: then a provider is down, and not the page of one book odd.
    Trouble.UNREACHABLE: (None, None, REST_OF_RUN),
    Trouble.FAILURE: (None, None, Pause(timedelta(minutes=30))),
}
"""Providers of catalogue and metadata: their last answers stand meanwhile."""

TRACKER: Rules = {
    Trouble.AUTH: (Pause(timedelta(minutes=30)),),  # a new session ends it
    Trouble.BLOCKED: (Pause(timedelta(minutes=30)),),
    Trouble.RATE_LIMITED: (Pause(timedelta(seconds=30)), Pause(timedelta(minutes=10))),
    Trouble.FAILURE: (Pause(timedelta(seconds=30)),),
}
"""MAM, by single requests. What nobody answered says nothing of the next request."""

TRACKER_RUNS = timedelta(minutes=5)
"""MAM, after a run that came to grief by it: until the sensor asks for the next."""


def pause_after(rules: Rules, trouble: Trouble, in_a_row: int, retry_after: timedelta | None = None) -> Pause | None:
    """The pause after the ``in_a_row``-th time (from 1) of trouble in a row; None: go on asking.

    ``retry_after`` is what the service itself asks for: it goes before the table, up to a day.
    """
    if retry_after is not None:
        return Pause(min(retry_after, LONGEST))
    steps = rules.get(trouble, (None,))
    return steps[min(max(in_a_row, 1), len(steps)) - 1]
