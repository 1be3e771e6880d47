"""One GraphQL question to Hardcover: who asks, how its answers and refusals are to be read, when to wait.

Facts: 60 requests a minute and 5,000 a day, each top-level field counting as one; GraphQL errors come as HTTP 200 with
``errors``; every reply says in ``RateLimit`` how many requests are left (r) for how many seconds (t).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from resources.errors import AuthError, Blocked, RateLimited, Refused, Unavailable, UnexpectedAnswer
from resources.http.answers import error_code, json_answer, words_of
from resources.http.fields import mapping, mappings, text
from resources.http.transport import open_session, send

SERVICE = "hardcover"
_LEFT = re.compile(r"r=(\d+);\s*t=(\d+)")
_LONGEST_PAUSE = 60  # seconds that are waited for the next minute's allowance; a day's is for the caller
_NO_TOKEN = re.compile(r"token|jwt|authenticat|authoriz|scope|permission", re.IGNORECASE)
_TOO_MUCH = re.compile(r"thrott|rate.?limit|too many", re.IGNORECASE)


class Wire:
    """Puts questions to Hardcover with a personal token, which appears in no message."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        session: requests.Session | None = None,
        state_dir: Path | None = None,
        per_minute: float = 30,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        # The settings page hands out a text that already begins with "Bearer".
        self._authorization = token.strip() if " " in token.strip() else f"Bearer {token.strip()}"
        self.session = session or open_session(SERVICE, per_minute=per_minute, state_dir=state_dir, timeout=(5, 40))
        self._sleep, self._clock = sleep, clock
        self._free_again = 0.0

    def __repr__(self) -> str:
        return f"Wire({self.url!r})"

    def ask(self, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The ``data`` of the answer.

        Raises AuthError (401, a missing scope), RateLimited (429, or the day's allowance is used up), Refused (an error
        of the query), Blocked, Unavailable and UnexpectedAnswer.
        """
        self._wait_for_allowance()
        response = send(
            self.session,
            SERVICE,
            "POST",
            self.url,
            json={"query": query, "variables": dict(variables)},
            headers={"authorization": self._authorization, "Accept": "application/json"},
            allow_redirects=False,
        )
        self._note_allowance(response.headers.get("RateLimit", ""))
        if response.status_code == 408:
            raise Unavailable(SERVICE, "took too long over a question (408)")
        if response.status_code == 403:
            raise _forbidden(response)
        answer = mapping(json_answer(response, SERVICE))
        if answer.get("errors"):
            raise _query_error(answer)
        data = answer.get("data")
        if not isinstance(data, Mapping):
            raise UnexpectedAnswer(SERVICE, "an answer without data")
        return data

    def _note_allowance(self, header: str) -> None:
        """Remember until when nothing is left, of the minute's or of the day's allowance."""
        spent = [int(seconds) for left, seconds in _LEFT.findall(header) if int(left) == 0]
        self._free_again = self._clock() + max(spent) if spent else 0.0

    def _wait_for_allowance(self) -> None:
        wait = self._free_again - self._clock()
        if wait <= 0:
            return
        if wait > _LONGEST_PAUSE:
            raise RateLimited(SERVICE, "the allowance of this token is used up", timedelta(seconds=round(wait)))
        self._sleep(wait)


def _forbidden(response: requests.Response) -> AuthError | Blocked | Refused:
    code = error_code(response)
    if code == "insufficient_scope":
        return AuthError(SERVICE, "the token lacks a scope that is needed to read books")
    if code:
        return Refused(SERVICE, f"answered 403: {code}")
    return Blocked(SERVICE, f"answered 403: {words_of(response) or 'forbidden'}")


def _query_error(answer: Mapping[str, Any]) -> AuthError | RateLimited | Refused:
    errors = mappings(answer.get("errors"))
    first = errors[0] if errors else {}
    said = text(first.get("message")) or "an error without a message"
    code = text(mapping(first.get("extensions")).get("code"))
    if _TOO_MUCH.search(f"{code} {said}"):
        return RateLimited(SERVICE, f"too many requests: {said[:200]}")
    if code in ("invalid-jwt", "access-denied", "invalid-headers") or _NO_TOKEN.search(said):
        return AuthError(SERVICE, f"refuses the token: {said[:200]}")
    return Refused(SERVICE, f"did not answer the question: {said[:200]}")
