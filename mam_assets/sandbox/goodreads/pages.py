"""The pages of Goodreads as the stand-in prints them: JSON in script tags and in attributes of a server-made page."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from ..world.facts import WorldBook, WorldSeries, author_id, stable_number
from .works import Place, Works

ROWS = 30  # of a bibliography page, whatever was asked for
_DAY = 86_400_000


def slug(text: str, between: str = "-") -> str:
    return re.sub(r"[^a-z0-9]+", between, text.lower()).strip(between) or "x"


def book_object(works: Works, book: WorldBook, *, quoted_rating: bool) -> dict[str, Any]:
    """The "book" of search answers and series pages. Searches quote the rating, series pages do not."""
    author, name = author_id(book.authors[0]), book.authors[0]
    rating = round(3.4 + book.book_id % 120 / 100, 2)
    profile = f"https://www.goodreads.com/author/show/{author}.{slug(name, '_')}"
    return {
        "imageUrl": f"https://i.gr-assets.com/images/{book.book_id}._SY75_.jpg",
        "bookId": str(book.book_id),
        "workId": str(book.work_id),
        "bookUrl": f"/book/show/{book.book_id}-{slug(book.title)}",
        "from_search": quoted_rating,
        "from_srp": quoted_rating,
        "qid": None,
        "rank": None,
        "title": works.decorated(book),
        "bookTitleBare": book.title,
        "numPages": 180 + book.book_id % 500,
        "avgRating": f"{rating:.2f}" if quoted_rating else rating,
        "ratingsCount": works.ratings(book),
        "author": {
            "id": author,
            "name": name,
            "isGoodreadsAuthor": False,
            "profileUrl": profile,
            "worksListUrl": profile.replace("/show/", "/list/"),
        },
        "kcrPreviewUrl": None,
        "description": {"html": f"<i>{escape(book.title)}</i>", "truncated": True, "fullContentUrl": ""},
    }


def publication_time(year: int | None, key: int) -> int | None:
    """Milliseconds since 1970 of some day of that year; years before Christ are negative, none is None."""
    if year is None:
        return None
    return round((year - 1970) * 365.2425 + 15 + key % 330) * _DAY


def page(title: str, body: str) -> str:
    head = f'<html lang="en"><head><title>{escape(title)}</title></head>'
    return f"<!DOCTYPE html>\n{head}\n<body>\n{body}\n</body></html>\n"


def book_page(works: Works, book: WorldBook, *, is_empty: bool = False) -> str:
    """A book's page. ``is_empty``: its cache came without contents, only ``ld+json`` says something."""
    state = {} if is_empty else _apollo(works, book)
    data = json.dumps({"props": {"pageProps": {"apolloState": state}}, "page": "/book/show/[book_id]"})
    linked = {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": works.decorated(book),
        "bookFormat": "Paperback",
        "numberOfPages": 180 + book.book_id % 500,
        "inLanguage": book.language.capitalize(),
        "isbn": book.isbn or None,
        "author": [{"@type": "Person", "name": name} for name in book.authors],
    }
    info = f"Expected publication {book.year or ''}" if book.to_be_published else f"First published {book.year or ''}"
    body = (
        f'<script type="application/ld+json">{_script(json.dumps(linked))}</script>\n'
        f'<h1 data-testid="bookTitle">{escape(book.title)}</h1>\n<p data-testid="publicationInfo">{info}</p>\n'
        f'<script id="__NEXT_DATA__" type="application/json">{_script(data)}</script>'
    )
    return page(f"{book.title} by {book.authors[0]} | Goodreads", body)


def _script(text: str) -> str:
    return text.replace("</", "<\\/")


def _apollo(works: Works, book: WorldBook) -> dict[str, Any]:
    key, work = f"Book:kca://book/sandbox.{book.book_id}", f"Work:kca://work/sandbox.{book.work_id}"
    places = works.places.get(book.book_id, [])
    # A stub of another book stands in the cache too, without a title.
    state: dict[str, Any] = {
        f"Book:kca://book/sandbox.stub{book.book_id}": {"__typename": "Book", "id": "stub"},
        "ROOT_QUERY": {
            "__typename": "Query",
            f'getBookByLegacyId({{"legacyId":"{book.book_id}"}})': {"__ref": key},
        },
    }
    people = [*book.authors, *book.narrators[:1]]
    edges = [
        {"role": "Narrator" if name in book.narrators else "Author", "node": {"__ref": _contributor(name)}}
        for name in people
    ]
    for name in people:
        state[_contributor(name)] = {
            "legacyId": author_id(name),
            "name": name,
            "webUrl": f"https://www.goodreads.com/author/show/{author_id(name)}.{slug(name, '_')}",
        }
    for place in places:
        state[_series(place.series)] = {
            "title": place.series.name,
            "webUrl": f"https://www.goodreads.com/series/{place.series.series_id}-{slug(place.series.name)}",
        }
    state[key] = {
        "__typename": "Book",
        "id": key.removeprefix("Book:"),
        "legacyId": book.book_id,
        "title": works.decorated(book),
        "titleComplete": works.decorated(book),
        "titlePrimary": book.title,
        "description": f"<b>{escape(book.title)}</b>",
        'description({"stripped":true})': book.title,
        "imageUrl": f"https://i.gr-assets.com/images/{book.book_id}.jpg",
        "webUrl": f"https://www.goodreads.com/book/show/{book.book_id}-{slug(book.title)}",
        "bookGenres": [{"genre": {"name": book.genre.title(), "webUrl": ""}}],
        "bookSeries": [_membership(place) for place in places],
        "details": {
            # Often an ISBN-10 stands where an ASIN is expected.
            "asin": book.asin if book.book_id % 3 else "0123456789",
            "format": "Hardcover",
            "numPages": 180 + book.book_id % 500,
            "isbn": None,
            "isbn13": book.isbn or None,
            "publicationTime": publication_time(book.year and book.year + book.book_id % 2, book.book_id),
            "publisher": None,
            "language": {"name": book.language.capitalize()},
        },
        "primaryContributorEdge": edges[0],
        "secondaryContributorEdges": edges[1:],
        "work": {"__ref": work},
    }
    state[work] = {
        "legacyId": book.work_id,
        "stats": {"averageRating": 4.1, "ratingsCount": works.ratings(book)},
        "details": {
            "publicationTime": publication_time(book.year, book.work_id),
            "originalTitle": book.original_title or book.title,
            "webUrl": f"https://www.goodreads.com/work/{book.work_id}-{slug(book.title)}",
        },
    }
    return state


