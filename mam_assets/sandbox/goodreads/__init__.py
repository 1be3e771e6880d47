"""The stand-in of Goodreads."""

from .app import create_app

__all__ = ["create_app"]
