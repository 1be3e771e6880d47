"""A description with tags or entities in it was pasted by a program, and is shown with them by many players."""

from __future__ import annotations

import re

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.model import LibraryItem

_MARKUP = re.compile(
    r"</?(?:p|br|b|i|em|strong|div|span|ul|ol|li|a|h[1-6]|font|u)\b[^>]*>|&(?:nbsp|amp|lt|gt|quot|#\d+);", re.I
)


def html_description(item: LibraryItem, field: Field, rules: Rules) -> bool:
    return bool(_MARKUP.search(item.description))
