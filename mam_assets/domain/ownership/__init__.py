"""What the library owns of the series' entries."""

from mam_assets.domain.ownership.judging import judge

__all__ = ["judge"]
