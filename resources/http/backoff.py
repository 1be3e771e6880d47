"""Leaving a service alone for a while after it said so, across processes and restarts.

A parked service is not asked: ``check`` raises, without a request, the kind of error that parked it. The file says
until when and why, so that a person can see it (and delete it, to try again at once).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable
from resources.private_files import write_private

_KINDS: dict[str, type[ServiceError]] = {kind.code: kind for kind in (AuthError, Blocked, RateLimited, Unavailable)}


@dataclass(frozen=True, slots=True)
class Parked:
    """Until when a service is left alone (aware UTC), the code of the error that parked it, and its message."""

    until: datetime
    code: str
    reason: str


class Parking:
    """The parking place of one service, kept in ``<state_dir>/<service>.parked.json`` (in memory without a folder).

    ``key`` stands for what the service objected to, such as a fingerprint of the credentials: parked under one key,
    it is free under another.
    """

    def __init__(
        self,
        service: str,
        state_dir: Path | None,
        key: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._service, self._key, self._now = service, key, now
        self._path = state_dir / f"{service}.parked.json" if state_dir else None
        self._memory: dict[str, str] | None = None

    def park(self, error: ServiceError, duration: timedelta) -> None:
        """Leave the service alone for ``duration``, because of ``error``."""
        until = self._now() + duration
        row = {"until": until.isoformat(), "code": error.code, "reason": error.message, "key": self._key}
        self._memory = row
        if self._path is not None:
            with suppress(OSError):  # a full disk: then it holds for this process at least
                write_private(self._path, json.dumps(row, indent=1).encode())
                self._memory = None

    def clear(self) -> None:
        """The service is asked again."""
        self._memory = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def parked(self) -> Parked | None:
        """What parks the service now, or None."""
        row = self._read()
        if row is None or row.get("key") != self._key:
            return None
        try:
            parked = Parked(datetime.fromisoformat(row["until"]), row["code"], row["reason"])
        except (KeyError, TypeError, ValueError):  # edited by hand beyond recognition
            return None
        return parked if parked.until > self._now() else None

    def check(self) -> None:
        """Raise the error that parked the service, if it is parked."""
        parked = self.parked()
        if parked is None:
            return
        message = f"{parked.reason} (left alone until {parked.until:%Y-%m-%d %H:%M} UTC)"
        if parked.code == RateLimited.code:
            raise RateLimited(self._service, message, parked.until - self._now())
        raise _KINDS.get(parked.code, Blocked)(self._service, message)

    def _read(self) -> dict[str, str] | None:
        if self._path is None or self._memory is not None:
            return self._memory
        try:
            row = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return row if isinstance(row, dict) else None
