"""One request to MAM: with the newest cookie, to MAM's own hosts, one at a time for all processes.

No redirect is followed (it could carry the cookie elsewhere), and each new cookie is saved as soon as the head of its
answer is there: the body may never come. What says "stop" begins a backoff, in whatever form it comes: a refused
session and a challenge (a new MAM_ID ends that), a repeated 429 and a 503. How long: see ``domain.model.backoff``.
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

from mam_assets.domain.model.backoff import TRACKER, pause_after
from resources.errors import Blocked, RateLimited, ServiceError, Unavailable
from resources.http.backoff import BackoffFile
from resources.http.transport import exchange, retry_after
from resources.myanonamouse import answers
from resources.myanonamouse.session import COOKIE, SERVICE, SessionCookie

_DOMAIN = "myanonamouse.net"
_LONGEST_SLEEP = timedelta(minutes=5)


class Wire:
    """The way to MAM for one session cookie. ``session`` sets the pace; it must not repeat requests (``retries=0``)."""

    def __init__(
        self,
        base_url: str,
        cookie: SessionCookie,
        session: requests.Session,
        backoff: BackoffFile,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = _secure(base_url)
        self._cookie = cookie
        self._session = session
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # the cookie is ours to keep
        self._backoff = backoff
        self._sleep = sleep

    def call(
        self, method: str, path: str, *, host: str = "www", patient: bool = True, **options: Any
    ) -> requests.Response:
        """The answer to one request, of any status that does not say "stop"; ``options`` are those of ``requests``.

        ``host`` is that of MAM's hosts to ask ("www", "t", "cdn"); any other base address has one host for all.
        A ``patient`` call waits out one 429 and tries the seed where the rotated cookie is refused; an impatient one
        (a purchase) is sent once, whatever comes. Raises the error of the stop sign, during a backoff without a
        request.
        """
        url = self._address(host) + path
        with self._cookie.held():
            self._backoff.check()
            response = self._with_best_cookie(method, url, patient, **options)
            error = answers.stop_sign(response)
            in_a_row = 1
            if isinstance(error, RateLimited) and patient:
                in_a_row = 2
                wait = _pause(error, response, 1)
                if wait <= _LONGEST_SLEEP:
                    self._backoff.start(error, wait)
                    self._sleep(wait.total_seconds())
                    self._backoff.end()
                    response = self._with_best_cookie(method, url, patient, **options)
                    error = answers.stop_sign(response)
            if error is None:
                return response
            self._backoff.start(error, _pause(error, response, in_a_row))
            raise error

    def ask_openly(self, path: str, *, host: str = "t") -> requests.Response:
        """The answer of a page that needs no session: no cookie is sent and none is taken."""
        with self._cookie.held():
            self._backoff.check()
            headers = {"Accept": "application/json"}
            url = self._address(host) + path
            response = exchange(self._session, SERVICE, "GET", url, headers=headers, allow_redirects=False)
            error = answers.stop_sign(response)
            if isinstance(error, Blocked):
                self._backoff.start(error, _pause(error, response, 1))
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


def _pause(error: ServiceError, response: requests.Response, in_a_row: int) -> timedelta:
    asked_for = None
    if isinstance(error, RateLimited):
        asked_for = error.retry_after
    elif isinstance(error, Unavailable):
        asked_for = retry_after(response)
    pause = pause_after(TRACKER, error.trouble, in_a_row, asked_for)
    return pause.lasts if pause is not None and pause.lasts is not None else timedelta(0)


def _secure(base_url: str) -> str:
    """The base address without its last slash; MAM itself is never spoken to in the clear."""
    parts = urlsplit(base_url.rstrip("/"))
    return urlunsplit(parts._replace(scheme="https")) if is_mam(parts.hostname) else urlunsplit(parts)


def is_mam(host: str | None) -> bool:
    return host is not None and (host == _DOMAIN or host.endswith(f".{_DOMAIN}"))
