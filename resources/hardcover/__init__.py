"""Hardcover's GraphQL API: series, authors and editions, with the audiobooks among them."""

from resources.hardcover.client import URL, HardcoverClient
from resources.hardcover.wire import SERVICE

__all__ = ["SERVICE", "URL", "HardcoverClient"]
