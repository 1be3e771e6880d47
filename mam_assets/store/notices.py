"""One message per cause, not one per tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from .engine import Where, reading, writing
from .tables import notices
from .upserts import upsert


@dataclass(frozen=True, slots=True)
class Notice:
    """A cause for telling a person something, and when that was last done."""

    cause: str
    first_at: datetime
    last_at: datetime
    sent_at: datetime | None
    times: int
    message: str


def seen(
    where: Where,
    now: datetime,
    cause: str,
    message: str,
    remind_after: timedelta,
    lasting: timedelta = timedelta(0),
) -> bool:
    """Note that a cause is there (still). Gives whether to send a message now: once it has been there for as long as
    ``lasting``, and then every ``remind_after`` while it stays. The answer True counts as sent; see ``unsent``."""
    with writing(where) as connection:
        before = get(connection, cause)
        first_at = before.first_at if before else now
        due = before is None or before.sent_at is None or now - before.sent_at >= remind_after
        send = due and now - first_at >= lasting
        row = {
            "cause": cause,
            "first_at": first_at,
            "last_at": now,
            "sent_at": now if send else before.sent_at if before else None,
            "times": (before.times if before else 0) + 1,
            "message": message,
        }
        upsert(connection, notices, [row])
    return send


def unsent(where: Where, cause: str, as_if_sent_at: datetime | None = None) -> None:
    """The message could not be sent: the next ``seen`` gives True again, or, with ``as_if_sent_at``, the first that
    comes ``remind_after`` later than that."""
    with writing(where) as connection:
        connection.execute(sa.update(notices).where(notices.c.cause == cause).values(sent_at=as_if_sent_at))


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
        found = connection.execute(sa.select(notices).order_by(notices.c.first_at, notices.c.cause)).mappings()
        return [Notice(**row) for row in found]
