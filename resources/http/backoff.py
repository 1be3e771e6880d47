"""The backoff of one service, kept in a file: it holds for all processes and over restarts.

A service in backoff is not asked: ``check`` raises, without a request, the kind of error that began it. The file says
until when and why, so that a person can see it (and delete it, to try again at once).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mam_assets.domain.model.backoff import Backoff
from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable
from resources.private_files import write_private

_KINDS: dict[str, type[ServiceError]] = {kind.code: kind for kind in (AuthError, Blocked, RateLimited, Unavailable)}


class BackoffFile:
    """The backoff of one service, in ``<state_dir>/<service>.backoff.json`` (in memory without a folder).

    ``key`` stands for what the service objected to, such as a fingerprint of the credentials: paused under one key,
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
        self._path = state_dir / f"{service}.backoff.json" if state_dir else None
        self._memory: dict[str, str] | None = None
        if state_dir is not None and self._path is not None and not self._path.exists():
            with suppress(OSError):  # under its name of earlier versions; mostly there is none
                (state_dir / f"{service}.parked.json").rename(self._path)

    def start(self, error: ServiceError, lasts: timedelta) -> None:
        """Leave the service alone for so long, because of ``error``."""
        now = self._now()
        row = {
            "until": (now + lasts).isoformat(),
            "since": now.isoformat(),
            "code": error.code,
            "reason": error.message,
            "key": self._key,
        }
        self._memory = row
        if self._path is not None:
            with suppress(OSError):  # a full disk: then it holds for this process at least
                write_private(self._path, json.dumps(row, indent=1).encode())
                self._memory = None

    def end(self) -> None:
        """The service is asked again."""
        self._memory = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def current(self) -> Backoff | None:
        """What pauses the service now, or None."""
        row = self._read()
        if row is None or row.get("key") != self._key:
            return None
        try:
            until = datetime.fromisoformat(row["until"])
            since = datetime.fromisoformat(row.get("since", row["until"]))
            backoff = Backoff(self._service, until, since, row["code"], row["reason"])
        except (KeyError, TypeError, ValueError):  # edited by hand beyond recognition
            return None
        return backoff if backoff.until > self._now() else None

    def check(self) -> None:
        """Raise the error that began the backoff, while it lasts."""
        backoff = self.current()
        if backoff is None:
            return
        message = f"{backoff.reason} (paused until {backoff.until:%Y-%m-%d %H:%M} UTC)"
        if backoff.code == RateLimited.code:
            raise RateLimited(self._service, message, backoff.until - self._now())
        raise _KINDS.get(backoff.code, Blocked)(self._service, message)

    def _read(self) -> dict[str, str] | None:
        if self._path is None or self._memory is not None:
            return self._memory
        try:
            row = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return row if isinstance(row, dict) else None
