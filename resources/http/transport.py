"""How every client speaks HTTP: who we are, how fast we go, when we try again, and what trouble is called.

One ``requests.Session`` per outside system, from ``open_session``: it names this software, waits its turn in a bucket
that all processes of this machine share, and repeats only what is safe to repeat. ``send`` turns trouble on the wire
into the errors of ``resources.errors``. Addresses are shown without their query and the exceptions of the HTTP library
are not chained: both may hold keys.
"""

from __future__ import annotations

import json
import logging
import random
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import sleep
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from pyrate_limiter import SQLiteBucket
from requests.adapters import HTTPAdapter
from requests_ratelimiter import LimiterMixin
from urllib3.exceptions import InvalidHeader, MaxRetryError, ResponseError
from urllib3.util.retry import Retry

from resources.errors import AuthError, RateLimited, ServiceError, Unavailable, UnexpectedAnswer, Unreachable

try:
    _VERSION = version("mam-assets")
except PackageNotFoundError:  # run from a folder without being installed
    _VERSION = "dev"

USER_AGENT = f"mam-assets/{_VERSION} (+https://github.com/mam-assets/mam-assets)"

_LONGEST_WAIT_SECONDS = 30.0  # a Retry-After above this is given to the caller instead of being slept through
_LIBRARY_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry", "requests_ratelimiter.requests_ratelimiter")


@dataclass(frozen=True, slots=True)
class CacheSpec:
    """Keep answers in the SQLite file ``path`` for ``expire``. Only 200 answers that ``keep`` approves are kept."""

    path: Path
    expire: timedelta
    keep: Callable[[requests.Response], bool] = lambda response: True
    methods: tuple[str, ...] = ("GET",)


class _WithoutQueries(logging.Filter):
    """Takes the query off every address that an HTTP library logs: some services want their key there."""

    _query = re.compile(r"\?[^\s'\"]*")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._query.sub("?…", record.getMessage()), ()
        return True


class _CarefulRetry(Retry):
    """Repeats reads after a broken connection and 502/503/504, no sooner than the pace allows.

    Does not sleep for longer than 30 seconds. ``pause`` is the session's pace in seconds.
    """

    pause = 0.0
    RETRY_AFTER_STATUS_CODES = frozenset({503})  # a 429 is for the caller to see

    def get_retry_after(self, response: Any) -> float | None:
        try:
            return super().get_retry_after(response)
        except InvalidHeader:  # neither seconds nor a date: as good as none
            return None

    def get_backoff_time(self) -> float:
        return max(super().get_backoff_time(), self.pause)

    def increment(self, method: Any = None, url: Any = None, response: Any = None, *rest: Any, **named: Any) -> Self:
        wanted = self.get_retry_after(response) if response is not None else None
        if wanted is not None and wanted > _LONGEST_WAIT_SECONDS:
            raise MaxRetryError(named["_pool"], url, ResponseError("told to wait for too long"))
        return super().increment(method, url, response, *rest, **named)


class _PatientSession(requests.Session):
    """A session with a default timeout."""

    timeout: tuple[float, float] = (5, 30)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", self.timeout)
        return super().request(method, url, *args, **kwargs)


class _PacedSession(LimiterMixin, _PatientSession):
    """A session that waits before each request that really goes out: for a random time, and then for its turn."""

    jitter: float = 0
    sent: int = 0

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self.sent += 1
        if self.jitter:
            sleep(random.uniform(0, self.jitter))
        return super().send(request, **kwargs)


def requests_sent(session: requests.Session) -> int:
    """How many requests a session of ``open_session`` has sent (repetitions after trouble count once)."""
    return int(getattr(session, "sent", 0))


