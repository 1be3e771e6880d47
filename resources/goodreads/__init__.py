"""Goodreads' public pages: what series and authors consist of."""

from resources.goodreads.client import BASE_URL, GoodreadsClient, worth_keeping
from resources.goodreads.search import SERVICE

__all__ = ["BASE_URL", "SERVICE", "GoodreadsClient", "worth_keeping"]
