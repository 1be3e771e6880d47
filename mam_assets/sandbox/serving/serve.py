"""One ASGI application served on a loopback port by a thread of this process."""

from __future__ import annotations

import errno
import socket
import threading
from types import TracebackType

import uvicorn

from .faults import App

HOST = "127.0.0.1"
BACKLOG = 128


class Serving:
    """Serves from the moment it is made until ``stop``; as a context manager, until the block ends.

    port: the port to take; 0, or one that is taken while ``strict`` is off: any free one. ``self.port`` says which.
    Raises OSError for a port that cannot be had.
    """

    def __init__(self, app: App, port: int = 0, *, strict: bool = True) -> None:
        self._socket = _listening(port, strict=strict)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        # The socket listens already: a request that comes before the loop runs is answered a little later.
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name=f"sandbox-{self.port}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, *, wait: bool = True) -> None:
        """Stop serving; with ``wait``, until the port is free again (0.2 s or so). Safe to call twice."""
        self._server.should_exit = True
        if wait:
            self._thread.join(5.0)
            self._socket.close()

    def __enter__(self) -> Serving:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listening(port: int, *, strict: bool) -> socket.socket:
    wanted = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        wanted.bind((HOST, port))
        wanted.listen(BACKLOG)
    except OSError as error:
        wanted.close()
        if strict or port == 0 or error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        return _listening(0, strict=True)
    return wanted
