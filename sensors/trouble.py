"""Services in trouble, as sensors see them: one message per cause once it has lasted, none per tick."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg
import sqlalchemy as sa

from mam_assets.local_resources import NotifierResource
from mam_assets.policy import MessagesSection
from mam_assets.stages import notifying
from mam_assets.stages.running import utc_now
from resources.errors import ServiceError


def in_trouble(
    context: dg.SensorEvaluationContext,
    engine: sa.Engine,
    notifier: NotifierResource,
    section: MessagesSection,
    error: ServiceError,
) -> None:
    """Note what is wrong with a service. A message that cannot be sent is logged and does not disturb the tick."""
    kind = f"{notifying.SERVICES}{error.service}: "
    message = (f"mam-assets: trouble with {error.service}", f"{error}\n`mam-assets check` says what to do.")
    try:
        notifying.keep(
            engine,
            notifier,
            utc_now(),
            kind,
            {error.code: message},
            remind_after=timedelta(hours=section.remind_hours),
            lasting=timedelta(minutes=section.trouble_minutes),
        )
    except notifying.SendFailed as failure:
        context.log.warning(f"{failure}; unsent: {error}")


def is_well(engine: sa.Engine, service: str) -> None:
    """A service has just answered: its trouble is over."""
    notifying.gone(engine, f"{notifying.SERVICES}{service}: ")
