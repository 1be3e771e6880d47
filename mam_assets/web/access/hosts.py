"""Host names: what stands in a ``Host`` or ``Origin`` header, and which of it is this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(r"https?://(?P<authority>[^/?#@]+)")
_DEFAULT_PORTS = ("", "80", "443")


@dataclass(frozen=True, slots=True)
class Authority:
    """A host name in lower case (IPv6 in brackets) and a port; "" is the default one of HTTP or HTTPS."""

    name: str
    port: str


def parse_authority(text: str) -> Authority | None:
    """ "LocalHost:3000" → (localhost, 3000); None when it is not "name" or "name:port"."""
    match = _AUTHORITY.fullmatch(text.lower())
    if match is None:
        return None
    port = match["port"] or ""
    return Authority(match["name"], "" if port in _DEFAULT_PORTS else port)


def parse_origin(text: str) -> Authority | None:
    """ "http://localhost:3000" → (localhost, 3000); None for "null" and everything else that no web page has.

    The scheme is left out: behind a proxy that ends TLS, the page's is https and ours is http.
    """
    match = _ORIGIN.fullmatch(text.lower())
    return parse_authority(match["authority"]) if match else None
