"""Author bibliographies (``/author/list/<id>?page=N``): 30 rows a page, every edition family of a work once.

The list mixes books with sets, samplers and anthologies, and with what the person only translated, read or introduced:
such a role stands behind the name, inside the link or after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html

from mam_assets.domain.model.catalogue import EntryKind, Work
from resources.errors import UnexpectedAnswer
from resources.goodreads.kinds import is_set
from resources.goodreads.search import NOT_A_BOOK, SERVICE, key_of, person
from resources.goodreads.series_page import parsed
from resources.goodreads.titles import split_title
from resources.http.fields import count, year

_ROLE = re.compile(r"\(([^()]*)\)")
_PUBLISHED = re.compile(r"(?:published|publication)\D*?(\d{4})", re.IGNORECASE)
_RATINGS = re.compile(r"([\d,]+)\s+ratings?")
_ID = re.compile(r"/(?:book/show|work/editions|author/show)/(\d+)")
_WRITES = frozenset(("author", "goodreads author", "pseudonym", ""))


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """One page: the works that the person wrote, how many rows it had in all, and whether another page follows."""

    works: tuple[Work, ...]
    rows: int
    has_next: bool


def author_page(body: bytes | str, author_id: str) -> AuthorPage:
    """Read one page. Raises UnexpectedAnswer if it has no list of books at all."""
    tree = parsed(body)
    rows = tree.xpath("//tr[@itemtype='http://schema.org/Book' or @itemtype='https://schema.org/Book']")
    if not rows:
        raise UnexpectedAnswer(SERVICE, f"the page of author {author_id} lists no books")
    works = [work for work in (_work(row, author_id) for row in rows) if work is not None]
    forward = tree.xpath("//a[contains(concat(' ', @class, ' '), ' next_page ') and @href]")
    return AuthorPage(tuple(works), len(rows), bool(forward))


def _work(row: html.HtmlElement, author_id: str) -> Work | None:
    links = row.xpath(".//a[contains(concat(' ', @class, ' '), ' bookTitle ')]")
    if not links:
        return None
    book_id = _id_in(links[0].get("href"))
    raw = " ".join(links[0].text_content().split())
    people = [_credited(link) for link in row.xpath(".//a[contains(concat(' ', @class, ' '), ' authorName ')]")]
    writers = tuple(name for name, _, writes in people if writes)
    if not raw or not book_id or NOT_A_BOOK in writers:
        return None
    if people and not any(writes for _, number, writes in people if number in (author_id, "")):
        return None
    title, refs = split_title(raw)
    shown = " ".join(row.text_content().split())
    published, ratings = _PUBLISHED.search(shown), _RATINGS.search(shown)
    editions = row.xpath(".//a[contains(@href, '/work/editions/')]/@href")
    return Work(
        work_id=key_of(_id_in(editions[0]) if editions else "", book_id),
        title=title,
        title_raw=raw,
        authors=writers,
        series=refs,
        year=year(published[1]) if published else None,
        kind=_kind(title, [ref.position for ref in refs]),
        provider_ids=((SERVICE, book_id),),
        to_be_published="expected publication" in shown.casefold(),
        ratings_count=count(ratings[1]) if ratings else 0,
    )


def _credited(link: html.HtmlElement) -> tuple[str, str, bool]:
    """(name, author id, whether the person wrote the book) of one credited person."""
    inside = " ".join(link.text_content().split())
    roles = [role.strip().casefold() for role in _ROLE.findall(inside)]
    for follower in link.itersiblings():  # the roles stand between this link and the next
        if follower.tag == "a":
            break
        if follower.tag == "span":
            roles += [role.strip().casefold() for role in _ROLE.findall(follower.text_content())]
    roles += [role.strip().casefold() for role in _ROLE.findall((link.tail or "").partition(",")[0])]
    name = person(_ROLE.sub("", inside))
    return name, _id_in(link.get("href")), all(role in _WRITES for role in roles)


def _kind(title: str, positions: list[str]) -> EntryKind:
    if is_set(title) or any(re.search(r"\d\s*[-,&]\s*\d", position) for position in positions):
        return EntryKind.OMNIBUS
    if positions and all("." in position for position in positions):
        return EntryKind.SECONDARY
    return EntryKind.PRIMARY


def _id_in(address: str | None) -> str:
    match = _ID.search(address or "")
    return match[1] if match else ""
