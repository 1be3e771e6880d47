"""Audnexus: single audiobooks by their ASIN."""

from resources.audnexus.client import AudnexusClient

__all__ = ["AudnexusClient"]
