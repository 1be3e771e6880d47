"""What several providers say of one series, put together: whose word stands, and what they disagree on."""

from mam_assets.domain.cataloguing.listing import Listing, leading
from mam_assets.domain.cataloguing.merging import merged

__all__ = ["Listing", "leading", "merged"]
