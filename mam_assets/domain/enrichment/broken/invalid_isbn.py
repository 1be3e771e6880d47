"""An ISBN that is none: "0", too short, or with a wrong check digit."""

from __future__ import annotations

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.enrichment.numbers import isbn13
from mam_assets.domain.model.library import LibraryItem


def invalid_isbn(item: LibraryItem, field: Field, rules: Rules) -> bool:
    return bool(item.isbn.strip()) and not isbn13(item.isbn)
