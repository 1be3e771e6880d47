"""Services that asked to be left alone, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..engine import Where, reading, writing
from ..tables import provider_parking
from ..upsert import upsert


@dataclass(frozen=True, slots=True)
class Parked:
    """A service that is not asked before ``parked_until``, and what it said."""

    provider: str
    parked_until: datetime
    since: datetime
    reason: str


def park(where: Where, provider: str, until: datetime, reason: str, now: datetime) -> None:
    """Leave a service alone until then. A longer parking that already stands is not shortened."""
    with writing(where) as connection:
        standing = parked(connection, provider, now)
        if standing is None or standing.parked_until < until:
            since = standing.since if standing else now
            row = {"provider": provider, "parked_until": until, "since": since, "reason": reason}
            upsert(connection, provider_parking, [row])


def parked(where: Where, provider: str, now: datetime) -> Parked | None:
    """Why and until when this service is left alone; None when it may be asked."""
    chosen = sa.and_(provider_parking.c.provider == provider, provider_parking.c.parked_until > now)
    with reading(where) as connection:
        row = connection.execute(sa.select(provider_parking).where(chosen)).mappings().first()
        return Parked(**row) if row else None


def all_parked(where: Where, now: datetime) -> list[Parked]:
    """Every service that is left alone now, by name."""
    query = sa.select(provider_parking).where(provider_parking.c.parked_until > now)
    with reading(where) as connection:
        rows = [Parked(**row) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda row: row.provider)


def release(where: Where, provider: str) -> bool:
    """Let a service be asked again at once. Gives whether it was parked."""
    with writing(where) as connection:
        gone = sa.delete(provider_parking).where(provider_parking.c.provider == provider)
        return bool(connection.execute(gone).rowcount)
