"""The stand-in of Hardcover."""

from .app import create_app

__all__ = ["create_app"]
