"""The command line: `mam-assets`."""

from .app import main

__all__ = ["main"]
