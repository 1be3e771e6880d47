"""MAM as a Dagster resource."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from pydantic import Field, PrivateAttr

from resources.myanonamouse.client import MamClient, open_mam


class MamResource(dg.ConfigurableResource["MamResource"]):
    """MAM for one session cookie; the cookie comes from the environment and shows as the variable's name only."""

    url: str = Field(description="address of MAM")
    mam_id: str = Field(description="session cookie")
    state_dir: str = Field(description="folder of the rotated cookie, the rate limit and the parking place")
    _client: MamClient | None = PrivateAttr(default=None)

    def client(self, seconds_between: float = 2.0) -> MamClient:
        """The client, made on first use; ``seconds_between`` requests at least."""
        if self._client is None:
            self._client = open_mam(
                self.url,
                self.mam_id,
                Path(self.state_dir),
                seconds_between=seconds_between,
                jitter=min(1.0, seconds_between / 2),
            )
        return self._client
