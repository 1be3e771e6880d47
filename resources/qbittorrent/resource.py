"""qBittorrent as a Dagster resource."""

from __future__ import annotations

from functools import lru_cache

import dagster as dg
from pydantic import Field

from resources.qbittorrent.client import QbitClient


@lru_cache(maxsize=4)
def _client(url: str, username: str, password: str, api_key: str) -> QbitClient:
    """One login per process: the acquisition sensor looks every five seconds and must not log in each time."""
    return QbitClient(url, username=username, password=password, api_key=api_key)


class QbittorrentResource(dg.ConfigurableResource["QbittorrentResource"]):
    """One qBittorrent; secrets come from the environment and show as the variables' names only."""

    url: str = Field(description="address of the Web UI")
    username: str = ""
    password: str = ""
    api_key: str = Field(default="", description="API key (5.2 and later), instead of user name and password")

    def client(self) -> QbitClient:
        """The client, shared by everything in this process."""
        return _client(self.url, self.username, self.password, self.api_key)
