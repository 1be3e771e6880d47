"""Who may talk to the qBittorrent stand-in: logins, session cookies, API keys, bans, and where a request came from."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from ..serving.faults import Faults
from .versions import Version

MAX_FAILED_LOGINS = 5
BAN_SECONDS = 3600.0
SESSION_SECONDS = 3600.0
BANNED = "Your IP address has been banned after too many failed authentication attempts."


def text(status: int, words: str) -> Response:
    return Response(words, status, media_type="text/plain; charset=UTF-8")


class Sessions:
    """Logins of one stand-in. The fault ``expired_session`` ends the session of the request that meets it, and the
    fault ``banned`` answers like the ban after too many wrong passwords: it stops logins, not who is in already."""

    def __init__(self, version: Version, username: str, password: str, api_key: str, faults: Faults) -> None:
        self.version = version
        self.username = username
        self.password = password
        self.api_key = api_key
        self.faults = faults
        self.lock = threading.Lock()
        self.last_used: dict[str, float] = {}
        self.failed: Counter[str] = Counter()
        self.banned_until: dict[str, float] = {}

    def cookie_name(self, request: Request) -> str:
        port = (request.scope.get("server") or ("", 0))[1]
        return f"QBT_SID_{port}" if self.version.is_5_2 else "SID"

    def refuse(self, request: Request) -> Response | None:
        """The answer to a request that came the wrong way: a foreign page, or a Host with another port."""
        host = request.headers.get("host", "")
        port = (request.scope.get("server") or ("", 0))[1]
        stated = urlsplit(f"//{host}").port
        if stated is not None and stated != port:
            return text(401, "Unauthorized")
        origin = request.headers.get("origin") or request.headers.get("referer")
        if origin and urlsplit(origin).netloc != host:
            return text(401, "Unauthorized")
        if self.version.is_5_3 and request.headers.get("sec-fetch-site") == "cross-site":
            return text(401, "Unauthorized")
        return None

    def _is_banned(self, request: Request) -> bool:
        address = request.client.host if request.client else ""
        return self.banned_until.get(address, 0.0) > time.time() or self.faults.find("banned") is not None

    def caller(self, request: Request) -> str | None:
        """A name for the session that the request belongs to, or None if it is not logged in."""
        if self.version.is_5_2 and self.has_key(request):
            return "api-key"
        session = request.cookies.get(self.cookie_name(request), "")
        with self.lock:
            known = time.time() - self.last_used.get(session, 0.0) < SESSION_SECONDS
            if known and self.faults.take("expired_session"):
                del self.last_used[session]
                known = False
            if not known:
                return None
            self.last_used[session] = time.time()
            return session

    def has_key(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return bool(self.api_key) and secrets.compare_digest(given.encode(), f"Bearer {self.api_key}".encode())

    def log_in(self, request: Request, username: str, password: str) -> Response:
        """The answer to a login, with the manners of the version."""
        address = request.client.host if request.client else ""
        if self._is_banned(request):
            return text(403, BANNED)
        if (username, password) != (self.username, self.password):
            with self.lock:
                self.failed[address] += 1
                if self.failed[address] >= MAX_FAILED_LOGINS:
                    self.banned_until[address] = time.time() + BAN_SECONDS
                    self.failed[address] = 0
            return text(401, "Unauthorized") if self.version.is_5_2 else text(200, "Fails.")
        session = secrets.token_urlsafe(24)
        with self.lock:
            self.failed[address] = 0
            self.last_used[session] = time.time()
        answer = Response(status_code=204) if self.version.is_5_2 else text(200, "Ok.")
        answer.set_cookie(
            self.cookie_name(request),
            session,
            httponly=True,
            samesite="lax" if self.version.is_5_2 else "strict",
            expires=int(SESSION_SECONDS) if self.version.is_5_2 else None,
        )
        return answer

    def log_out(self, request: Request) -> Response:
        with self.lock:
            self.last_used.pop(request.cookies.get(self.cookie_name(request), ""), None)
        return Response(status_code=204 if self.version.is_5_2 else 200)
