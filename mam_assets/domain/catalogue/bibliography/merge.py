"""One bibliography from those of several providers: each work once, the most trusted provider's words first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mam_assets.domain import matching, positions
from mam_assets.domain.identity import book_key
from mam_assets.domain.matching.gates.identifiers import work_ids
from mam_assets.domain.model.catalogue import SeriesEntry, Work
from mam_assets.domain.model.confidence import Confidence

from ..descriptions import described
from ..listings import Slot, Statement
from ..recordings import with_recording
from ..same_work import Likeness, likeness
from .exclusions import why_left_out
from .series import SeriesBooks


@dataclass(frozen=True, slots=True)
class Bibliography:
    """One provider's answer: what it credits to the author, and its age."""

    provider: str
    works: tuple[Work, ...]
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuthorWork:
    """A book of a tracked author. ``in_tracked_series``: it is counted there. ``providers``: who lists it."""

    author_key: str
    book_key: str
    work: Work
    in_tracked_series: bool
    providers: tuple[str, ...]
    confidence: Confidence
    fetched_at: datetime | None = None

    def as_entry(self) -> SeriesEntry:
        """The same as an entry of no series, for the gates that judge ownership."""
        return SeriesEntry(self.author_key, self.book_key, self.book_key, "", "", self.work, confidence=self.confidence)


@dataclass
class _Shelf:
    """Works so far, found by any of their titles and numbers."""

    slots: list[Slot] = field(default_factory=list)
    by_key: dict[str, list[Slot]] = field(default_factory=lambda: defaultdict(list))

    def add(self, statement: Statement) -> None:
        slot = next(self._same(statement), None)
        if slot is None:
            slot = Slot([statement])
            self.slots.append(slot)
        else:
            slot.statements.append(statement)
        for key in _keys(statement):
            if slot not in self.by_key[key]:
                self.by_key[key].append(slot)

    def _same(self, statement: Statement) -> Iterator[Slot]:
        for key in _keys(statement):
            for slot in self.by_key.get(key, ()):
                if any(likeness(other, statement) is not Likeness.NONE for other in slot.statements):
                    yield slot


def put_together(
    author_key: str,
    bibliographies: Sequence[Bibliography],
    series: SeriesBooks,
    languages: Sequence[str] = ("english",),
) -> tuple[list[AuthorWork], Counter[str]]:
    """The author's books, and how many works were left out for which reason.

    Providers that know audiobooks decide whether there is one: what none of them lists has none, as far as is known.
    A book that one provider alone lists is LOW, else MEDIUM: a bibliography is never as sure as a series.
    """
    shelf, left_out = _Shelf(), Counter[str]()
    for bibliography in bibliographies:
        for work in sorted(bibliography.works, key=lambda work: (-work.ratings_count, work.work_id)):
            if reason := why_left_out(work, author_key, languages):
                left_out[reason] += 1
            else:
                shelf.add(_statement(bibliography.provider, work))
    knowing = [source.provider for source in bibliographies if any(work.has_audiobook for work in source.works)]
    ages = {source.provider: source.fetched_at for source in bibliographies}
    books: dict[str, AuthorWork] = {}
    for slot in shelf.slots:
        work = with_recording(described(slot.first.work, slot), slot, knowing, enough=1)
        key = book_key(work)
        sure = Confidence.MEDIUM if len(slot.providers) > 1 else Confidence.LOW
        listed = replace(
            work, series=tuple(dict.fromkeys(ref for statement in slot.statements for ref in statement.work.series))
        )
        age = ages.get(slot.first.provider)
        book = AuthorWork(author_key, key, work, series.hold(listed), slot.providers, sure, age)
        books.setdefault(key, book)
    return sorted(books.values(), key=lambda book: (book.work.year or 9999, book.book_key)), left_out


def _statement(provider: str, work: Work) -> Statement:
    entry = SeriesEntry("", "", "", "", "", work)
    return Statement(provider, entry, matching.work_forms(work), positions.parse(""))


def _keys(statement: Statement) -> list[str]:
    return sorted(statement.forms.whole | statement.forms.other | work_ids(statement.work))
