"""The query planner: which books share a query, how queries get looser, when to stop and when to ask again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mam_assets.domain.searching.words import (
    apostrophe_forms,
    ascii_form,
    author_words,
    telling,
    without_subtitle,
    words,
)

from .. import people
from ..model.release import Wanted

EVERYWHERE = ("title", "author", "series")

# Fewer books than this that a series query left open are asked for one by one, not by all that their author wrote.
WORTH_AN_AUTHOR = 3
LONGEST_PAUSE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Query:
    """One question: every word of ``text`` must occur in one of the ``fields`` (names of the tracker's ``srchIn``).

    ``number`` is its place in its group, from 1. It is worth asking while at least ``worth`` of the books that it
    serves lack an acceptable candidate.
    """

    text: str
    fields: tuple[str, ...] = EVERYWHERE
    book_keys: tuple[str, ...] = ()
    number: int = 0
    worth: int = 1


@dataclass(frozen=True, slots=True)
class QueryGroup:
    """Books that share queries, and the queries in the order to ask them, looser and looser."""

    book_keys: tuple[str, ...]
    queries: tuple[Query, ...]
    kind: str = "title"  # "series", "author" or "title": what the first query asks for


def plan(missing: Sequence[Wanted]) -> list[QueryGroup]:
    """The fewest groups that serve every book once: books of one series, then of one author, then single ones.

    A book in several series goes where most of its companions are. Largest groups come first; the order of the books
    given decides between equals, so the same books give the same plan.
    """
    left = {book.book_key: book for book in missing}
    groups: list[QueryGroup] = []
    for kind, keys_of in (("series", _series_keys), ("author", _author_keys)):
        for books in _largest_first(left, keys_of):
            groups.append(_series_group(books) if kind == "series" else _author_group(books))
            for book in books:
                del left[book.book_key]
    groups.extend(_group("title", [book], []) for book in left.values())
    return [group for group in groups if group.queries]


def next_query(group: QueryGroup, satisfied: AbstractSet[str], asked: int) -> Query | None:
    """The next query worth asking, or None when every book has an acceptable candidate or nothing is left to ask.

    ``satisfied`` holds the keys of the books that have one; ``asked`` is the ``number`` of the query asked last (0 at
    the start), so pass ``query.number`` on.
    """
    for query in group.queries[asked:]:
        if sum(key not in satisfied for key in query.book_keys) >= query.worth:
            return query
    return None


def next_search_at(now: datetime, fruitless: int) -> datetime:
    """When to search again after so many searches in a row that found nothing: in 1, 2, 4, 8, 16, then 30 days.

    ``now`` is aware; 0 fruitless searches mean at once.
    """
    if fruitless <= 0:
        return now
    return now + timedelta(days=min(LONGEST_PAUSE_DAYS, 2 ** min(fruitless - 1, 5)))


def _largest_first(left: dict[str, Wanted], keys_of: Callable[[Wanted], set[str]]) -> Iterable[list[Wanted]]:
    """Groups of two and more books that share a key, the largest first; each book in one group."""
    members: dict[str, dict[str, Wanted]] = defaultdict(dict)
    for book in left.values():
        for key in keys_of(book):
            members[key][book.book_key] = book
    while members:
        key = min(members, key=lambda name: (-len(members[name]), name))
        books = list(members.pop(key).values())
        if len(books) < 2:
            return
        for others in members.values():
            for book in books:
                others.pop(book.book_key, None)
        yield books


def _series_keys(book: Wanted) -> set[str]:
    surname = people.normal(book.authors[0]).split()[-1:] if book.authors else []
    return {f"{' '.join(telling(place.name))}|{''.join(surname)}" for place in book.series if words(place.name)}


def _author_keys(book: Wanted) -> set[str]:
    return {people.normal(name) for name in book.authors if author_words(name)}


def _series_group(books: Sequence[Wanted]) -> QueryGroup:
    shared = set.intersection(*(_series_keys(book) for book in books))
    name = next(
        place.name
        for place in books[0].series
        if any(key.startswith(f"{' '.join(telling(place.name))}|") for key in shared)
    )
    author = _author(books[0])
    first = [Query(text) for text in _texts(telling(name), author)]
    if author and len(books) >= WORTH_AN_AUTHOR:
        first.append(Query(" ".join(author), ("author",), worth=WORTH_AN_AUTHOR))
    return _group("series", books, first)


def _author_group(books: Sequence[Wanted]) -> QueryGroup:
    shared = set.intersection(*(_author_keys(book) for book in books))
    name = next(name for name in books[0].authors if people.normal(name) in shared)
    return _group("author", books, [Query(text, ("author",)) for text in _texts([], author_words(name))])


def _group(kind: str, books: Sequence[Wanted], first: Sequence[Query]) -> QueryGroup:
    """The shared queries, then each book's own; a text that was asked is not asked again."""
    keys = tuple(book.book_key for book in books)
    queries = [replace(query, book_keys=keys) for query in first]
    queries += [replace(query, book_keys=(book.book_key,)) for book in books for query in _title_queries(book)]
    once: dict[tuple[str, tuple[str, ...]], Query] = {}
    for query in queries:
        same = once.setdefault((query.text, query.fields), query)
        once[query.text, query.fields] = replace(
            same, book_keys=tuple(dict.fromkeys((*same.book_keys, *query.book_keys)))
        )
    return QueryGroup(keys, tuple(replace(query, number=n) for n, query in enumerate(once.values(), 1)), kind)


def _title_queries(book: Wanted) -> list[Query]:
    """A book's own queries: title and author, then other titles and author, then the title alone if it is telling."""
    author = _author(book)
    names = (*(place.name for place in book.series), *book.series_titles)
    queries: list[Query] = []
    for title in (book.title, *book.alternative_titles[:2]):
        queries += [Query(text) for text in _texts(telling(without_subtitle(title, names)), author)]
    alone = telling(without_subtitle(book.title, names))
    if author and (len(alone) > 1 or any(len(word) > 7 for word in alone)):
        queries += [Query(text, ("title",)) for text in _texts(alone, [])[:1]]
    return queries


def _texts(title: Sequence[str], author: Sequence[str]) -> list[str]:
    """The spellings of one query, the most usual first; none when there is nothing to ask for."""
    forms = [" ".join((*form, *author)) for form in apostrophe_forms(title)]
    texts = dict.fromkeys(form for form in (*forms, *(ascii_form(form) for form in forms)) if form.strip(" *"))
    return list(texts)


def _author(book: Wanted) -> list[str]:
    """The words of the first author that has any to ask by."""
    return next((author for author in map(author_words, book.authors) if author), [])
