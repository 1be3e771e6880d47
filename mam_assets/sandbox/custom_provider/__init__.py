"""The stand-in of Audiobookshelf's custom metadata providers."""

from .app import create_app

__all__ = ["create_app"]
