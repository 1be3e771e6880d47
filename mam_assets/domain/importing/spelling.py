"""Names as the library already writes them: Audiobookshelf tells authors and series apart by their exact names, so that
"J. R. R. Tolkien" beside "J.R.R. Tolkien" would be two authors, and "WoT" beside "The Wheel of Time" two series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .. import people, titles
from ..model.library import SeriesRef
from .facts import BookFacts


@dataclass(frozen=True, slots=True)
class Identity:
    """What a series of the library was found to be: the provider's series, and how many items the library files so."""

    provider_series: str
    library_items: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """Normal form → the library's spelling, of authors and of series; and the identity of series, by their keys."""

    authors: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, str] = field(default_factory=dict)
    identities: Mapping[str, Identity] = field(default_factory=dict)

    @classmethod
    def of(
        cls, authors: Iterable[str], series: Iterable[str], identities: Mapping[str, Identity] | None = None
    ) -> Spelling:
        """From every name that the library's items carry, repeats included: the most frequent spelling wins."""
        return cls(_most_frequent(authors, people.normal), _most_frequent(series, titles.series_name), identities or {})

    def applied(self, facts: BookFacts) -> BookFacts:
        """The facts with the library's spellings; what it does not have stays as it is.

        Of two places that are the same number of the same series under two names, the name with more items stays.
        """
        places: dict[tuple[str, str], tuple[int, SeriesRef]] = {}
        for place in facts.series:
            name = self.series.get(titles.series_name(place.name), place.name)
            identity = self._identity(place.name, facts.authors)
            named = identity.library_items, SeriesRef(name, place.position, place.series_id)
            key = identity.provider_series or name, place.position
            # A key keeps its place in the order, whichever name it ends with.
            places[key] = max(places.get(key, named), named, key=lambda counted: counted[0])
        return replace(
            facts,
            authors=tuple(self.authors.get(people.normal(name), name) for name in facts.authors),
            series=tuple(place for _, place in places.values()),
        )

    def _identity(self, series: str, authors: Iterable[str]) -> Identity:
        keys = (f"{titles.series_name(series)}|{people.normal(author)}" for author in authors)
        return next((self.identities[key] for key in keys if key in self.identities), Identity("", 0))


def _most_frequent(names: Iterable[str], form: Callable[[str], str]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    # Least frequent first, so that the most frequent stays; ties go by the alphabet, to be the same every time.
    for name, _ in sorted(Counter(names).items(), key=lambda pair: (pair[1], pair[0])):
        if normal := form(name):
            spellings[normal] = name
    return spellings
