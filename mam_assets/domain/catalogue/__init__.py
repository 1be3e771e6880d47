"""What several providers say of one series, put together: whose word stands, and what they disagree on."""

from .listings import Listing, leading
from .merge import merged

__all__ = ["Listing", "leading", "merged"]
