"""Keep MAM's tracker informed of the address that the torrents are seeded from, when that address changes.

MAM takes one change in a rolling hour and wants to be asked for the address at most once a minute, so both answers are
remembered in ``provider_answers``, and MAM is not asked while nothing has changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from mam_assets.store.ledgers import provider_answers
from resources.errors import ServiceError

MAM = "mam"
SEEN, REGISTERED = "seen_address", "seedbox_address"
ASK_AGAIN = timedelta(minutes=1)
ONE_CHANGE_IN = timedelta(hours=1)


class AddressBook(Protocol):
    """The part of MAM that this needs. Both raise ``resources.errors.ServiceError``."""

    def seen_address(self) -> Any: ...

    def dynamic_seedbox(self) -> Any: ...


def update_address(engine: sa.Engine, tracker: AddressBook, now: datetime) -> str:
    """Register the address if it is another than at the last success; gives what was done, in a sentence.

    Raises AuthError (the session is locked to another address or network, or may not do this; the message says which),
    RateLimited and the other errors of the client. ``now`` is aware UTC.
    """
    looked = provider_answers.last(engine, MAM, SEEN, "")
    if looked is not None and now - looked.asked_at < ASK_AGAIN:
        return "the address was looked at less than a minute ago"
    address = _remembered(engine, now, SEEN, tracker.seen_address)
    known = provider_answers.last(engine, MAM, REGISTERED, "")
    if known is not None and known.is_ok and known.answer.get("ip") == address["ip"]:
        return f"the address is still {address['ip']}"
    if known is not None and now - known.asked_at < ONE_CHANGE_IN:
        return f"the address is {address['ip']} now; MAM takes one change an hour, so it is told later"
    done = _remembered(engine, now, REGISTERED, tracker.dynamic_seedbox)
    if not done["changed"]:
        return f"MAM knew the address {done['ip']} already"
    return f"MAM was told the address {done['ip']} (AS {done['asn']} {done['network']})"


def _remembered(engine: sa.Engine, now: datetime, question: str, ask: Any) -> dict[str, Any]:
    try:
        found = ask()
    except ServiceError as error:
        provider_answers.remember_failure(engine, now, MAM, question, "", error.code, error.message)
        raise
    answer = {"ip": found.ip, "asn": found.asn, "network": found.network, "changed": found.changed}
    provider_answers.remember(engine, now, MAM, question, "", answer)
    return answer
