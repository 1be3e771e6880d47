"""One message per cause, not one per tick; and one when a cause that was told of is over.

A row steps through: seen, tried (``sent_at``), told (``told_at``), over (``over_at``), gone. Every step is committed
before the next is begun: a process that dies while it sends leaves a try behind that is made again some minutes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import notices
from ..upsert import upsert

TRY_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Notice:
    """A cause for telling a person something. ``sent_at``: the last try to tell; ``told_at``: the last that got
    through; ``over_at``: since when it is over, while that is still to be told."""

    cause: str
    first_at: datetime
    last_at: datetime
    sent_at: datetime | None
    times: int
    message: str
    told_at: datetime | None = None
    over_at: datetime | None = None

    def may_try(self, now: datetime) -> bool:
        """False right after a try of which it is not known that it got through."""
        if self.sent_at is None or (self.told_at is not None and self.sent_at <= self.told_at):
            return True
        return now - self.sent_at >= TRY_AGAIN


def seen(
    where: Where,
    now: datetime,
    cause: str,
    message: str,
    remind_after: timedelta,
    lasting: timedelta = timedelta(0),
) -> bool:
    """Note that a cause is there (still). Gives whether to send a message now: once it has been there for as long as
    ``lasting``, and then every ``remind_after`` while it stays. The answer True counts as a try; see ``told``."""
    with writing(where) as connection:
        before = get(connection, cause)
        first_at = before.first_at if before else now
        send = now - first_at >= lasting
        if before is not None:
            again = before.told_at is None or now - before.told_at >= remind_after
            send = send and again and before.may_try(now)
        row = {
            "cause": cause,
            "first_at": first_at,
            "last_at": now,
            "sent_at": now if send else before.sent_at if before else None,
            "told_at": before.told_at if before else None,
            "over_at": None,
            "times": (before.times if before else 0) + 1,
            "message": message,
        }
        upsert(connection, notices, [row])
    return send


def told(where: Where, cause: str, now: datetime) -> None:
    """The message got through."""
    with writing(where) as connection:
        connection.execute(sa.update(notices).where(notices.c.cause == cause).values(sent_at=now, told_at=now))


def ending(where: Where, now: datetime, cause: str) -> bool:
    """A cause that was told of is over. Gives whether to say so now; True counts as a try; see ``resolved``."""
    with writing(where) as connection:
        before = get(connection, cause)
        if before is None or (before.over_at and before.sent_at and now - before.sent_at < TRY_AGAIN):
            return False
        values = {"sent_at": now, "over_at": before.over_at or now}
        connection.execute(sa.update(notices).where(notices.c.cause == cause).values(values))
    return True


def resolved(where: Where, cause: str) -> bool:
    """The cause is gone; when it comes back it is new. Gives whether it was known."""
    with writing(where) as connection:
        return bool(connection.execute(sa.delete(notices).where(notices.c.cause == cause)).rowcount)


def get(where: Where, cause: str) -> Notice | None:
    """What is known of a cause; None when it is not there."""
    with reading(where) as connection:
        row = connection.execute(sa.select(notices).where(notices.c.cause == cause)).mappings().first()
        return Notice(**row) if row else None


def standing(where: Where) -> list[Notice]:
    """Every cause that is there, longest standing first."""
    with reading(where) as connection:
        rows = connection.execute(sa.select(notices).order_by(notices.c.first_at, notices.c.cause)).mappings()
        return [Notice(**row) for row in rows]
