"""Goodreads' pages as the site writes them, over made-up books: the same keys, nesting, types and oddities."""

from __future__ import annotations

import html
import json


def component(name, props):
    shown = html.escape(json.dumps(props), quote=True)
    return f'<div data-react-class="ReactComponents.{name}" data-react-props="{shown}"><div>…</div></div>'


def book(number, title, series="", **changes):
    row = {
        "imageUrl": f"https://i.gr-assets.com/images/books/{number}._SY180_.jpg",
        "bookId": str(number),
        "workId": str(number + 1000),
        "bookUrl": f"/book/show/{number}",
        "from_search": False,
        "from_srp": False,
        "qid": None,
        "rank": None,
        "title": f"{title} ({series})" if series else title,
        "bookTitleBare": title,
        "numPages": 500,
        "avgRating": 4.05,
        "ratingsCount": 10000 - number,
        "author": {"id": 77, "name": "Ann  Author", "isGoodreadsAuthor": True, "profileUrl": "https://…/77.Ann"},
        "kcrPreviewUrl": None,
        "description": {"truncatedHtml": "A <b>…", "html": "A &quot;tale&quot; of \u003cbr /\u003e…"},
        "textReviewsCount": 3,
        "publicationDate": "2001",
        "toBePublished": False,
        "editions": "12 editions",
        "editionsUrl": f"/work/editions/{number + 1000}-slug",
    }
    return row | changes


def series_list(books, labels=None):
    rows = [{"isLibrarianView": False, "readOnlyStars": False, "book": row} for row in books]
    return component("SeriesList", {"series": rows} | ({} if labels is None else {"seriesHeaders": labels}))


def series_page(*lists, title="Some Saga", subtitle="3 primary works • 5 total works", pager=None):
    header = {"title": f"{title} Series", "subtitle": subtitle, "description": {"html": ""}}
    parts = [component("SeriesHeader", header), component("GoogleBannerAd", {"adId": "x"}), *lists]
    if pager:
        numbers = dict(zip(("numWorks", "currentPageNumber", "perPage"), pager, strict=True))
        parts.append(component("FullPagePaginationControls", numbers))
    return f"<!DOCTYPE html><html><head><title>{title} Series by Ann Author</title></head><body>{''.join(parts)}</body>"


def next_page(state, extra=""):
    data = {"props": {"pageProps": {"apolloState": state}}}
    shown = json.dumps(data).replace("</", "<\\/")
    return (
        f'<!DOCTYPE html><html><head><title>x</title>{extra}</head><body><script id="__NEXT_DATA__" '
        f'type="application/json">{shown}</script></body></html>'
    )


def pointer(number):
    return f'getBookByLegacyId({{"legacyId":"{number}"}})'


def state(number=501, **changes):
    """The cache of a book's page; ``changes`` replace members of the book itself."""
    main, stub = "Book:kca://book/amzn1.gr.book.v1.AAA", "Book:kca://book/amzn1.gr.book.v1.STUB"
    return {
        "ROOT_QUERY": {"__typename": "Query", pointer(number): {"__ref": main}},
        stub: {"__typename": "Book", "legacyId": 999, "webUrl": "https://www.goodreads.com/book/show/999"},
        main: {
            "__typename": "Book",
            "legacyId": number,
            "title": "Out There (Some Saga, #1)",
            "titleComplete": "Out There (Some Saga, #1)",
            "titlePrimary": "Out There",
            "description": "<b>Far</b> &amp; away<br />it is",
            "imageUrl": "https://i.gr-assets.com/501.jpg",
            "bookGenres": [{"genre": {"name": "Fantasy"}}, {"genre": {"name": "Fiction"}}],
            "bookSeries": [
                {"userPosition": "1", "series": {"__ref": "Series:kca://series/1"}},
                {"seriesPlacement": "0.5", "series": {"__ref": "Series:kca://series/2"}},
            ],
            "details": {
                "asin": "0123456789",
                "format": "Hardcover",
                "isbn": "0306406152",
                "isbn13": "9780306406157",
                "publicationTime": 1268121600000,
                "publisher": "P",
                "language": {"name": "English"},
            },
            "primaryContributorEdge": {"role": "Author", "node": {"__ref": "Contributor:1"}},
            "secondaryContributorEdges": [
                {"role": "Narrator", "node": {"__ref": "Contributor:2"}},
                {"role": "Author", "node": {"__ref": "Contributor:3"}},
                {"role": "Translator", "node": {"__ref": "Contributor:4"}},
            ],
            "work": {"__ref": "Work:1"},
        }
        | changes,
        "Work:1": {
            "legacyId": 1501,
            "stats": {"ratingsCount": 54321},
            "details": {"publicationTime": -1420070400000, "originalTitle": "Ut", "webUrl": "https://…/work/1501-x"},
        },
        "Series:kca://series/1": {"title": "Some Saga", "webUrl": "https://www.goodreads.com/series/43-some-saga"},
        "Series:kca://series/2": {"title": "Universe", "webUrl": "https://www.goodreads.com/series/44-universe"},
        "Contributor:1": {"legacyId": 77, "name": "Ann  Author", "webUrl": "https://…/author/show/77.Ann"},
        "Contributor:2": {"legacyId": 78, "name": "Nat Narrator"},
        "Contributor:3": {"legacyId": 79, "name": "Second Author"},
        "Contributor:4": {"legacyId": 80, "name": "Tr Anslator"},
    }


LD_JSON = """<script type="application/ld+json">{"@type":"Book","name":"Out There &amp; Back (Some Saga, #1)",
"image":"https://i/501.jpg","bookFormat":"Audible Audio","inLanguage":"English","isbn":"9780306406157",
"author":[{"@type":"Person","name":"Ann Author"}],"aggregateRating":{"ratingValue":4.3,"ratingCount":54321}}</script>"""
SERIES_LINK = (
    '<h3 class="Text Text__title3"><a href="https://www.goodreads.com/series/43-some-saga">Some Saga #1</a></h3>'
)


def author_row(number, title, *, credits='<a class="authorName" href="/author/show/77.Ann">Ann Author</a>', grey=""):
    return f"""<tr itemscope itemtype="http://schema.org/Book"><td><a class="bookTitle" itemprop="url"
 href="/book/show/{number}.Slug?from_search=true"><span itemprop='name' role='heading'>{title}</span></a><br/>
 <span itemprop='author'>{credits}</span><br/><span class="greyText smallText uitext"><span class="minirating">
 4.22 avg rating &mdash; 7,792 ratings</span> &mdash; {grey or "published 2017"} &mdash;
 <a class="greyText" href="/work/editions/{number + 1000}-slug">9 editions</a></span></td></tr>"""


def author_page(*rows, forward=False):
    follow = '<a class="next_page" rel="next" href="/author/list/77.Ann?page=2">next »</a>'
    last = '<span class="next_page disabled">next »</span>'
    return f"<html><body><table class='tableList'>{''.join(rows)}</table>{follow if forward else last}</body></html>"
