"""Which series does the library have books of, which series of a provider is that, and what books does it hold?"""

from mam_assets.domain.identity.entries import book_key, series_entries

from .discovery import adopt, holds
from .tracked_series import tracked_series
from .vote import choose

__all__ = ["adopt", "book_key", "choose", "holds", "series_entries", "tracked_series"]
