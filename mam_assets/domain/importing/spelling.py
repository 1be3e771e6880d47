"""Names as the library already writes them: Audiobookshelf tells authors and series apart by their exact names, so that
"J. R. R. Tolkien" beside "J.R.R. Tolkien" would be two authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .. import people, titles
from ..model import SeriesRef
from .facts import BookFacts


@dataclass(frozen=True, slots=True)
class Spelling:
    """Normal form → the library's spelling, of authors and of series."""

    authors: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, authors: Iterable[str], series: Iterable[str]) -> Spelling:
        """From every name that the library's items carry, repeats included: the most frequent spelling wins."""
        return cls(_most_frequent(authors, people.normal), _most_frequent(series, titles.series_name))

    def applied(self, facts: BookFacts) -> BookFacts:
        """The facts with the library's spellings; what it does not have stays as it is."""
        return replace(
            facts,
            authors=tuple(self.authors.get(people.normal(name), name) for name in facts.authors),
            series=tuple(
                SeriesRef(self.series.get(titles.series_name(place.name), place.name), place.position, place.series_id)
                for place in facts.series
            ),
        )


def _most_frequent(names: Iterable[str], form: Callable[[str], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    # Least frequent first, so that the most frequent stays; ties go by the alphabet, to be the same every time.
    for name, _ in sorted(Counter(names).items(), key=lambda pair: (pair[1], pair[0])):
        if normal := form(name):
            found[normal] = name
    return found
