"""The session cookie of MAM: ``mam_id``, which the site replaces as it is used.

Two values are kept: the one that a person configured (the seed; only its hash is stored) and the last one that the
site sent. Each new value is on the disk before the next request goes out, and a file lock makes one stream of all
requests of all processes, since a value that two requests use at once is lost to one of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request

import requests
from filelock import FileLock, Timeout

from resources.errors import AuthError, Unavailable
from resources.private_files import write_private

SERVICE = "mam"
COOKIE = "mam_id"
_LOCK_SECONDS = 900  # a request that obeys a Retry-After may hold the session for minutes

WHAT_TO_DO = (
    "make a session on MAM under Preferences → Security, locked to the address (or ASN) that this program goes out "
    "from, and put it into MAM_ID; no other program may use the same session"
)


class SessionCookie:
    """The cookie of one session, kept in the file ``path`` (in memory without one).

    ``seed`` is what the person pasted: the bare value or "mam_id=…", with "=" or "%3D" at its end.
    """

    def __init__(self, seed: str, path: Path | None = None) -> None:
        self._seed = _value(seed)
        self.fingerprint = hashlib.sha256(self._seed.encode()).hexdigest()
        self._path = path
        self._rotated = ""
        self._unsaved = False
        self._thread_lock = threading.RLock()
        self._file_lock = FileLock(f"{path}.lock") if path else None

    def __repr__(self) -> str:
        return f"SessionCookie(fingerprint={self.fingerprint[:8]!r})"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Own the session: nobody else sends a request with it meanwhile. Raises Unavailable after 15 minutes."""
        with self._thread_lock:
            if self._file_lock is None or self._path is None:
                yield
                return
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file_lock.acquire(timeout=_LOCK_SECONDS)
            except Timeout:
                raise Unavailable(SERVICE, "another process holds the session and does not let go of it") from None
            except OSError as error:
                raise Unavailable(SERVICE, f"the session cannot be locked: {error.strerror}") from None
            try:
                yield
            finally:
                self._file_lock.release()

    def values(self) -> tuple[str, ...]:
        """The values to try, best first: the last rotated one, then the seed. To be called while the session is held.

        Raises AuthError without a seed, and Unavailable if an earlier new value still cannot be saved.
        """
        if not self._seed:
            raise AuthError(SERVICE, f"no session cookie is set; {WHAT_TO_DO}")
        if self._unsaved:
            self._save()
        elif self._path is not None:
            self._rotated = self._load(self._path)
        return tuple(dict.fromkeys(filter(None, (self._rotated, self._seed))))

    def take_from(self, response: requests.Response) -> bool:
        """Keep the new value that an answer brings; says whether it brings one. Only its head needs to be there.

        Raises Unavailable if it cannot be saved.
        """
        value = _new_value(response)
        if value and value != self._rotated:
            self._rotated = value
            self._save()
        return bool(value)

    def drop_rotated(self) -> None:
        """The site no longer knows the rotated value, but the seed."""
        self._rotated = ""
        self._save()

    def _load(self, path: Path) -> str:
        try:
            kept = json.loads(path.read_bytes())
            return str(kept["cookie"]) if kept["seed_sha256"] == self.fingerprint else ""
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return ""
        except OSError as error:
            raise Unavailable(SERVICE, f"the saved session cookie cannot be read: {error.strerror}") from None

    def _save(self) -> None:
        if self._path is None:
            return
        self._unsaved = True
        try:
            write_private(self._path, json.dumps({"seed_sha256": self.fingerprint, "cookie": self._rotated}).encode())
        except OSError as error:
            raise Unavailable(SERVICE, f"the new session cookie cannot be saved: {error.strerror}") from None
        self._unsaved = False


def _value(pasted: str) -> str:
    """The value as the header wants it. What is percent-encoded stays so; only what no header can hold is encoded."""
    bare = pasted.strip().strip("'\"").removeprefix(f"{COOKIE}=").split(";")[0].strip()
    return re.sub(r"[^\x21-\x7e]|[\",\\]", lambda match: quote(match[0]), bare)


def _new_value(response: requests.Response) -> str:
    """The last live ``mam_id`` that an answer sets. The standard library drops those that have expired already."""
    headers = Message()
    for line in response.raw.headers.getlist("Set-Cookie") if response.raw is not None else ():
        headers.add_header("Set-Cookie", line)
    answer = _Headers(headers)
    cookies = CookieJar().make_cookies(answer, Request(response.url))  # type: ignore[arg-type]
    live = [cookie.value for cookie in cookies if cookie.name == COOKIE and cookie.value]
    live = [value for value in live if value.casefold() != "deleted"]
    return live[-1] or "" if live else ""


class _Headers:
    """As much of an HTTP response as ``CookieJar.make_cookies`` looks at."""

    def __init__(self, headers: Message) -> None:
        self._headers = headers

    def info(self) -> Message:
        return self._headers
