"""A description with tags in it was pasted by a program, and many players show them as they stand.

``&amp;``, ``&lt;`` and ``&gt;`` are no such sign: Audiobookshelf itself writes them when it cleans a text.
"""

from __future__ import annotations

import re

from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.model.library import LibraryItem

_MARKUP = re.compile(
    r"</?(?:p|br|b|i|em|strong|div|span|ul|ol|li|a|h[1-6]|font|u)\b[^>]*>|&(?:nbsp|quot|#\d+);", re.IGNORECASE
)


def html_description(item: LibraryItem, field: Field, rules: Rules) -> bool:
    return bool(_MARKUP.search(item.description))
