"""Audible's catalogue: which audiobooks exist, and what is to be said of them."""

from resources.audible.client import HOSTS, AudibleClient
from resources.audible.products import SERVICE

__all__ = ["HOSTS", "SERVICE", "AudibleClient"]
