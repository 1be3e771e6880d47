"""The stand-in of Audnexus."""

from .app import create_app

__all__ = ["create_app"]