def open_session(
    service: str,
    *,
    per_minute: float,
    state_dir: Path | None,
    timeout: tuple[float, float] = (5, 30),
    cache: CacheSpec | None = None,
    retries: int = 2,
    jitter: float = 0,
) -> requests.Session:
    """A session for one outside system.

    At most ``per_minute`` requests a minute and host, spread over the minute; with a ``state_dir`` the limit holds for
    all processes that share it. ``timeout`` is (connect, read) in seconds. ``retries`` counts repetitions of GETs.
    ``jitter`` is the longest random extra pause before a request, in seconds. Hits of the cache cost no turn.
    """
    options: dict[str, Any] = {"per_second": per_minute / 60, "bucket_name": service, "burst": _spread(per_minute)}
    if state_dir is not None:
        state_dir.mkdir(parents=True, exist_ok=True)
        path = state_dir / f"{service}.rate.db"
        options |= {"bucket_class": SQLiteBucket, "bucket_kwargs": {"path": path, "use_file_lock": True}}
    session = _PacedSession(**options) if cache is None else _cached_session(cache, options)
    session.timeout, session.jitter = timeout, jitter
    session.headers["User-Agent"] = USER_AGENT
    session.auth = _as_it_is  # else requests would put a line of ~/.netrc in place of our own token

    class Again(_CarefulRetry):  # a class of its own, for the library makes new objects of it as it counts
        pause = 60 / per_minute

    again = Again(
        total=retries,
        allowed_methods=frozenset({"GET", "HEAD"}),
        status_forcelist=frozenset({502, 503, 504}),
        backoff_factor=0.5,
        raise_on_status=False,
    )
    for prefix in ("http://", "https://"):
        session.mount(prefix, HTTPAdapter(max_retries=again))
    return session


def _spread(per_minute: float) -> float:
    """The seconds over which the limiter counts: those of one request, so that each waits for its own turn.

    Counted by the second, 200 a minute would be ten at once every three seconds. (Above ten a second, which is for
    stand-ins, waiting for single turns would take longer than they do.)
    """
    seconds = 60 / per_minute
    return seconds if seconds >= 0.1 else 1


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _cached_session(cache: CacheSpec, options: dict[str, Any]) -> _PacedSession:
    from requests_cache import CacheMixin  # 0.2 s of import, for those who use it

    class CachedSession(CacheMixin, _PacedSession):  # type: ignore[misc]
        pass

    cache.path.parent.mkdir(parents=True, exist_ok=True)
    session: _PacedSession = CachedSession(
        cache_name=str(cache.path),
        backend="sqlite",
        expire_after=cache.expire,
        allowable_methods=cache.methods,
        allowable_codes=(200,),
        filter_fn=cache.keep,
        ignored_parameters=["Authorization", "key", "token", "api_key", "access_token"],
        **options,
    )
    return session


def send(session: requests.Session, service: str, method: str, url: str, **kwargs: Any) -> requests.Response:
    """The answer to one request, whatever its status below 500 but 401 and 429.

    ``kwargs`` are those of ``requests``. Raises Unavailable (no connection, time-out, 5xx), AuthError (401),
    RateLimited (429) and UnexpectedAnswer (a body that cannot be decoded, endless redirects).
    """
    response = exchange(session, service, method, url, **kwargs)
    raise_for_trouble(response, service)
    return response


def exchange(session: requests.Session, service: str, method: str, url: str, **kwargs: Any) -> requests.Response:
    """As ``send``, but any status is an answer: for callers who must look at its headers first."""
    trouble: ServiceError | None = None
    response: requests.Response | None = None
    try:
        response = session.request(method, url, **kwargs)
    except requests.RequestException as error:
        trouble = _trouble(service, url, error)
    except (sqlite3.Error, OSError) as error:
        trouble = Unavailable(service, f"cannot be asked, since the files of the pace or the cache fail us: {error}")
    if trouble is not None or response is None:  # raised out here so that the library's error is not its context
        raise trouble or Unavailable(service, "gave no answer")
    return response


