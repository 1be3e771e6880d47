"""The services in backoff, and until when."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from mam_assets.domain.model.backoff import Backoff

from ..engine import Where, reading, writing
from ..tables import backoffs
from ..upsert import upsert


def start(where: Where, backoff: Backoff) -> None:
    """Leave a service alone. A longer backoff that already stands is not shortened."""
    with writing(where) as connection:
        standing = current(connection, backoff.service, backoff.since)
        if standing is None or standing.until < backoff.until:
            begun = replace(backoff, since=standing.since) if standing else backoff
            upsert(connection, backoffs, [asdict(begun)])


def current(where: Where, service: str, now: datetime) -> Backoff | None:
    """Why and until when this service is in backoff; None when it may be asked."""
    chosen = sa.and_(backoffs.c.service == service, backoffs.c.until > now)
    with reading(where) as connection:
        row = connection.execute(sa.select(backoffs).where(chosen)).mappings().first()
        return Backoff(**row) if row else None


def all_current(where: Where, now: datetime) -> list[Backoff]:
    """Every service in backoff now, by name."""
    query = sa.select(backoffs).where(backoffs.c.until > now)
    with reading(where) as connection:
        rows = [Backoff(**row) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda row: row.service)
