"""Whether a request may come in at all: by its ``Host``, and by whose page has sent it."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from mam_assets.web.access.hosts import parse_authority, parse_origin

SAFE_METHODS = ("GET", "HEAD")
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
SINGLE = ("host", "origin", "sec-fetch-site", "content-type", "content-length")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served: an HTTP status and a sentence for whoever sent it."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request without its body. ``method`` is WEBSOCKET for a handshake; header names are in lower case."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    client: str = ""
    _by_name: dict[str, list[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.headers:
            self._by_name.setdefault(name, []).append(value)

    def header(self, name: str) -> str | None:
        """The header's value; None when it is not there."""
        return self._by_name.get(name, [None])[0]

    def repeated(self, names: Iterable[str]) -> list[str]:
        """Those of the names that stand there more than once."""
        return [name for name in names if len(self._by_name.get(name, ())) > 1]

    @property
    def is_safe(self) -> bool:
        """Whether it only reads."""
        return self.method in SAFE_METHODS


def refuse_request(head: RequestHead, allowed_hosts: Collection[str]) -> Refusal | None:
    """Why this request is not served, or None when it is.

    Every request must name an allowed host: a foreign name that was pointed at this machine makes a foreign page "own".
    What does more than read must come from a page of ours, or from a program (no browser leaves out both ``Origin`` and
    ``Sec-Fetch-Site``) on this machine.
    """
    if twice := head.repeated(SINGLE):
        return Refusal(400, f"The header {twice[0]} stands there twice.")
    host = parse_authority(head.header("host") or "")
    if host is None or host.name not in allowed_hosts:
        return Refusal(403, "This host name is not allowed: add it to MAM_ASSETS_ALLOWED_HOSTS if it is yours.")
    if head.is_safe:
        return None
    site, origin = head.header("sec-fetch-site"), head.header("origin")
    if site is None and origin is None:
        return None if _is_program_here(head) else Refusal(403, "Programs are served on this machine alone.")
    if site not in (None, "same-origin") or (origin is not None and parse_origin(origin) != host):
        return Refusal(403, "Only the web UI's own pages may do this.")
    return None


def _is_program_here(head: RequestHead) -> bool:
    """Whether the caller runs on this machine; what a proxy hands on comes from elsewhere."""
    try:
        is_here = ipaddress.ip_address(head.client).is_loopback
    except ValueError:
        is_here = False
    return is_here and not any(head.header(name) is not None for name in FORWARDED)
