"""Was a purchase made whose answer never came? The account tells, and doubt counts as made: better one purchase too
few than the same one twice.

Either sign is enough for "made": the thing is there, or the points are gone. "Not made" needs that neither shows, in
figures that were read a while after the purchase, since a page may lag behind.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.release import Release
from .model import Account, Kind, Outcome, Spending

SETTLES_AFTER = timedelta(minutes=30)
MOST_OF = 0.9  # points come in all the time while they are spent
GB = 1000**3


def settle(spending: Spending, account: Account, now: datetime) -> Outcome:
    """What became of an intended purchase of VIP or upload credit, by the account as it is ``now``."""
    gone = spending.before.seedbonus - account.seedbonus >= MOST_OF * spending.points > 0
    return _outcome(gone or _arrived(spending, account), spending, now)


def settle_wedge(spending: Spending, account: Account, release: Release | None, now: datetime) -> Outcome:
    """What became of an intended wedge: by its torrent (None: gone from the tracker) and the account's wedges."""
    freed = release is not None and release.personal_freeleech
    return _outcome(freed or account.wedges < spending.before.wedges, spending, now)


def _arrived(spending: Spending, account: Account) -> bool:
    before = spending.before
    if spending.kind is Kind.UPLOAD:
        return account.uploaded_bytes - before.uploaded_bytes >= spending.amount * GB
    if spending.kind is Kind.VIP and account.vip_until is not None:
        since = before.vip_until or spending.at
        return account.vip_until - since >= timedelta(days=1)
    return False


def _outcome(made: bool, spending: Spending, now: datetime) -> Outcome:
    if made:
        return Outcome.MADE
    return Outcome.NOT_MADE if now - spending.at >= SETTLES_AFTER else Outcome.INTENDED