def raise_for_trouble(response: requests.Response, service: str) -> None:
    """Raise the error that an answer's status means in every service: 401, 429 and 5xx. Else do nothing."""
    status = response.status_code
    if status == 401:
        raise AuthError(service, f"refuses the credentials ({_asked(response)} answered 401)")
    if status == 429:
        wait = retry_after(response)
        asked = f"; it asks to wait {round(wait.total_seconds())} s" if wait else ""
        raise RateLimited(service, f"too many requests ({_asked(response)} answered 429){asked}", wait)
    if status >= 500:
        raise Unavailable(service, f"is in trouble ({_asked(response)} answered {status} {_phrase(status)})".rstrip())


def json_of(response: requests.Response, service: str) -> Any:
    """The JSON of an answer. Raises UnexpectedAnswer for an empty body, HTML, cut-off or other text."""
    body = response.content
    if not body.strip():
        raise UnexpectedAnswer(service, f"{_asked(response)} answered {response.status_code} with an empty body")
    if looks_like_html(response):
        raise UnexpectedAnswer(service, f"{_asked(response)} answered {response.status_code} with a web page, not JSON")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    raise UnexpectedAnswer(
        service, f"{_asked(response)} answered {response.status_code} with {len(body)} bytes that are not JSON"
    )


def looks_like_html(response: requests.Response) -> bool:
    """Is the body a web page? Told by its beginning first: some services mislabel their JSON as text/html."""
    start = response.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"{", b"[")):
        return False
    return start.startswith(b"<") or "html" in response.headers.get("Content-Type", "").lower()


def retry_after(response: requests.Response) -> timedelta | None:
    """The Retry-After of an answer, in seconds or as an HTTP date (RFC 9110, 10.2.3); None if absent or unreadable."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return timedelta(seconds=float(value))
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - datetime.now(UTC), timedelta(0))


def _asked(response: requests.Response) -> str:
    method = response.request.method if response.request is not None else ""
    return f"{method} {urlsplit(response.url or '').path}".strip()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _trouble(service: str, url: str, error: requests.RequestException) -> ServiceError:
    where = _origin(url)
    match error:
        case requests.exceptions.ConnectTimeout():
            return Unreachable(service, f"does not answer at {where} (timed out while connecting)")
        case requests.Timeout():
            return Unavailable(service, f"took too long to answer at {where}")
        case requests.exceptions.SSLError():
            return Unavailable(service, f"no secure connection to {where} (its certificate cannot be verified)")
        case requests.exceptions.ProxyError():
            return Unreachable(service, f"the proxy on the way to {where} does not work")
        case requests.ConnectionError() if "timed out" in str(error):  # what is left of a time-out after repetitions
            return Unavailable(service, f"took too long to answer at {where}")
        case requests.ConnectionError() | requests.exceptions.RetryError():
            return Unreachable(service, f"cannot be reached at {where}: {_reason(error)}")
        case requests.exceptions.ChunkedEncodingError():
            return Unreachable(service, f"broke off in the middle of its answer at {where}")
        case requests.exceptions.ContentDecodingError():
            return UnexpectedAnswer(service, f"sent a body that cannot be unpacked at {where}")
        case requests.TooManyRedirects():
            return UnexpectedAnswer(service, f"sends us round in circles at {where}")
        case ValueError():  # InvalidURL, MissingSchema, InvalidHeader …
            return Unavailable(service, f"the address {where!r} cannot be used")
        case _:
            return Unavailable(service, f"the request to {where} failed ({type(error).__name__})")


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else "no address"
    except ValueError:
        return "no address"


def _reason(error: requests.RequestException) -> str:
    """The system's words for a failed connection, found inside the library's wrapping (which holds the address)."""
    shown = str(error)
    for words in ("Connection refused", "Name or service not known", "No route to host", "Network is unreachable"):
        if words in shown:
            return words.lower()
    if "Failed to resolve" in shown or "getaddrinfo failed" in shown:
        return "its name cannot be resolved"
    if "Connection reset" in shown or "Connection aborted" in shown or "RemoteDisconnected" in shown:
        return "the connection was cut"
    return "no connection"


for _name in _LIBRARY_LOGGERS:
    logging.getLogger(_name).addFilter(_WithoutQueries())
