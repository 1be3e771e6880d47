"""The answers of ``/book/auto_complete?format=json`` and the "book" object that series pages use too."""

from __future__ import annotations

from dataclasses import dataclass

from mam_assets.domain.model.catalogue import Work
from resources.errors import UnexpectedAnswer
from resources.goodreads.titles import split_title
from resources.http.fields import count, mapping, text, year

SERVICE = "goodreads"
NOT_A_BOOK = "NOT A BOOK"  # an author's name under which librarians file junk


@dataclass(frozen=True, slots=True)
class Hit:
    """A book of a list, with the id of its author (text) for which a work has no place."""

    work: Work
    book_id: str
    author_id: str = ""

    @property
    def is_junk(self) -> bool:
        return NOT_A_BOOK in self.work.authors


def hit(book: object) -> Hit | None:
    """One "book" object; None if it has no id or no title. Books and works have texts as ids, authors numbers."""
    row = mapping(book)
    raw = " ".join((text(row.get("title")) or text(row.get("bookTitleBare"))).split())
    bare, refs = split_title(raw)
    book_id, work_id = text(row.get("bookId")), text(row.get("workId"))
    if not raw or not (book_id or work_id):
        return None
    author = mapping(row.get("author"))
    name = person(author.get("name"))
    work = Work(
        work_id=key_of(work_id, book_id),
        title=split_title(text(row.get("bookTitleBare")))[0] or bare,
        title_raw=raw,
        authors=(name,) if name else (),
        series=refs,
        year=year(row.get("publicationDate")),
        to_be_published=row.get("toBePublished") is True,
        provider_ids=((SERVICE, book_id),) if book_id else (),
        ratings_count=count(row.get("ratingsCount")),
    )
    return Hit(work, book_id, text(author.get("id")))


def hits(answer: object) -> list[Hit]:
    """All hits, best first. An empty list is an answer; anything but a list of books raises UnexpectedAnswer."""
    if not isinstance(answer, list):
        raise UnexpectedAnswer(SERVICE, "the search answered with something other than a list")
    books = [book for book in map(hit, answer) if book is not None]
    if answer and not books:
        raise UnexpectedAnswer(SERVICE, "the search answered with rows that are not books")
    return [book for book in books if not book.is_junk]


def key_of(work_id: str, book_id: str) -> str:
    """The id of a work; an edition whose work is not stated stands for itself."""
    return f"{SERVICE}:{work_id}" if work_id else f"{SERVICE}:book:{book_id}"


def person(value: object) -> str:
    """A person's name with single spaces ("J.K.  Rowling")."""
    return " ".join(text(value).split())