def _contributor(name: str) -> str:
    return f"Contributor:kca://author/sandbox.{author_id(name)}"


def _series(series: WorldSeries) -> str:
    return f"Series:kca://series/sandbox.{series.series_id}"


def _membership(place: Place) -> dict[str, Any]:
    reference = {"__ref": _series(place.series)}
    if stable_number("membership", place.series.series_id) % 4:
        return {"userPosition": place.position, "series": reference}
    return {"seriesPlacement": place.position, "series": reference}


def series_page(works: Works, series: WorldSeries, number: int, *, per_page: int, has_labels: bool = True) -> str:
    """One page of a series: its header, its books in several blobs around the ads, the controls if there are more."""
    listed = works.listed[series.series_id]
    primary = sum(book.kind == "primary" for _, book in listed)
    subtitle = f"{primary} primary work{'s' * (primary != 1)} • {len(listed)} total work{'s' * (len(listed) != 1)}"
    about = {"truncatedHtml": "", "html": f"Books of {series.author}."}
    blobs = [_react("SeriesHeader", {"title": f"{series.name} Series", "subtitle": subtitle, "description": about})]
    shown = listed[(number - 1) * per_page : number * per_page]
    for part in (shown[:2], *(shown[at : at + 10] for at in range(2, len(shown), 10))):
        props: dict[str, Any] = {"series": [_series_row(works, book) for _, book in part]}
        if has_labels:
            props["seriesHeaders"] = [place.label for place, _ in part]
        blobs.append(_react("SeriesList", props) + '<div class="advert"></div>')
    if len(listed) > per_page:
        controls = {"numWorks": len(listed), "currentPageNumber": number, "perPage": per_page}
        blobs.append(_react("FullPagePaginationControls", controls))
    header = f'<div class="responsiveSeriesHeader__subtitle">{subtitle}</div>'
    return page(f"{series.name} Series by {series.author}", header + "\n".join(blobs))


def _series_row(works: Works, book: WorldBook) -> dict[str, Any]:
    row = book_object(works, book, quoted_rating=False)
    row |= {
        "textReviewsCount": 150,
        "toBePublished": book.to_be_published,
        "editions": "12 editions",
        "editionsUrl": f"/work/editions/{book.work_id}-{slug(book.title)}",
    }
    if book.year is not None:
        row["publicationDate"] = str(book.year)
    return {"isLibrarianView": False, "readOnlyStars": False, "book": row}


def _react(name: str, props: dict[str, Any]) -> str:
    return f'<div data-react-class="ReactComponents.{name}" data-react-props="{escape(json.dumps(props))}"></div>'


def author_page(works: Works, name: str, number: int) -> str:
    """One page of somebody's bibliography, 30 rows."""
    books = works.by_author(name)
    pages = -(-len(books) // ROWS)
    path = f"/author/list/{author_id(name)}.{slug(name, '_')}"
    rows = "\n".join(_author_row(works, book) for book in books[(number - 1) * ROWS : number * ROWS])
    link = f'<a class="next_page" rel="next" href="{path}?page={number + 1}">next »</a>' if number < pages else ""
    body = f"<h1>Books by {escape(name)}</h1>\n<table class='tableList'>{rows}</table>\n<div>{link}</div>"
    return page(f"Books by {name} (Author of {books[0].title})", body)


def _author_row(works: Works, book: WorldBook) -> str:
    people = ", ".join(
        f'<a class="authorName" href="https://www.goodreads.com/author/show/{author_id(name)}.{slug(name, "_")}">'
        f'<span itemprop="name">{escape(name)}</span></a>'
        for name in book.authors
    )
    published = "expected publication" if book.to_be_published else "published"
    when = f"{published} {book.year}" if book.year else published if book.to_be_published else ""
    return (
        '<tr itemscope itemtype="http://schema.org/Book"><td>'
        f'<a class="bookTitle" itemprop="url" href="/book/show/{book.book_id}-{slug(book.title)}">'
        f'<span itemprop="name" role="heading">{escape(works.decorated(book))}</span></a> by {people}'
        f'<span class="minirating">4.22 avg rating — {works.ratings(book):,} ratings</span>'
        f'<span class="greyText smallText">{when} — <a class="greyText" rel="nofollow" '
        f'href="/work/editions/{book.work_id}-{slug(book.title)}">12 editions</a></span></td></tr>'
    )
