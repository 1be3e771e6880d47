"""Audiobookshelf as a Dagster resource."""

from __future__ import annotations

import dagster as dg
from pydantic import Field, PrivateAttr

from resources.audiobookshelf.client import AbsClient


class AudiobookshelfResource(dg.ConfigurableResource["AudiobookshelfResource"]):
    """One Audiobookshelf server; the token comes from the environment and shows as the variable's name only."""

    url: str = Field(description="address of the server")
    token: str = Field(description="API key of a user who may update items and start scans")
    _client: AbsClient | None = PrivateAttr(default=None)

    def client(self) -> AbsClient:
        """The client, made on first use."""
        if self._client is None:
            self._client = AbsClient(self.url, self.token)
        return self._client
