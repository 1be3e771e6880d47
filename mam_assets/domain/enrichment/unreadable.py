"""Values that are there and only cannot be read by us ("-458" as a year): blank to us, but somebody's all the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mam_assets.domain.enrichment.broken import is_placeholder
from mam_assets.domain.enrichment.model import FIELDS, Field, Rules
from mam_assets.domain.enrichment.values import is_blank

from ..model.library import LibraryItem

_ZERO = re.compile(r"0+")


def unreadable(item: LibraryItem, stored: Mapping[str, Any], rules: Rules) -> frozenset[str]:
    """Fields to leave alone: blank as read, but not as stored. Where overwriting is allowed, a year 0 and words for
    "unknown" count as blank."""
    fields = set()
    for field in FIELDS:
        value = stored.get(field.value)
        if field in (Field.SERIES, Field.COVER) or not isinstance(value, str) or not value.strip():
            continue
        says_nothing = bool(_ZERO.fullmatch(value.strip())) or is_placeholder(value)
        if is_blank(item, field) and not (rules.overwrite and says_nothing):
            fields.add(field.value)
    return frozenset(fields)
