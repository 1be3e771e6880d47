"""Tell a person of causes, not of ticks: one message when a cause appears (or has lasted for a while), a reminder while
it lasts, and the ledger ``notices`` forgets it when it is gone. Runs, services and the tracker account all tell here.

A cause is named "kind: what" ("service: qbittorrent: unavailable"); its beginning tells which causes a look has seen
all of, so that those it no longer sees are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from mam_assets.store import notices

RUNS, SERVICES, ACCOUNT = "run: ", "service: ", "account: "
SEND_AGAIN = timedelta(minutes=10)


class SendFailed(Exception):
    """No message could be delivered."""


class Messenger(Protocol):
    """What carries messages to a person."""

    def send(self, title: str, body: str) -> object:
        """Send a message, if anybody is to be told. Raises SendFailed when no address took it."""
        ...


def tell(
    engine: sa.Engine,
    messenger: Messenger,
    now: datetime,
    cause: str,
    title: str,
    body: str,
    *,
    remind_after: timedelta,
    lasting: timedelta = timedelta(0),
) -> bool:
    """Note that a cause is there and tell of it when it is time to. Gives whether a message was sent (or would have
    been, if there were an address).

    Raises SendFailed when it could not be delivered; that is tried again ten minutes later at the earliest.
    """
    if not notices.seen(engine, now, cause, body, remind_after, lasting):
        return False
    try:
        messenger.send(title, body)
    except SendFailed:
        notices.unsent(engine, cause, now + SEND_AGAIN - remind_after)
        raise
    return True


def keep(
    engine: sa.Engine,
    messenger: Messenger,
    now: datetime,
    kind: str,
    causes: Mapping[str, tuple[str, str]],
    *,
    remind_after: timedelta,
    lasting: timedelta = timedelta(0),
) -> list[str]:
    """Tell of each cause (name without its kind → title and body); causes of that kind that are not named are gone.

    Gives the names told of. Raises SendFailed after all were tried, when any could not be delivered.
    """
    gone(engine, kind, still=causes)
    told: list[str] = []
    failed: SendFailed | None = None
    for name, (title, body) in causes.items():
        try:
            if tell(engine, messenger, now, kind + name, title, body, remind_after=remind_after, lasting=lasting):
                told.append(name)
        except SendFailed as error:
            failed = error
    if failed is not None:
        raise failed
    return told


def gone(
    engine: sa.Engine, kind: str, still: Mapping[str, object] | None = None, *, last_seen_before: datetime | None = None
) -> int:
    """Forget the causes of a kind, but those named in ``still`` and those seen since ``last_seen_before``: what comes
    and goes by the minute is one cause. When a forgotten one comes back it is new. Gives how many were forgotten."""
    count = 0
    for notice in notices.standing(engine):  # only reads: on most looks there is nothing to forget
        recent = last_seen_before is not None and notice.last_at >= last_seen_before
        if notice.cause.startswith(kind) and notice.cause.removeprefix(kind) not in (still or {}) and not recent:
            count += notices.resolved(engine, notice.cause)
    return count
