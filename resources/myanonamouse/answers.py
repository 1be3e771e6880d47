"""What MAM's answers mean when they are not the thing that was asked for.

It says no in many ways: statuses, 200 with an ``error``, plain text that begins with "Error", a login page, nothing at
all. Each becomes an error of ``resources.errors``; no words of an answer are repeated but those known to be harmless.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import requests

from resources.errors import (
    AuthError,
    Blocked,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unavailable,
    UnexpectedAnswer,
)
from resources.http.fields import text
from resources.http.transport import json_of, raise_for_trouble, retry_after
from resources.myanonamouse.session import SERVICE, WHAT_TO_DO

NOTHING = "nothing returned"

# MAM's own words for a refused session (docs of its dynamic seedbox page) and what they ask of a person.
_IP = "MAM sees another address than the session is locked to (a VPN or a new address?)"
_ASN = (
    "MAM sees another address, of another network (ASN), than the session is locked to (a VPN or another provider?); "
    "programs cannot change that lock"
)
_MESSAGES = {
    "invalid session - ip mismatch": _IP,
    "invalid session - asn mismatch": _ASN,
    "incorrect session type - not allowed this function": "the session lacks the permission “Allow Session to set "
    "Dynamic Seedbox”",
    "incorrect session type - non-api session": "this is a browser's cookie, not that of a session made for programs",
}
_MISMATCHES = ("ip mismatch", "asn mismatch")
_PERMISSION = "not allowed this function"
_TOO_SOON = "last change too recent"
_CHALLENGE = (b"just a moment", b"cf-chl", b"challenge-platform", b"captcha", b"attention required")
_LOGIN = (b"not logged in", b"takelogin", b"login.php", b'name="password"', b"name='password'")


def is_rejected(response: requests.Response) -> bool:
    """Does this answer say that the value of the cookie is no (longer) good? MAM says it by status, by a login page
    and in words, each with any status."""
    if response.status_code in (401, 403):
        return _PERMISSION not in said(response) and not _is_challenge(response)
    return _is_login(response) or isinstance(_spoken(response), AuthError)


def is_mismatch(response: requests.Response) -> bool:
    """Is the session good, but locked to another address? Then no other value of it would do better."""
    return response.status_code in (401, 403) and any(words in said(response) for words in _MISMATCHES)


def said(response: requests.Response) -> str:
    """The message of an answer in lower case: its ``error``, ``message`` or ``msg``, else its plain text."""
    if is_page(response):
        return ""
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError):
        text_of_it = response.content[:300].decode("utf-8", "replace").strip().casefold()
        return "" if text_of_it.startswith(("{", "[")) else text_of_it  # broken JSON may hold anything
    return error_in(document).casefold() if isinstance(document, Mapping) else ""


def is_page(response: requests.Response) -> bool:
    """Is it a web page? Told by its beginning: PHP calls plain text and JSON text/html, too."""
    return response.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def is_too_soon(response: requests.Response) -> bool:
    """The seedbox page's 429 for a second change within the hour: it limits that page, and no other."""
    return response.status_code == 429 and _TOO_SOON in said(response)


def stop_sign(response: requests.Response) -> ServiceError | None:
    """The error of an answer after which nothing more may be sent for a while; None for every other answer."""
    if _is_challenge(response):
        return Blocked(SERVICE, f"answers with a challenge for browsers ({response.status_code})")
    if is_rejected(response):
        return _spoken(response) or refused_session(said(response))
    wait = retry_after(response)
    if response.status_code == 429 and not is_too_soon(response):
        return RateLimited(SERVICE, "too many requests (429)", wait)
    if response.status_code == 503 and wait:
        return Unavailable(SERVICE, f"is down (503) and asks to be left alone for {round(wait.total_seconds())} s")
    return _spoken(response)


def raise_for_status(response: requests.Response) -> None:
    """Raise what the status of an answer means; return for a 200."""
    status = response.status_code
    if status in (401, 403):
        raise refused_session(said(response))
    if 300 <= status < 400:
        raise UnexpectedAnswer(SERVICE, f"sends us elsewhere ({status})")
    raise_for_trouble(response, SERVICE)
    if status in (404, 410):
        raise NotFound(SERVICE, f"there is no such thing ({status})")
    if status >= 400:
        raise Refused(SERVICE, f"refused the request ({status}): {_harmless(said(response))}")
    if status != 200:
        raise UnexpectedAnswer(SERVICE, f"answered {status}")


