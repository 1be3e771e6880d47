"""How complete the tracked authors are outside the tracked series, and which of their books are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mam_assets.domain.gaps import LACKED, OWNED
from mam_assets.domain.model.completion import EntryVerdict, MissingBook
from mam_assets.domain.model.overrides import Overrides

from .merge import AuthorWork

PRIORITY_AUTHOR_GAP = 500


@dataclass(frozen=True, slots=True)
class AuthorFigures:
    """Counts of one author's books outside the tracked series that are released and recorded; None: nothing counts."""

    total_books: int
    books_owned: int
    books_missing: int
    completion_percentage: float | None


def figures(books: Iterable[tuple[AuthorWork, EntryVerdict]]) -> AuthorFigures:
    """The figures of one author. Books of tracked series count there and not here."""
    statuses = [verdict.status for book, verdict in books if not book.in_tracked_series]
    owned, lacked = sum(state in OWNED for state in statuses), sum(state in LACKED for state in statuses)
    total = owned + lacked
    return AuthorFigures(total, owned, lacked, round(100 * owned / total, 1) if total else None)


def author_gaps(
    books: Iterable[tuple[AuthorWork, EntryVerdict]], overrides: Overrides, known: Collection[str] = frozenset()
) -> list[MissingBook]:
    """What tracked authors wrote outside the tracked series and the library lacks, each book once, after series gaps.

    ``known`` holds the keys of books that are listed as missing from a series already. Never surer than MEDIUM.
    """
    priorities: Mapping[str, int] = dict(overrides.priorities)
    gaps: dict[str, MissingBook] = {}
    for book, verdict in books:
        if book.in_tracked_series or verdict.status in OWNED or book.book_key in known:
            continue
        gaps.setdefault(
            book.book_key,
            MissingBook(
                book_key=book.book_key,
                series_key="",
                series_name="",
                series_number="",
                places=book.work.series,
                series_titles=(),
                work=book.work,
                reason=verdict.status,
                evidence=verdict.evidence,
                confidence=min(book.confidence, verdict.confidence),
                priority=priorities.get(book.book_key, PRIORITY_AUTHOR_GAP),
            ),
        )
    return list(gaps.values())
