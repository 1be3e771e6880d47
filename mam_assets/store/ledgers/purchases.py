"""The ledger of what was bought on MAM: noted as *intended* before MAM is asked, settled when its fate is known.

A program that dies in between leaves an intended row; the account tells later what became of it. Nothing that may have
been bought is ever without a row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mam_assets.domain.purchases.model import Before, Decision, Kind, Outcome, Purchase

from ..engine import Where, reading, writing
from ..errors import StoreError
from ..mappers.codec import from_json, to_json
from ..tables import purchases


class SpentMeanwhile(StoreError):
    """Something was bought, or is being bought, since the decision was made: nothing was noted, decide anew."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"another process spends on {kind.value} at this moment")


def intend(
    where: Where,
    now: datetime,
    decision: Decision,
    before: Before,
    *,
    last_seen: int,
    torrent_id: int = 0,
    run_id: str = "",
) -> int:
    """Note a purchase that is about to be made; gives its number.

    ``last_seen`` is the number of the newest purchase that the decision knew of (0: none). Raises SpentMeanwhile when
    there is a newer one, or an unsettled one of the same thing: so two processes never buy the same twice.
    """
    row = {
        "at": now,
        "kind": decision.kind.value,
        "amount": decision.amount,
        "points": decision.points,
        "torrent_id": torrent_id,
        "outcome": Outcome.INTENDED.value,
        "reason": decision.reason,
        "before": to_json(before),
        "run_id": run_id,
    }
    try:
        with writing(where) as connection:
            newest = connection.execute(sa.select(sa.func.max(purchases.c.id))).scalar_one() or 0
            if newest != last_seen:
                raise SpentMeanwhile(decision.kind)
            return int(connection.execute(sa.insert(purchases).values(row).returning(purchases.c.id)).scalar_one())
    except sa.exc.IntegrityError:
        raise SpentMeanwhile(decision.kind) from None


def settle(where: Where, now: datetime, number: int, outcome: Outcome, message: str = "") -> None:
    """Note what became of a purchase. One that is settled already keeps its outcome."""
    values = {"outcome": outcome.value, "settled_at": now, "message": message}
    with writing(where) as connection:
        chosen = sa.and_(purchases.c.id == number, purchases.c.outcome == Outcome.INTENDED.value)
        connection.execute(sa.update(purchases).where(chosen).values(values))


def add_message(where: Where, number: int, message: str) -> None:
    """Note what the account showed after a purchase."""
    with writing(where) as connection:
        connection.execute(sa.update(purchases).where(purchases.c.id == number).values(message=message))


def unsettled(where: Where) -> list[Purchase]:
    """Purchases of which nobody knows yet whether they were made, oldest first."""
    query = sa.select(purchases).where(purchases.c.outcome == Outcome.INTENDED.value).order_by(purchases.c.id)
    return _read(where, query)


def since(where: Where, moment: datetime) -> list[Purchase]:
    """Purchases from then on and whatever is unsettled, oldest first."""
    chosen = sa.or_(purchases.c.at >= moment, purchases.c.outcome == Outcome.INTENDED.value)
    return _read(where, sa.select(purchases).where(chosen).order_by(purchases.c.id))


def of_torrent(where: Where, torrent_id: int) -> list[Purchase]:
    """Wedges for one torrent, however long ago."""
    query = sa.select(purchases).where(purchases.c.torrent_id == torrent_id, purchases.c.kind == Kind.WEDGE.value)
    return _read(where, query.order_by(purchases.c.id))


def recent(where: Where, limit: int = 20) -> list[Purchase]:
    """The last purchases, newest first."""
    return _read(where, sa.select(purchases).order_by(purchases.c.id.desc()).limit(limit))


def newest(where: Where) -> int:
    """The number of the newest purchase; 0: none."""
    with reading(where) as connection:
        return int(connection.execute(sa.select(sa.func.max(purchases.c.id))).scalar_one() or 0)


def _read(where: Where, query: sa.Select[Any]) -> list[Purchase]:
    with reading(where) as connection:
        return [
            Purchase(
                kind=Kind(row["kind"]),
                at=row["at"],
                amount=row["amount"],
                points=row["points"],
                outcome=Outcome(row["outcome"]),
                torrent_id=row["torrent_id"],
                before=from_json(Before, row["before"]),
                message=row["message"],
                id=row["id"],
                settled_at=row["settled_at"],
                reason=row["reason"],
            )
            for row in connection.execute(query).mappings()
        ]
