"""An item's fields as values of Audiobookshelf's API, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from mam_assets.domain import positions
from mam_assets.domain.enrichment.model import Change, Field

from ..model.library import LibraryItem, SeriesRef


def current(item: LibraryItem, field: Field) -> Any:
    """The item's value; None, or an empty list, when it has none."""
    match field:
        case Field.YEAR:
            return str(item.published_year) if item.published_year is not None else None
        case Field.GENRES:
            return list(item.genres)
        case Field.NARRATORS:
            return list(item.narrators)
        case Field.SERIES:
            return places(item.series)
        case Field.COVER:
            return "(a cover)" if item.has_cover else None
        case _:
            return getattr(item, field.value).strip() or None


def places(refs: Iterable[SeriesRef]) -> list[dict[str, str | None]]:
    """Places in series as the API has them: a sequence is a text, or null."""
    return [{"name": ref.name, "sequence": ref.position or None} for ref in refs]


def is_blank(item: LibraryItem, field: Field) -> bool:
    """Nothing is known. A series without any number is half known, and counts as blank."""
    if field is Field.SERIES:
        return not any(positions.parse(ref.position).is_known for ref in item.series)
    return not current(item, field)


def changed(item: LibraryItem, changes: Sequence[Change]) -> LibraryItem:
    """The item as it would be after the changes."""
    for change in changes:
        match change.field:
            case Field.YEAR:
                item = replace(item, published_year=int(change.new))
            case Field.GENRES:
                item = replace(item, genres=tuple(change.new))
            case Field.NARRATORS:
                item = replace(item, narrators=tuple(change.new))
            case Field.SERIES:
                refs = tuple(SeriesRef(place["name"], place["sequence"] or "") for place in change.new)
                item = replace(item, series=refs)
            case Field.COVER:
                item = replace(item, has_cover=True)
            case Field.LANGUAGE:
                item = replace(item, language=str(change.new).lower())
            case _:
                item = replace(item, **{change.field.value: change.new})
    return item
