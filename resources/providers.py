"""The one small interface behind which every provider of catalogue and metadata stands.

A provider answers or raises an error of ``resources.errors``: an empty list means "it knows of none", never "it could
not say". ``name`` is the key under which its answers are kept ("goodreads", "hardcover", "audible", …).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from mam_assets.domain.model.catalogue import BookMetadata, ProviderSeries, Work


@runtime_checkable
class CatalogueProvider(Protocol):
    """Knows what exists: the books of a series, the works of an author. All ids are the provider's own, as text."""

    @property
    def name(self) -> str: ...

    @property
    def requests_made(self) -> int:
        """Requests that this object has sent so far."""
        ...

    def series_of(self, title: str, authors: Sequence[str]) -> list[str]:
        """Ids of the series that a book is in, the narrowest first; empty if the book or a series of it is unknown."""
        ...

    def series(self, series_id: str) -> ProviderSeries:
        """The whole series, all pages of it. Raises NotFound."""
        ...

    def find_author(self, name: str) -> str:
        """The author's id, "" if the provider knows none of that name."""
        ...

    def author_works(self, author_id: str) -> list[Work]:
        """What the person wrote; what they only translated, read or drew is left out. Raises NotFound."""
        ...


@runtime_checkable
class NamesSeries(Protocol):
    """A catalogue provider that can look a series up by its name."""

    def series_named(self, name: str, authors: Sequence[str]) -> list[str]:
        """Ids of the series of that name that have a book by one of the authors."""
        ...


@runtime_checkable
class MetadataProvider(Protocol):
    """Knows what to say of one book."""

    @property
    def name(self) -> str: ...

    @property
    def requests_made(self) -> int:
        """Requests that this object has sent so far."""
        ...

    def books(self, title: str, author: str, *, asin: str = "", isbn: str = "") -> list[BookMetadata]:
        """Books that may be the one meant, best first; an id, where given, is asked for before the words."""
        ...
