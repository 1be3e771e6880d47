"""Tell a person of causes, not of ticks: one message when a cause appears (or has lasted for a while), a reminder while
it lasts, and one when it is over, if it was told of. The ledger ``notices`` remembers what stands. Runs, services, the
tracker account, the disk and blocked imports all tell here.

A cause is named "kind: what" ("service: qbittorrent: unavailable"); its beginning tells which causes a look has seen
all of, so that those it no longer sees are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from mam_assets.store.ledgers import notifications
from mam_assets.store.ledgers.notifications import Notice
from resources.errors import SendFailed

RUNS, SERVICES, ACCOUNT, DISK, IMPORTS = "run: ", "service: ", "account: ", "disk: ", "import: "
NO_REMINDER = timedelta.max
END_IS_NEWS_FOR = timedelta(days=1)  # after this, nobody needs to hear any more that something is over

Words = tuple[str, str]
"""Title and body of a message."""


class Messenger(Protocol):
    """What carries messages to a person."""

    def send(self, title: str, body: str) -> object:
        """Send a message, if anybody is to be told. Raises SendFailed when no address took it."""
        ...


@dataclass(frozen=True, slots=True)
class Ending:
    """How the end of causes is told. ``words`` gives the message for those that were told of, the oldest first, and
    None where their end is no news; ``together``: one message for all causes of the kind, else one for each."""

    messenger: Messenger
    now: datetime
    words: Callable[[Sequence[Notice]], Words | None]
    together: bool = False


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
    if not notifications.seen(engine, now, cause, body, remind_after, lasting):
        return False
    messenger.send(title, body)
    notifications.told(engine, cause, now)
    return True


def tell_together(
    engine: sa.Engine,
    messenger: Messenger,
    now: datetime,
    causes: Mapping[str, str],
    words: Callable[[Sequence[str]], Words],
) -> list[str]:
    """One message for all of these causes (whole name → message) that were not told of yet; there is no reminder.

    Gives those told of. Raises SendFailed.
    """
    due = [name for name, message in causes.items() if notifications.seen(engine, now, name, message, NO_REMINDER)]
    if due:
        messenger.send(*words(due))
        for name in due:
            notifications.told(engine, name, now)
    return due


def keep(
    engine: sa.Engine,
    messenger: Messenger,
    now: datetime,
    kind: str,
    causes: Mapping[str, Words],
    *,
    remind_after: timedelta,
    lasting: timedelta = timedelta(0),
    ending: Ending | None = None,
) -> list[str]:
    """Tell of each cause (name without its kind → title and body); causes of that kind that are not named are gone.

    Gives the names told of. Raises SendFailed after all were tried, when any could not be delivered.
    """
    told: list[str] = []
    failed: SendFailed | None = None
    try:
        gone(engine, kind, still=causes, ending=ending)
    except SendFailed as error:
        failed = error
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
    engine: sa.Engine,
    kind: str,
    still: Mapping[str, object] | None = None,
    *,
    last_seen_before: datetime | None = None,
    untold_only: bool = False,
    ending: Ending | None = None,
) -> int:
    """Forget the causes of a kind, but those named in ``still`` and those seen since ``last_seen_before``: what comes
    and goes by the minute is one cause. When a forgotten one comes back it is new. Gives how many were forgotten.

    With ``ending`` a person is told that those told of are over; raises SendFailed when that could not be delivered,
    which is tried again at a later look. ``untold_only`` leaves those that were told of.
    """
    over: list[Notice] = []
    for notice in notifications.standing(engine):  # only reads: on most looks there is nothing to forget
        recent = last_seen_before is not None and notice.last_at >= last_seen_before
        named = notice.cause.removeprefix(kind) in (still or {})
        if notice.cause.startswith(kind) and not named and not recent:
            over.append(notice)
    told = [notice for notice in over if notice.told_at is not None]
    silent = [notice for notice in over if notice.told_at is None or (ending is None and not untold_only)]
    count = sum(notifications.resolved(engine, notice.cause) for notice in silent)
    if ending is None or untold_only:
        return count
    failed: SendFailed | None = None
    for group in [told] if ending.together else [[notice] for notice in told]:
        try:
            count += _end(engine, ending, group)
        except SendFailed as error:
            failed = error
    if failed is not None:
        raise failed
    return count


def _end(engine: sa.Engine, ending: Ending, over: Sequence[Notice]) -> int:
    words = ending.words(over) if over else None
    news = words is not None and any(
        notice.over_at is None or ending.now - notice.over_at < END_IS_NEWS_FOR for notice in over
    )
    if words is not None and news:
        if not any([notifications.ending(engine, ending.now, notice.cause) for notice in over]):
            return 0  # just tried
        ending.messenger.send(*words)
    return sum(notifications.resolved(engine, notice.cause) for notice in over)


def span(first: datetime, last: datetime) -> str:
    """How long, for people: "12 min", "3 h", "4 days"."""
    minutes = max(0, round((last - first).total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"
