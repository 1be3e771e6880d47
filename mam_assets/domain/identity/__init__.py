"""Which series does the library have books of, which series of a provider is that, and what books does it hold?"""

from mam_assets.domain.identity.choosing import choose
from mam_assets.domain.identity.discovering import adopt, holds
from mam_assets.domain.identity.entries import book_key, series_entries
from mam_assets.domain.identity.tracking import tracked_series

__all__ = ["adopt", "book_key", "choose", "holds", "series_entries", "tracked_series"]
