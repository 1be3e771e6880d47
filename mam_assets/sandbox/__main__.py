"""``python -m mam_assets.sandbox``: the stand-ins as a process of their own.

Prints one line of JSON with ``urls`` and ``environment`` when all of them serve; ends with status 0 on SIGTERM, SIGINT,
or a moment after its standard input, if that is a pipe, was closed: its parent is gone, and what works against the
stand-ins ends first.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import stat
import sys
import threading
from pathlib import Path

from .qbittorrent.versions import VERSIONS
from .servers import SandboxBusy, open_sandbox
from .world.load import load_world

GRACE_SECONDS = 1.5


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop. 0: stopped as asked, 2: could not begin (the reason is on standard error)."""
    parser = argparse.ArgumentParser(prog="python -m mam_assets.sandbox", description="Serve a small stand-in world.")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="folder of everything it writes")
    parser.add_argument("--world", type=Path, metavar="FILE", help="a library with its provider lists, as JSON")
    parser.add_argument("--qbittorrent", default="5.1.0", choices=list(VERSIONS), help="manners of which version")
    parser.add_argument("--port-base", type=int, default=0, metavar="N", help="first port to try at the first start")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than in life")
    options = parser.parse_args(argv)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_until_parent_is_gone, args=(ended,), daemon=True).start()
    try:
        world = load_world(options.world) if options.world else None
        with open_sandbox(
            options.state,
            world=world,
            qbittorrent_version=options.qbittorrent,
            port_base=options.port_base,
            speed=options.speed,
        ) as sandbox:
            sys.stdout.write(json.dumps({"urls": sandbox.urls, "environment": sandbox.environment()}) + "\n")
            sys.stdout.flush()
            ended.wait()
    except (SandboxBusy, ValueError, OSError) as error:
        sys.stderr.write(f"The sandbox cannot begin: {error}\n")
        return 2
    return 0


def _until_parent_is_gone(ended: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    ended.wait(GRACE_SECONDS)
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
