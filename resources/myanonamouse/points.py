"""Spending bonus points and wedges. Nothing here decides to: it does what it is told, once.

MAM answers 200 to a purchase that it did not make, with ``success`` false (sometimes as text) and the reason.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resources.errors import Refused, Unavailable, UnexpectedAnswer
from resources.http.fields import text
from resources.myanonamouse import answers, values
from resources.myanonamouse.session import SERVICE
from resources.myanonamouse.wire import Wire

SMALLEST_UPLOAD_GB = 50  # MAM's minimum for automated buyers
VIP_WEEKS = (4, 8, 12)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase that was made: its kind ("VIP", "upload", "personalFL") and the points left, if MAM says so."""

    kind: str
    seedbonus: int | None = None


def buy_vip(wire: Wire, weeks: int | None) -> Purchase:
    """4, 8 or 12 weeks of VIP; None: as many as allowed. Raises Refused, also for other numbers of weeks."""
    if weeks is not None and weeks not in VIP_WEEKS:
        raise Refused(SERVICE, f"VIP is sold for {VIP_WEEKS} weeks, not for {weeks}")
    return _buy(wire, {"spendtype": "VIP", "duration": "max" if weeks is None else str(weeks), "_": _milliseconds()})


def buy_upload(wire: Wire, gigabytes: int) -> Purchase:
    """Upload credit. Raises Refused, also below MAM's minimum of 50 GB."""
    if gigabytes < SMALLEST_UPLOAD_GB:
        raise Refused(SERVICE, f"programs must buy at least {SMALLEST_UPLOAD_GB} GB at a time, not {gigabytes}")
    return _buy(wire, {"spendtype": "upload", "amount": str(gigabytes), "_": _milliseconds()})


def buy_freeleech(wire: Wire, torrent_id: int) -> Purchase:
    """One wedge for one torrent. Raises Refused with MAM's reason."""
    now = _milliseconds()
    return _buy(wire, {"spendtype": "personalFL", "torrentid": str(int(torrent_id)), "timestamp": now}, now)


def _buy(wire: Wire, parameters: dict[str, str], step: str = "") -> Purchase:
    kind = parameters["spendtype"]
    try:
        response = wire.call("GET", f"/json/bonusBuy.php/{step}", params=parameters, patient=False)
        document = answers.document_of(response)
    except (Unavailable, UnexpectedAnswer) as error:
        raise type(error)(SERVICE, f"{error.message}; the purchase ({kind}) may have been made or not") from None
    if values.yes(document.get("success")):
        return Purchase(text(document.get("type")) or kind, _points(document))
    raise Refused(SERVICE, f"{kind} not bought: {answers.error_in(document) or 'no reason given'}")


def _points(document: Mapping[str, Any]) -> int | None:
    return values.whole(document["seedbonus"]) if document.get("seedbonus") is not None else None


def _milliseconds() -> str:
    return str(time.time_ns() // 1_000_000)
