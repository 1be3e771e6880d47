"""The stand-in of Audible's catalogue."""

from .app import create_app

__all__ = ["create_app"]
