"""The providers of metadata as one Dagster resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
from pydantic import Field

from resources.metadata import Addresses, metadata_providers
from resources.providers import MetadataProvider


class MetadataResource(dg.ConfigurableResource["MetadataResource"]):
    """Clients of the metadata providers, in the order that the policy gives; without credentials one is off."""

    audible_url: str = Field(default="", description="address of the Audible catalogue; blank: by region")
    audnexus_url: str = Field(description="address of Audnexus")
    google_books_url: str = Field(description="address of Google Books")
    google_books_key: str = Field(default="", description="Google Books key; blank: off")
    state_dir: str = Field(description="folder of rate limits, shared by all processes")

    def providers(
        self, names: Sequence[str], *, custom: Mapping[str, str], region: str, per_minute: float
    ) -> tuple[list[MetadataProvider], dict[str, str]]:
        """The providers that are set up, and those that are off with why."""
        addresses = Addresses(
            audible=self.audible_url,
            audnexus=self.audnexus_url,
            google_books=self.google_books_url,
            google_books_key=self.google_books_key,
            custom=custom,
            region=region,
        )
        return metadata_providers(names, addresses, state_dir=Path(self.state_dir), per_minute=per_minute)
