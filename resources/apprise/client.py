"""Sending messages. An address holds passwords: none is ever shown, only its place in the list."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from resources.errors import SendFailed

log = logging.getLogger(__name__)


class AppriseClient:
    """Sends each message to all of the addresses; without any, nobody is told."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = tuple(addresses)

    def __repr__(self) -> str:
        return f"AppriseClient({len(self._addresses)} addresses)"

    def send(self, title: str, body: str) -> bool:
        """Send a message; False when nobody is to be told. Raises SendFailed when no address took it.

        One address that fails does not hold up the others, nor is the message sent to them again for it: it is logged.
        """
        failed = [place for place, address in enumerate(self._addresses, start=1) if not _send(address, title, body)]
        if failed and len(failed) == len(self._addresses):
            raise SendFailed("no address of NOTIFY_URLS took the message")
        if failed:
            places = ", ".join(map(str, failed))
            count = len(self._addresses)
            log.warning("NOTIFY_URLS: address %s of %s did not take the message %r", places, count, title)
        return bool(self._addresses)

    def unreadable(self) -> list[int]:
        """The places, from 1, of addresses that Apprise cannot read. Nothing is sent."""
        if not self._addresses:
            return []
        import apprise  # a slow import that few runs need

        instantiate = apprise.Apprise.instantiate
        return [place for place, address in enumerate(self._addresses, start=1) if not instantiate(address)]


def _send(address: str, title: str, body: str) -> bool:
    import apprise

    messenger = apprise.Apprise()
    return messenger.add(address) and bool(messenger.notify(title=title, body=body))
