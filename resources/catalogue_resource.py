"""The providers of "what exists" as one Dagster resource."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dagster as dg
from pydantic import Field

from resources.goodreads import GoodreadsClient
from resources.providers import CatalogueProvider


class CatalogueResource(dg.ConfigurableResource):
    """Clients of the catalogue providers, in the order of trust that the policy gives."""

    goodreads_url: str = Field(description="address of Goodreads")
    state_dir: str = Field(description="folder of rate limits, shared by all processes")

    def providers(self, names: Sequence[str], goodreads_per_minute: float) -> list[CatalogueProvider]:
        """The named providers that are set up; one without credentials is off."""
        made: dict[str, CatalogueProvider] = {
            "goodreads": GoodreadsClient(
                self.goodreads_url,
                state_dir=Path(self.state_dir),
                per_minute=goodreads_per_minute,
                jitter=min(1.5, 15 / goodreads_per_minute),
            )
        }
        return [made[name] for name in names if name in made]
