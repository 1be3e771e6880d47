"""Talking to qBittorrent through ``qbittorrent-api``, with three things made stricter.

A refused password is never tried again (five failures ban the address for an hour); a torrent is never posted twice by
a retry; and every error becomes one of ``resources.errors``, without words that could hold a secret.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import qbittorrentapi
import requests
from qbittorrentapi import exceptions as api

from resources.errors import AuthError, NotFound, Refused, ServiceError, Unavailable, UnexpectedAnswer
from resources.http.transport import USER_AGENT
from resources.qbittorrent.rows import SERVICE

_BAN_SECONDS = 3600  # qBittorrent's default
_refused_logins: dict[str, tuple[str, float]] = {}  # fingerprint of address and credentials → why, until when


class CarefulClient(qbittorrentapi.Client):
    """``qbittorrentapi.Client`` that logs in only while that may work, and posts a torrent once.

    ``logins`` counts the sessions that were opened: the counter of ``sync/maindata`` belongs to one of them.
    """

    def __init__(self, url: str, username: str, password: str, api_key: str, timeout: float) -> None:
        super().__init__(
            host=url,
            username=username,
            password=password,
            api_key=api_key or None,
            EXTRA_HEADERS={"User-Agent": USER_AGENT},
            REQUESTS_ARGS={"timeout": (5, timeout), "auth": _as_it_is},  # else ~/.netrc would replace the API key
            FORCE_SCHEME_FROM_HOST=True,
            SIMPLE_RESPONSES=True,
        )
        self.logins = 0
        self._has_credentials = bool(username or password)
        self._who = hashlib.sha256("\0".join((url, username, password, api_key)).encode()).hexdigest()

    @property
    def has_key(self) -> bool:
        """Does it use an API key, so that there is no login?"""
        return bool(self._api_key)

    def auth_log_in(self, username: str | None = None, password: str | None = None, **kwargs: Any) -> None:
        """Open a session. Raises AuthError, and for these credentials never tries again, if it is refused."""
        self.raise_if_refused()
        if not self._has_credentials and not self.has_key:
            raise AuthError(SERVICE, "asks for a login, but neither a password nor an API key is set")
        try:
            super().auth_log_in(username, password, **kwargs)
        except api.LoginFailed:
            self.refuse("refuses the user name or password; correct them and start again (no second login is tried)")
        except api.Forbidden403Error:  # not only our logins count: all programs behind one address share its ban
            self.refuse("has banned this address after too many failed logins; left alone for an hour", _BAN_SECONDS)
        self.logins += 1

    def refuse(self, why: str, seconds: float = math.inf) -> None:
        """Remember, for this process, that these credentials do not work, and raise AuthError."""
        _refused_logins[self._who] = (why, time.monotonic() + seconds)
        self.raise_if_refused()

    def raise_if_refused(self) -> None:
        """Raise AuthError if these credentials were refused before."""
        why, until = _refused_logins.get(self._who, ("", 0.0))
        if time.monotonic() < until:
            raise AuthError(SERVICE, why)

    def _request_manager(self, *args: Any, **kwargs: Any) -> Any:
        """One request; a second one only if the connection broke (an idle one may), and never to add a torrent.

        The library's own repetitions begin a new session each time: an outage would look like a refused login.
        """
        for option in ("_retries", "_retry_backoff_factor", "version_introduced", "version_removed"):
            kwargs.pop(option, None)
        try:
            return self._request(*args, **kwargs)
        except requests.ConnectionError as error:
            if kwargs.get("api_method") == "add" or isinstance(error, requests.Timeout):
                raise
        return self._request(*args, **kwargs)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@contextmanager
def translated(client: CarefulClient) -> Iterator[None]:
    """Turn the library's errors into ours."""
    client.raise_if_refused()
    trouble: ServiceError
    try:
        yield
        return
    except api.HTTPError as error:
        trouble = _of_status(error)
        if isinstance(trouble, AuthError) and client.has_key:
            client.refuse(f"{trouble.message}; correct this (keys are known from 5.2 on) and start again")
    except requests.exceptions.JSONDecodeError:
        trouble = UnexpectedAnswer(SERVICE, "answered with something that is not JSON")
    except requests.Timeout:
        trouble = Unavailable(SERVICE, "took too long to answer")
    except requests.RequestException as error:  # also the library's APIConnectionError
        trouble = Unavailable(SERVICE, f"cannot be reached: {_reason(error)}")
    except api.APIError:
        trouble = UnexpectedAnswer(SERVICE, "gave an answer that cannot be read; is this address really qBittorrent's?")
    raise trouble from None


def _of_status(error: api.HTTPError) -> ServiceError:
    status = getattr(error, "http_status_code", 0)
    words = _words(error)
    if status == 401:
        return AuthError(
            SERVICE,
            "refuses the request (401): either the API key is wrong, or its Web UI does not accept this host name "
            "(Options → Web UI → Server domains; behind a changed port, switch host header validation off)",
        )
    if status == 403:
        return AuthError(SERVICE, f"refuses the login or the API key (403{words})")
    if status == 404:
        return NotFound(SERVICE, f"knows no such thing (404{words})")
    if status >= 500:
        return Unavailable(SERVICE, f"is in trouble ({status})")
    return Refused(SERVICE, f"refused the request ({status}{words})")


def _words(error: api.HTTPError) -> str:
    """qBittorrent's own short sentence; nothing if it is a page of something in between."""
    said = str(error).strip()
    return f": {said[:200]}" if said and "<" not in said else ""


def _reason(error: requests.RequestException) -> str:
    said = str(error)
    for sign, words in (
        ("Connection refused", "connection refused"),
        ("imeout", "it took too long to answer"),
        ("timed out", "it took too long to answer"),
        ("Name or service not known", "its host name is unknown"),
        ("Failed to resolve", "its host name is unknown"),
        ("SSL", "its certificate cannot be verified (REQUESTS_CA_BUNDLE may name a file with one to be trusted)"),
        ("TooManyRedirects", "it sends us round in circles"),
        ("Too many redirects", "it sends us round in circles"),
    ):
        if sign in said:
            return words
    return "the connection broke"
