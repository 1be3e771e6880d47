"""The stand-in of MyAnonamouse (MAM)."""

from .app import create_app

__all__ = ["create_app"]
