"""What each field may be filled with, one rule each: ``(item, recognised book, all recognised, rules) → value``.

A falsy value means that this book has nothing for the field, or nothing that may be taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mam_assets.domain.enrichment.filling.cover import cover
from mam_assets.domain.enrichment.filling.description import description
from mam_assets.domain.enrichment.filling.genres import genres
from mam_assets.domain.enrichment.filling.language import language
from mam_assets.domain.enrichment.filling.numbers import asin, isbn
from mam_assets.domain.enrichment.filling.people import narrators, publisher
from mam_assets.domain.enrichment.filling.series import series
from mam_assets.domain.enrichment.filling.year import year
from mam_assets.domain.enrichment.model import Field, Recognised, Rules
from mam_assets.domain.model.library import LibraryItem

Filling = Callable[[LibraryItem, Recognised, Sequence[Recognised], Rules], Any]

FILLING: dict[Field, Filling] = {
    Field.DESCRIPTION: description,
    Field.YEAR: year,
    Field.PUBLISHER: publisher,
    Field.ISBN: isbn,
    Field.ASIN: asin,
    Field.GENRES: genres,
    Field.NARRATORS: narrators,
    Field.SERIES: series,
    Field.COVER: cover,
    Field.LANGUAGE: language,
}

__all__ = ["FILLING", "Filling"]
