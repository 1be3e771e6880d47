"""What a person decided: it wins over every rule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overrides:
    """Everything that a person decided about books and series, in the form that the decisions take."""

    manual_matches: frozenset[tuple[str, str]] = frozenset()  # (abs_id, book_key): this item is that book
    excluded_matches: frozenset[tuple[str, str]] = frozenset()  # (abs_id, book_key): it is not
    ignored_books: frozenset[str] = frozenset()
    ignored_series: frozenset[str] = frozenset()
    wanted_books: frozenset[str] = frozenset()
    priorities: tuple[tuple[str, int], ...] = ()  # (book_key, priority), lower is sooner
