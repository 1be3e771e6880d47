"""The stand-in of qBittorrent."""

from .app import create_app

__all__ = ["create_app"]
