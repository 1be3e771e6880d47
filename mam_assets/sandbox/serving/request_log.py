"""What a stand-in was asked, and how fast: for tests of politeness. ``GET`` and ``DELETE /_sandbox/log``."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from threading import Lock

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

LENGTH = 20_000
Next = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. ``at`` is in seconds of a clock that only goes forward."""

    at: float
    method: str
    path: str
    query: str
    user_agent: str
    status: int


class RequestLog:
    """The requests since the start or the last DELETE, and the most of them within one second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.entries: deque[Entry] = deque(maxlen=LENGTH)
        self.max_per_second = 0
        self.disallowed = 0
        self._recent: deque[float] = deque()
        self._lock = Lock()

    async def middleware(self, request: Request, next_: Next) -> Response:
        """For ``BaseHTTPMiddleware(dispatch=…)``."""
        if request.url.path.startswith("/_sandbox"):
            return await next_(request)
        at = self.clock()
        with self._lock:
            self._recent.append(at)
            while at - self._recent[0] > 1:
                self._recent.popleft()
            self.max_per_second = max(self.max_per_second, len(self._recent))
        response = await next_(request)
        agent = request.headers.get("user-agent", "")
        entry = Entry(at, request.method, request.url.path, request.url.query, agent, response.status_code)
        with self._lock:
            self.entries.append(entry)
        return response

    async def page(self, request: Request) -> Response:
        with self._lock:
            if request.method == "DELETE":
                self.entries.clear()
                self.max_per_second = self.disallowed = 0
            entries = [asdict(entry) for entry in self.entries]
        figures = {"max_per_second": self.max_per_second, "disallowed": self.disallowed}
        return JSONResponse({"requests": entries, **figures})