def document_of(response: requests.Response) -> Mapping[str, Any]:
    """The JSON object of a good answer. Raises for every other kind of body; an ``error`` in it is for the caller.

    Never NotFound: where the page itself is gone, nothing is said of what was asked for.
    """
    try:
        raise_for_status(response)
    except NotFound:
        raise UnexpectedAnswer(SERVICE, f"the page that was asked is not there ({response.status_code})") from None
    raise_for_page(response)
    if said(response).startswith("error") and not response.content.lstrip().startswith(b"{"):
        raise of_message(said(response))
    document = json_of(response, SERVICE)
    if not isinstance(document, Mapping):
        raise UnexpectedAnswer(SERVICE, "answered with JSON that is no object")
    return document


def raise_for_page(response: requests.Response) -> None:
    """Raise what a web page in place of the answer means."""
    if is_page(response):
        raise UnexpectedAnswer(SERVICE, "answered with a web page instead of data")


def error_in(document: Mapping[str, Any]) -> str:
    """The ``error``, ``message`` or ``msg`` of a document, "" if it has none."""
    return next((message for key in ("error", "message", "msg") if (message := text(document.get(key)))), "")


def not_a_torrent(response: requests.Response) -> ServiceError:
    """The error for a good answer that holds something else than a .torrent file."""
    words = said(response)
    if words.startswith("error") or (words and response.content.lstrip().startswith(b"{")):
        return of_message(words)
    return UnexpectedAnswer(SERVICE, f"{len(response.content)} bytes came that are no .torrent file")


def of_message(message: str) -> ServiceError:
    """The error that MAM's own words mean."""
    words = message.casefold()
    if any(sign in words for sign in ("cookie", "signed in", "logged in", "session")):
        return refused_session(words)
    if "account" in words and any(sign in words for sign in ("disabled", "parked", "banned", "suspended", "locked")):
        return AuthError(SERVICE, f"says: {_harmless(message)}; look at your account on MAM")
    if any(sign in words for sign in ("limit exceeded", "access limit", "too many", "rate limit", "slow down")):
        return RateLimited(SERVICE, f"says: {_harmless(message)}")
    return Refused(SERVICE, f"says: {_harmless(message)}")


def refused_session(words: str) -> AuthError:
    """The error for a session that is not accepted, with what to do about it."""
    known = next((meaning for sign, meaning in _MESSAGES.items() if sign in words), "")
    if "not allowed this function" in words:
        return AuthError(SERVICE, known)
    why = known or "the session cookie is not valid, has expired or is locked to another address"
    return AuthError(SERVICE, f"refuses the session: {why}; {WHAT_TO_DO}")


def _is_challenge(response: requests.Response) -> bool:
    if response.status_code == 202:
        return True
    if not is_page(response) or _is_login(response):
        return False
    start = response.content[:4000].lower()
    return any(sign in start for sign in _CHALLENGE)


def _is_login(response: requests.Response) -> bool:
    """The page to log in at, or the way there."""
    if 300 <= response.status_code < 400:
        return "login" in response.headers.get("Location", "").lower()
    content = response.content.lower() if response.status_code == 200 and is_page(response) else b""
    return any(words in content for words in _LOGIN)


def _spoken(response: requests.Response) -> ServiceError | None:
    """The stop that a 200 says in words: as plain text, or as the ``error`` of a JSON answer that is nothing else."""
    if response.status_code != 200 or len(response.content) > 2000 or not _complains(response):
        return None
    error = of_message(said(response))
    return error if isinstance(error, (AuthError, RateLimited)) else None


def _complains(response: requests.Response) -> bool:
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError):
        return said(response).startswith("error")
    # A refused purchase is more than a complaint: it says what was refused.
    return isinstance(document, Mapping) and "error" in document and not document.keys() & {"data", "success"}


def _harmless(message: str) -> str:
    """An answer's words on one short line, without anything long enough to be a token."""
    words = [word if len(word) <= 40 else "…" for word in message.split()]
    return " ".join(words)[:200] or "no reason given"
