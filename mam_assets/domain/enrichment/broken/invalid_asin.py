"""An ASIN that has not the form of one."""

from __future__ import annotations

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.enrichment.numbers import is_asin
from mam_assets.domain.model.library import LibraryItem


def invalid_asin(item: LibraryItem, field: Field, rules: Rules) -> bool:
    return bool(item.asin.strip()) and not is_asin(item.asin)
