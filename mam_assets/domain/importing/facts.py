"""What is known of the book when it is filed: for its folder's name and for the ``metadata.json`` beside its files.

Audiobookshelf 2.36 reads ``metadata.json`` from the item's folder with the highest priority by default. Keys as its own
files have them; series as "Name #1", parted at the last " #" before a token without space. A series that is named twice
makes its whole scan fail, and ends the server when its watcher finds the book: ``BookFacts`` names each once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .. import naming, people
from ..model.library import SeriesRef
from ..model.release import Release, Wanted
from .model import AudioTags

METADATA_FILE = "metadata.json"
T = TypeVar("T")
_LOOKS_NUMBERED = re.compile(r"\s#[^#\s]+$")


@dataclass(frozen=True, slots=True)
class BookFacts:
    """One book, from the wanted book first, the release second, the tags last. Blank or empty: not known."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    series: tuple[SeriesRef, ...] = ()
    year: int | None = None
    isbn: str = ""
    asin: str = ""
    language: str = ""
    abridged: bool = False
    explicit: bool = False

    def __post_init__(self) -> None:
        # Also after ``replace``: two names may have become one in the library's spelling. The first naming stands.
        object.__setattr__(self, "series", _once(self.series, lambda place: place.name))
        object.__setattr__(self, "authors", _once(self.authors, str))

    def names(self) -> naming.Names:
        """For the folder template."""
        return naming.Names(
            title=self.title,
            authors=self.authors,
            series=self.series[0] if self.series else None,
            narrators=self.narrators,
            subtitle=self.subtitle,
            year=self.year,
            asin=self.asin,
            language=self.language,
        )


def _once(items: Iterable[T], name: Callable[[T], str]) -> tuple[T, ...]:
    named: dict[str, T] = {}
    for item in items:
        named.setdefault(" ".join(name(item).casefold().split()), item)
    return tuple(named.values())


def facts_of(
    wanted: Wanted | None, release: Release | None, tags: Sequence[AudioTags] = (), *, title: str = "", author: str = ""
) -> BookFacts:
    """Put together what is known. ``title`` and ``author`` are those of the download, for a book brought by hand."""
    by_tags = next((tag for tag in tags if tag.album or tag.people), AudioTags())
    series: tuple[SeriesRef, ...] = wanted.series if wanted else ()
    if not wanted and release:
        series = tuple(SeriesRef(place.name, place.number, place.series_id) for place in release.series)
    authors = (wanted.authors if wanted else ()) or (release.authors if release else ()) or tuple(people.split(author))
    return BookFacts(
        title=(wanted.title if wanted else "") or title or (release.title if release else "") or by_tags.album,
        subtitle=wanted.subtitle if wanted else "",
        authors=authors or tuple(name for text in by_tags.people[:1] for name in people.split(text)),
        narrators=release.narrators if release else (),
        series=tuple(_tidy(place) for place in series if place.name.strip()),
        year=wanted.year if wanted else None,
        isbn=(wanted.isbn if wanted else "") or (release.isbn if release else ""),
        asin=(wanted.asin if wanted else "") or (release.asin if release else ""),
        language=wanted.language if wanted else "",
        abridged=bool(release and "abridged" in release.flags),
        explicit=bool(release and "explicit" in release.flags),
    )


def _tidy(place: SeriesRef) -> SeriesRef:
    return SeriesRef(place.name.strip(), naming.shown_position(place.position), place.series_id)


def metadata_json(facts: BookFacts) -> dict[str, Any]:
    """The content of ``metadata.json``; what is not known is left out, so that the files' own tags can fill it."""
    content: dict[str, Any] = {
        "title": facts.title,
        "subtitle": facts.subtitle,
        "authors": list(facts.authors),
        "narrators": list(facts.narrators),
        "series": [text for place in facts.series if (text := _series_text(place))],
        "publishedYear": str(facts.year) if facts.year else "",
        "isbn": facts.isbn,
        "asin": facts.asin,
        "language": facts.language.title(),
    }
    known: dict[str, Any] = {key: value for key, value in content.items() if value}
    flags = {"explicit": facts.explicit, "abridged": facts.abridged}
    return known | {key: True for key, value in flags.items() if value}


def _series_text(place: SeriesRef) -> str:
    """ "Name #1"; blank where this form would be read as something else (the match afterwards sets it then)."""
    if place.position and not re.search(r"[\s#]", place.position):
        return f"{place.name} #{place.position}"
    return "" if _LOOKS_NUMBERED.search(place.name) else place.name


def series_payload(facts: BookFacts) -> list[dict[str, str | None]]:
    """The series as Audiobookshelf's API takes them: texts, the whole list."""
    return [{"name": place.name, "sequence": place.position or None} for place in facts.series]


def authors_payload(facts: BookFacts) -> list[dict[str, str]]:
    """The authors as Audiobookshelf's API takes them: the whole list."""
    return [{"name": name} for name in facts.authors]
