"""What a provider can tell at all: one that cannot fill a gap is not asked about it."""

from __future__ import annotations

from mam_assets.domain.enrichment.model import FIELDS, Field
from mam_assets.domain.enrichment.numbers import is_asin

from ..model.library import LibraryItem

EVERYTHING = frozenset(FIELDS)
PRINTED = EVERYTHING - {Field.ASIN, Field.NARRATORS, Field.SERIES}
"""Google Books knows printed books: nobody reads them aloud, and it does not say which series they are in."""

KNOWS_SERIES = frozenset(("audible", "audnexus"))
"""Shops of audiobooks: where they name no series for a recording, it stands alone."""


def can_tell(provider: str, item: LibraryItem) -> frozenset[Field]:
    """The fields that the provider may know of the item. Audnexus answers for an ASIN and for nothing else."""
    if provider == "google_books":
        return PRINTED
    if provider == "audnexus" and not is_asin(item.asin):
        return frozenset()
    return EVERYTHING
