"""The stand-in of Google Books."""

from .app import create_app

__all__ = ["create_app"]
