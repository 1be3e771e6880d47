"""Audiobookshelf's custom metadata contract."""

from resources.custom_provider.client import CustomProviderClient

__all__ = ["CustomProviderClient"]
