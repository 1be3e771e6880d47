"""The rules by which a value counts as broken, each with a name, and is overwritten where the person allows it.

A broken value is no knowledge: it counts as blank in the completeness. An untidy one says something all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from mam_assets.domain.enrichment.broken.html_description import html_description
from mam_assets.domain.enrichment.broken.impossible_year import impossible_year
from mam_assets.domain.enrichment.broken.invalid_asin import invalid_asin
from mam_assets.domain.enrichment.broken.invalid_isbn import invalid_isbn
from mam_assets.domain.enrichment.broken.placeholder import placeholder
from mam_assets.domain.enrichment.broken.telling_nothing import telling_nothing
from mam_assets.domain.enrichment.model import Field, Rules
from mam_assets.domain.model.library import LibraryItem

Rule = Callable[[LibraryItem, Field, Rules], bool]

BROKEN: dict[Field, tuple[Rule, ...]] = {
    Field.DESCRIPTION: (html_description, placeholder),
    Field.YEAR: (impossible_year,),
    Field.PUBLISHER: (placeholder,),
    Field.ISBN: (invalid_isbn,),
    Field.ASIN: (invalid_asin,),
    Field.GENRES: (telling_nothing,),
    Field.NARRATORS: (placeholder,),
    Field.LANGUAGE: (placeholder,),
}


UNTIDY = frozenset({html_description.__name__})
"""Rules whose values may be replaced by better ones, but count as known."""


def broken_by(item: LibraryItem, field: Field, rules: Rules) -> str:
    """The name of the first rule by which the item's value is broken; "" for a sound or blank one."""
    return next((rule.__name__ for rule in BROKEN.get(field, ()) if rule(item, field, rules)), "")


__all__ = ["BROKEN", "UNTIDY", "broken_by"]
