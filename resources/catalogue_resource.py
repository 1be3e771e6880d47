"""The providers of "what exists" as one Dagster resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import requests
from pydantic import Field

from resources.audible import AudibleClient
from resources.goodreads import GoodreadsClient
from resources.hardcover import HardcoverClient
from resources.http.transport import open_session
from resources.providers import CatalogueProvider

_JITTER = 1.5  # longest extra pause before a request, s; at most a quarter of the pace


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests a minute at most, by provider, and how long an answer is waited for (s)."""

    goodreads: float = 12
    hardcover: float = 30
    audible: float = 30
    timeout_seconds: float = 30


class CatalogueResource(dg.ConfigurableResource["CatalogueResource"]):
    """Clients of the catalogue providers, in the order of trust that the policy gives."""

    goodreads_url: str = Field(description="address of Goodreads")
    hardcover_url: str = Field(default="", description="address of Hardcover")
    hardcover_token: str = Field(default="", description="Hardcover token; blank: Hardcover is off")
    audible_url: str = Field(default="", description="address of the Audible catalogue; blank: by region")
    state_dir: str = Field(description="folder of rate limits, shared by all processes")

    def providers(self, names: Sequence[str], region: str = "us", pace: Pace = Pace()) -> list[CatalogueProvider]:
        """The named providers that are set up, in that order; one without credentials or of no known name is off."""
        made: dict[str, Callable[[], CatalogueProvider]] = {
            "goodreads": lambda: GoodreadsClient(
                self.goodreads_url, session=self._session("goodreads", pace.goodreads, pace, retries=0)
            ),
            "audible": lambda: AudibleClient(
                region, base_url=self.audible_url, session=self._session("audible", pace.audible, pace)
            ),
        }
        if self.hardcover_token and self.hardcover_url:
            made["hardcover"] = lambda: HardcoverClient(
                self.hardcover_url,
                self.hardcover_token,
                session=self._session("hardcover", pace.hardcover, pace),
            )
        return [made[name]() for name in dict.fromkeys(names) if name in made]

    def _session(self, service: str, per_minute: float, pace: Pace, *, retries: int = 2) -> requests.Session:
        return open_session(
            service,
            per_minute=per_minute,
            state_dir=Path(self.state_dir),
            timeout=(min(5.0, pace.timeout_seconds), pace.timeout_seconds),
            retries=retries,
            jitter=min(_JITTER, 15 / per_minute),
        )
