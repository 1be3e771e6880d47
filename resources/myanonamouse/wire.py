"""One request to MAM: with the newest cookie, to MAM's own hosts, one at a time for all processes.

No redirect is followed (it could carry the cookie elsewhere), and each new cookie is saved before anything else is done
with an answer. What says "stop" parks MAM: a refused session and a challenge for half an hour (a new MAM_ID ends that),
a repeated 429 for as long as it asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from resources.errors import RateLimited
from resources.myanonamouse import answers
from resources.myanonamouse.session import COOKIE, SERVICE, SessionCookie
from resources.parking import Parking
from resources.transport import exchange, retry_after

_DOMAIN = "myanonamouse.net"
_DEFAULT_WAIT = timedelta(seconds=30)
_LONGEST_SLEEP = timedelta(minutes=5)
_PARKED_FOR = timedelta(minutes=30)


class Wire:
    """The way to MAM for one session cookie. ``session`` sets the pace; it must not repeat requests (``retries=0``)."""

    def __init__(
        self,
        base_url: str,
        cookie: SessionCookie,
        session: requests.Session,
        parking: Parking,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = _secure(base_url)
        self._cookie = cookie
        self._session = session
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # the cookie is ours to keep
        self._parking = parking
        self._sleep = sleep

    def call(
        self, method: str, path: str, *, host: str = "www", patient: bool = True, **options: Any
    ) -> requests.Response:
        """The answer to one request, of any status that does not say "stop"; ``options`` are those of ``requests``.

        ``host`` is that of MAM's hosts to ask ("www", "t", "cdn"); any other base address has one host for all.
        A ``patient`` call waits out one 429; an impatient one raises RateLimited at once and parks nothing.
        """
        url = self._address(host) + path
        with self._cookie.held():
            self._parking.check()
            response = self._with_best_cookie(method, url, **options)
            wait = retry_after(response) or _DEFAULT_WAIT
            if response.status_code == 429 and patient and wait <= _LONGEST_SLEEP:
                self._sleep(wait.total_seconds())
                response = self._with_best_cookie(method, url, **options)
            error = answers.stop_sign(response)
            if error is None:
                return response
            if isinstance(error, RateLimited):
                if patient:
                    self._parking.park(error, error.retry_after or _DEFAULT_WAIT)
            else:
                self._parking.park(error, _PARKED_FOR)
            raise error

    def ask_openly(self, path: str, *, host: str = "t") -> requests.Response:
        """The answer of a page that needs no session: no cookie is sent and none is taken."""
        with self._cookie.held():
            self._parking.check()
            headers = {"Accept": "application/json"}
            url = self._address(host) + path
            return exchange(self._session, SERVICE, "GET", url, headers=headers, allow_redirects=False)

    def _with_best_cookie(self, method: str, url: str, **options: Any) -> requests.Response:
        """The answer for the last rotated cookie; where that is refused, for the seed that the person gave."""
        best, *others = self._cookie.values()
        response = self._send(method, url, best, **options)
        if others and answers.is_rejected(response) and not answers.is_mismatch(response):
            response = self._send(method, url, others[0], **options)
            if not answers.is_rejected(response):
                self._cookie.drop_rotated()
        if not answers.is_rejected(response):
            self._cookie.take_from(response)
        return response

    def _send(self, method: str, url: str, cookie: str, **options: Any) -> requests.Response:
        headers = {"Accept": "application/json", "Cookie": f"{COOKIE}={cookie}"}
        return exchange(self._session, SERVICE, method, url, headers=headers, allow_redirects=False, **options)

    def _address(self, host: str) -> str:
        parts = urlsplit(self._base)
        if not _is_mam(parts.hostname):
            return self._base
        return f"https://{host}.{_DOMAIN}"


def _secure(base_url: str) -> str:
    """The base address without its last slash; MAM itself is never spoken to in the clear."""
    parts = urlsplit(base_url.rstrip("/"))
    return urlunsplit(parts._replace(scheme="https")) if _is_mam(parts.hostname) else urlunsplit(parts)


def _is_mam(host: str | None) -> bool:
    return host is not None and (host == _DOMAIN or host.endswith(f".{_DOMAIN}"))
