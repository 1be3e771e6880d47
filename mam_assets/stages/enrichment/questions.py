"""What is asked of a metadata provider about a book, and as which question the answer is kept.

A book is judged anew from the kept answers, without a request, until they are old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from mam_assets.domain import titles
from mam_assets.domain.enrichment import can_tell
from mam_assets.domain.model.catalogue import BookMetadata
from mam_assets.domain.model.library import LibraryItem
from mam_assets.store.mappers import codec
from resources.providers import MetadataProvider

from ..providers.cached_provider import CachedProvider

QUESTION = "book"

CachedMetadata: TypeAlias = CachedProvider[MetadataProvider]


@dataclass(frozen=True, slots=True)
class KnownBooks:
    """What a provider knows of a book, by its last good answer. ``trouble``: it could not be asked (again) now."""

    books: tuple[BookMetadata, ...] = ()
    answered_at: datetime | None = None
    trouble: str = ""


def books_of(asker: CachedMetadata, item: LibraryItem) -> KnownBooks:
    """What the provider knows of such a book: as kept while that is fresh, else asked for. Its trouble is no error."""

    def ask() -> list[object]:
        books = asker.provider.books(_title(item), _author(item), asin=item.asin, isbn=item.isbn)
        return [codec.to_json(book) for book in books]

    reply = asker.read(QUESTION, subject_of(asker.name, item), ask, about=item.title)
    if reply.kept is None or reply.kept.answer is None:
        return KnownBooks((), None, reply.trouble)
    books = tuple(codec.from_json(BookMetadata, row) for row in reply.kept.answer)
    return KnownBooks(books, reply.kept.answered_at, reply.trouble)


def subject_of(provider: str, item: LibraryItem) -> str:
    """The question as the key of its answer: what this provider is asked by."""
    words = [_title(item), _author(item)]
    match provider:
        case "audnexus":
            parts = [item.asin]
        case "audible":
            parts = [item.asin, *words]
        case _:
            parts = [item.isbn, *words]
    return "|".join(parts)


def worth_asking(asker: CachedMetadata, item: LibraryItem, wanted: frozenset[str]) -> bool:
    """The provider may know something that is wanted."""
    return bool({field.value for field in can_tell(asker.name, item)} & wanted)


def _title(item: LibraryItem) -> str:
    """The bare title: providers do not know "The Eye of the World: The Wheel of Time, Book 1"."""
    return titles.parse(item.title, item.subtitle).title or item.title


def _author(item: LibraryItem) -> str:
    """The first author, given name first: "Tolkien, J. R. R." is found by nobody's search."""
    written = item.authors[0] if item.authors else ""
    last, comma, first = written.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else written
