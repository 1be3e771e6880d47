"""Was a purchase made whose answer never came? The account tells, and doubt counts as made: better one purchase too
few than the same one twice.

Either sign is enough for "made": the thing is there, or the points are gone. "Not made" needs that neither shows, in
figures that were read a while after the purchase, since a page may lag behind.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.release import Release
from .model import Account, Kind, Outcome, Purchase

SETTLES_AFTER = timedelta(minutes=30)
MOST_OF = 0.9  # points come in all the time while they are spent
GB = 1000**3


def settle(purchase: Purchase, account: Account, now: datetime) -> Outcome:
    """What became of an intended purchase of VIP or upload credit, by the account as it is ``now``."""
    gone = purchase.before.seedbonus - account.seedbonus >= MOST_OF * purchase.points > 0
    return _outcome(gone or _arrived(purchase, account), purchase, now)


def settle_wedge(purchase: Purchase, account: Account, release: Release | None, now: datetime) -> Outcome:
    """What became of an intended wedge: by its torrent (None: gone from the tracker) and the account's wedges."""
    freed = release is not None and release.personal_freeleech
    return _outcome(freed or account.wedges < purchase.before.wedges, purchase, now)


def _arrived(purchase: Purchase, account: Account) -> bool:
    before = purchase.before
    if purchase.kind is Kind.UPLOAD:
        return account.uploaded_bytes - before.uploaded_bytes >= purchase.amount * GB
    if purchase.kind is Kind.VIP and account.vip_until is not None:
        since = before.vip_until or purchase.at
        return account.vip_until - since >= timedelta(days=1)
    return False


def _outcome(made: bool, purchase: Purchase, now: datetime) -> Outcome:
    if made:
        return Outcome.MADE
    return Outcome.NOT_MADE if now - purchase.at >= SETTLES_AFTER else Outcome.INTENDED
