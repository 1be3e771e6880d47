"""The shape of a release rule, and what a rule may know beside the release, the wanted book and the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..model.release import Accept, Account, Known, Reject, Release, ReleasePolicy, Wanted

Verdict = Accept | Reject


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of other releases, of the account and of the time (aware UTC; None leaves time out)."""

    known: Known = field(default_factory=Known)
    account: Account | None = None
    now: datetime | None = None


Rule = Callable[[Release, Wanted, ReleasePolicy, Context], Verdict]
