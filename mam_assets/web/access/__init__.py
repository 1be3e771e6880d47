"""Who may ask what of the web UI. Decisions are pure functions; ``guard`` holds the ASGI middleware that asks them.

It has no login yet: what it keeps out is other people's pages in the browser of somebody who can reach it, and names
that point at this machine.
"""

from mam_assets.web.access.guard import GraphqlGuard, Guard
from mam_assets.web.access.hosts import LOOPBACK_HOSTS

__all__ = ["LOOPBACK_HOSTS", "GraphqlGuard", "Guard"]
