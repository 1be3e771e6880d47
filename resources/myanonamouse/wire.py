"""One request to MAM: with the newest cookie, to MAM's own hosts, one at a time for all processes.

No redirect is followed (it could carry the cookie elsewhere), and each new cookie is saved as soon as the head of its
answer is there: the body may never come. What says "stop" parks MAM, in whatever form it comes: a refused session and a
challenge for half an hour (a new MAM_ID ends that), a repeated 429 and a 503 with a Retry-After for as long as it asks.
A wait is on the disk before it is slept through, so that it holds for the next process if this one is killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from resources.errors import Blocked, RateLimited, Unavailable
from resources.http.backoff import Parking
from resources.http.transport import exchange, retry_after
from resources.myanonamouse import answers
from resources.myanonamouse.session import COOKIE, SERVICE, SessionCookie

_DOMAIN = "myanonamouse.net"
_DEFAULT_WAIT = timedelta(seconds=30)
_LONGEST_SLEEP = timedelta(minutes=5)
_PARKED_FOR = timedelta(minutes=30)
_AFTER_A_SECOND_429 = timedelta(minutes=10)
_LONGEST_REST = timedelta(days=1)


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
        A ``patient`` call waits out one 429 and tries the seed where the rotated cookie is refused; an impatient one
        (a purchase) is sent once, whatever comes. Raises the error of the stop sign, without a request while MAM is
        parked.
        """
        url = self._address(host) + path
        with self._cookie.held():
            self._parking.check()
            response = self._with_best_cookie(method, url, patient, **options)
            error = answers.stop_sign(response)
            if isinstance(error, RateLimited) and patient:
                wait = error.retry_after or _DEFAULT_WAIT
                if wait <= _LONGEST_SLEEP:
                    self._parking.park(error, wait)
                    self._sleep(wait.total_seconds())
                    self._parking.clear()
                    response = self._with_best_cookie(method, url, patient, **options)
                    error = answers.stop_sign(response)
            if error is None:
                return response
            rest = _PARKED_FOR
            if isinstance(error, RateLimited):
                rest = error.retry_after or (_AFTER_A_SECOND_429 if patient else _DEFAULT_WAIT)
            elif isinstance(error, Unavailable):
                rest = retry_after(response) or _DEFAULT_WAIT
            self._parking.park(error, min(rest, _LONGEST_REST))
            raise error

    def ask_openly(self, path: str, *, host: str = "t") -> requests.Response:
        """The answer of a page that needs no session: no cookie is sent and none is taken."""
        with self._cookie.held():
            self._parking.check()
            headers = {"Accept": "application/json"}
            url = self._address(host) + path
            response = exchange(self._session, SERVICE, "GET", url, headers=headers, allow_redirects=False)
            error = answers.stop_sign(response)
            if isinstance(error, Blocked):
                self._parking.park(error, _PARKED_FOR)
                raise error
            return response

    def _with_best_cookie(self, method: str, url: str, again: bool, **options: Any) -> requests.Response:
        """The answer for the last rotated cookie; where that is refused (and ``again``), for the seed that the person
        gave.

        A new value counts even if it comes with a refusal (of the address, say): the old one may be dead by then.
        Only a refused seed brings none: what it says is no word on the session of the value before.
        """
        best, *others = self._cookie.values()
        response = self._send(method, url, best, lambda head: True, **options)
        if others and again and answers.is_rejected(response) and not answers.is_mismatch(response):
            response = self._send(method, url, others[0], lambda head: head.status_code not in (401, 403), **options)
            if not answers.is_rejected(response) and not self._cookie.take_from(response):
                self._cookie.drop_rotated()
        return response

    def _send(
        self, method: str, url: str, cookie: str, may_bring_one: Callable[[requests.Response], bool], **options: Any
    ) -> requests.Response:
        """One request. The new cookie of its answer is taken before the body is read."""

        def at_its_head(head: requests.Response, **_: Any) -> None:
            if may_bring_one(head):
                self._cookie.take_from(head)

        options |= {"headers": {"Accept": "application/json", "Cookie": f"{COOKIE}={cookie}"}}
        options |= {"hooks": {"response": at_its_head}, "allow_redirects": False}
        return exchange(self._session, SERVICE, method, url, **options)

    def _address(self, host: str) -> str:
        parts = urlsplit(self._base)
        if not is_mam(parts.hostname):
            return self._base
        return f"https://{host}.{_DOMAIN}"


def _secure(base_url: str) -> str:
    """The base address without its last slash; MAM itself is never spoken to in the clear."""
    parts = urlsplit(base_url.rstrip("/"))
    return urlunsplit(parts._replace(scheme="https")) if is_mam(parts.hostname) else urlunsplit(parts)


def is_mam(host: str | None) -> bool:
    return host is not None and (host == _DOMAIN or host.endswith(f".{_DOMAIN}"))
