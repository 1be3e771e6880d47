"""Services in trouble: one message per cause once it has lasted, none per tick, and one when the service answers again.

Sensors and runs tell here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from mam_assets.policy import MessagesSection
from mam_assets.store.ledgers.notifications import Notice
from resources.errors import SendFailed, ServiceError

from ..task_run import utc_now
from . import notify


def in_trouble(
    log: logging.Logger,
    engine: sa.Engine,
    messenger: notify.Messenger,
    section: MessagesSection,
    error: ServiceError,
    *,
    at_once: bool = False,
) -> None:
    """Note what is wrong with a service. A message that cannot be sent is logged and does not disturb the tick.

    ``at_once``: do not wait whether it lasts.
    """
    tell_trouble(log, engine, messenger, section, error.service, error.code, str(error), at_once=at_once)


def tell_trouble(
    log: logging.Logger,
    engine: sa.Engine,
    messenger: notify.Messenger,
    section: MessagesSection,
    service: str,
    code: str,
    words: str,
    *,
    at_once: bool = False,
) -> None:
    """The same for an error that only the ledger knows: its service, its code, and what it says."""
    kind = _kind(service)
    try:
        # A service that fails in another way now is not well: what was told of stands until it answers.
        notify.gone(engine, kind, still={code: words}, untold_only=True)
        notify.tell(
            engine,
            messenger,
            utc_now(),
            kind + code,
            f"mam-assets: trouble with {service}",
            f"{words}\n`mam-assets check` says what to do.",
            remind_after=timedelta(hours=section.remind_hours),
            lasting=timedelta(0) if at_once else timedelta(minutes=section.trouble_minutes),
        )
    except SendFailed as failure:
        log.warning(f"{failure}; unsent: {words}")


def is_well(
    log: logging.Logger, engine: sa.Engine, messenger: notify.Messenger, section: MessagesSection, service: str
) -> None:
    """A service has just answered: its trouble is over, and who was told of it is told so."""
    now = utc_now()

    def words(over: Sequence[Notice]) -> notify.Words:
        return _answers_again(service, over, now)

    ending = notify.Ending(messenger, now, words, together=True) if section.tell_when_over else None
    try:
        notify.gone(engine, _kind(service), ending=ending)
    except SendFailed as failure:
        log.warning(f"{failure}; unsent: {service} answers again")


def _kind(service: str) -> str:
    return f"{notify.SERVICES}{service}: "


def _answers_again(service: str, over: Sequence[Notice], now: datetime) -> notify.Words:
    first = min(notice.first_at for notice in over)
    end = min((notice.over_at for notice in over if notice.over_at), default=now)
    lasted = notify.span(first, end)
    return (
        f"mam-assets: {service} answers again",
        f"{service} answers again after {lasted}. Everything that waited for it continues by itself.",
    )
