"""The stand-in of Audiobookshelf."""

from .app import create_app

__all__ = ["create_app"]
