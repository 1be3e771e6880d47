"""The lists of the Audiobookshelf stand-in: items, series, authors, figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from . import shapes
from .books import Book, ignore_prefix, last_first
from .library import Library, Shelves
from .queries import BadFilter, decode_filter, matching, ordered

Params = Mapping[str, str]


def _whole(params: Params, name: str) -> int:
    """A number of the address; what is none counts as 0. Raises ValueError for one below 0."""
    text = params.get(name, "0")
    if text.startswith("-") and text[1:].isdigit():
        raise ValueError(f"Invalid request. {name} must be a positive integer")
    return int(text) if text.isdigit() else 0


def _flag(params: Params, name: str) -> bool:
    return params.get(name) == "1"


class Lists:
    def __init__(self, shelves: Shelves) -> None:
        self.shelves = shelves

    def items(self, library: Library, params: Params, *, total: bool = True) -> str:
        """``GET /api/libraries/:id/items`` as JSON text. Raises ValueError for a page or limit below 0."""
        limit, page = _whole(params, "limit"), _whole(params, "page")
        books = list(library.books.values())
        series_id = ""
        if params.get("filter"):
            with suppress(BadFilter):  # one that it does not know is passed over
                group, value = decode_filter(params["filter"])
                books = matching(books, group, value)
                series_id = value if group == "series" else ""
        books = ordered(books, params.get("sort", ""), descending=_flag(params, "desc"), series_id=series_id)
        collapsed = self._collapse(library, books) if _flag(params, "collapseseries") and not series_id else {}
        if collapsed:
            books = [book for book in books if book.id in collapsed]
        shown = books[page * limit : (page + 1) * limit] if limit else books
        rows = []
        for book in shown:
            more = collapsed.get(book.id)
            if series_id or more:
                rows.append(json.dumps(shapes.minified(book, library.root, series_id) | (more or {})))
            else:
                rows.append(shapes.row_json(book, library.root))
        tail = _envelope(params, len(books), limit, page)
        if not total:
            del tail["total"]
        sorted_tail = {**tail, "mediaType": library.media_type, "minified": _flag(params, "minified")}
        sorted_tail |= {"collapseseries": _flag(params, "collapseseries")}
        sorted_tail |= {"include": params.get("include", "").lower(), "offset": page * limit}
        return '{"results":[' + ",".join(rows) + "]," + json.dumps(sorted_tail)[1:]

    def _collapse(self, library: Library, books: list[Book]) -> dict[str, dict[str, Any]]:
        """Item id → what stands beside its row; the books of a series are represented by their first."""
        beside: dict[str, dict[str, Any]] = {book.id: {} for book in books if not book.series}
        wanted = {book.id for book in books}
        for (id_, name), members in library.series_with_books().items():
            ours = [book for book in members if book.id in wanted]
            if not ours:
                continue
            sequence = next(s for other, _, s in ours[0].series if other == id_)
            row: dict[str, Any] = {"id": id_, "name": name, "nameIgnorePrefix": ignore_prefix(name)}
            row["sequence"] = sequence
            row |= {"numBooks": len(ours), "libraryItemIds": [book.id for book in ours]}
            beside[ours[0].id] = {"collapsedSeries": row}
        return beside

    # ------------------------------------------------------------------------------------------------- series

    def series(self, library: Library, params: Params) -> dict[str, Any]:
        """``GET /api/libraries/:id/series``: without a limit there are no rows, only the total."""
        with self.shelves.lock:
            limit, page = _whole(params, "limit"), _whole(params, "page")
            listed = sorted(library.series_with_books().items(), key=lambda pair: pair[0][1].casefold())
            if params.get("sort") == "numBooks":
                listed.sort(key=lambda pair: len(pair[1]))
            if params.get("sort") == "addedAt":
                listed.sort(key=lambda pair: min(book.times["addedAt"] for book in pair[1]))
            if _flag(params, "desc"):
                listed.reverse()
            rows = [
                _series_row(library, id_, name, books)
                | {"books": [shapes.minified(book, library.root, id_) for book in books]}
                for (id_, name), books in listed[page * limit : (page + 1) * limit]
            ]
            tail = _envelope(params, len(listed), limit, page)
            return {"results": rows, **tail, "minified": _flag(params, "minified"), "include": ""}

    def one_series(self, series_id: str, params: Params) -> dict[str, Any] | None:
        with self.shelves.lock:
            for library in self.shelves.libraries:
                for (id_, name), books in library.series_with_books().items():
                    if id_ == series_id:
                        row = _series_row(library, id_, name, books)
                        if "progress" in params.get("include", ""):
                            ids = [book.id for book in books]
                            progress = {"libraryItemIds": ids, "libraryItemIdsFinished": [], "isFinished": False}
                            row["progress"] = progress
                        return row
        return None

    # ------------------------------------------------------------------------------------------------ authors

    def authors(self, library: Library, params: Params) -> dict[str, Any]:
        """``GET /api/libraries/:id/authors``: pages only when both limit and page are numbers."""
        with self.shelves.lock:
            listed = library.authors_with_books()
            rows = [
                _author_row(library, id_, name, books) | {"numBooks": len(books), "lastFirst": last_first(name)}
                for (id_, name), books in listed.items()
            ]
        if params.get("sort") == "lastFirst":
            rows.sort(key=lambda row: row["lastFirst"].casefold())
        else:
            rows.sort(key=lambda row: row["name"].casefold())
        if _flag(params, "desc"):
            rows.reverse()
        if not (params.get("limit", "").isdigit() and params.get("page", "").isdigit()):
            return {"authors": rows}
        limit, page = int(params["limit"]), int(params["page"])
        shown = rows[page * limit : (page + 1) * limit] if limit else rows
        tail = _envelope(params, len(rows), limit, page)
        return {"results": shown, **tail, "minified": _flag(params, "minified")}

    def one_author(self, author_id: str, params: Params) -> dict[str, Any] | None:
        include = params.get("include", "").split(",")
        with self.shelves.lock:
            for library in self.shelves.libraries:
                for (id_, name), books in library.authors_with_books().items():
                    if id_ == author_id:
                        row = _author_row(library, id_, name, books)
                        if "items" in include:
                            if "series" in include:
                                row["series"] = _series_of(library, books)
                            row["libraryItems"] = [shapes.minified(book, library.root) for book in books]
                        return row
        return None

    # ------------------------------------------------------------------------------------------------ figures

    def filter_data(self, library: Library) -> dict[str, Any]:
        books = list(library.books.values())

        def texts(key: str) -> list[str]:
            return list(dict.fromkeys(book.metadata[key] for book in books if book.metadata[key]))

        years = (book.metadata["publishedYear"] or "" for book in books)
        return {
            "authors": [{"id": id_, "name": name} for id_, name in library.authors_with_books()],
            "genres": list(dict.fromkeys(genre for book in books for genre in book.metadata["genres"])),
            "tags": list(dict.fromkeys(tag for book in books for tag in book.tags)),
            "series": [{"id": id_, "name": name} for id_, name in library.series_with_books()],
            "narrators": list(dict.fromkeys(name for book in books for name in book.narrators)),
            "languages": texts("language"),
            "publishers": texts("publisher"),
            "publishedDecades": sorted({f"{year[:3]}0" for year in years if year[:4].isdigit() and len(year) >= 4}),
            "bookCount": 0,
            "authorCount": 0,
            "seriesCount": 0,
            "podcastCount": 0,
            "numIssues": 0,
            "loadedAt": library.last_scan or library.created,
        }

    def stats(self, library: Library) -> dict[str, Any]:
        with self.shelves.lock:
            books = list(library.books.values())
            authors = [(id_, name, len(b)) for (id_, name), b in library.authors_with_books().items()]
        authors.sort(key=lambda row: -row[2])
        genres = Counter(genre for book in books for genre in book.metadata["genres"])
        largest = sorted(books, key=lambda book: -book.size)[:10]
        longest = sorted(books, key=lambda book: -book.duration)[:10]
        return {
            "largestItems": [{"id": book.id, "title": book.title, "size": book.size} for book in largest],
            "totalAuthors": len(authors),
            "authorsWithCount": [{"id": id_, "name": name, "count": n} for id_, name, n in authors[:10]],
            "totalGenres": len(genres),
            "genresWithCount": [{"genre": genre, "count": count} for genre, count in genres.most_common()],
            "totalItems": len(books),
            "longestItems": [{"id": book.id, "title": book.title, "duration": book.duration} for book in longest],
            "totalSize": sum(book.size for book in books),
            "totalDuration": round(sum(book.duration for book in books), 6),
            "numAudioTracks": sum(book.num_tracks for book in books),
        }


def _envelope(params: Params, total: int, limit: int, page: int) -> dict[str, Any]:
    tail: dict[str, Any] = {"total": total, "limit": limit, "page": page}
    if params.get("sort"):
        tail["sortBy"] = params["sort"]
    tail["sortDesc"] = _flag(params, "desc")
    return tail | ({"filterBy": params["filter"]} if params.get("filter") else {})


def _series_row(library: Library, id_: str, name: str, books: list[Book]) -> dict[str, Any]:
    added = min(book.times["addedAt"] for book in books)
    row = {"id": id_, "name": name, "nameIgnorePrefix": ignore_prefix(name), "description": None}
    return {**row, "addedAt": added, "updatedAt": added, "libraryId": library.id}


def _series_of(library: Library, books: list[Book]) -> list[dict[str, Any]]:
    names = dict.fromkeys((id_, name) for book in books for id_, name, _ in book.series)
    return [
        {"id": id_, "name": name, "items": [shapes.minified(b, library.root, id_) for b in books if id_ in _ids(b)]}
        for id_, name in names
    ]


def _ids(book: Book) -> list[str]:
    return [id_ for id_, _, _ in book.series]


def _author_row(library: Library, id_: str, name: str, books: list[Book]) -> dict[str, Any]:
    added = min(book.times["addedAt"] for book in books)
    row = {"id": id_, "asin": None, "name": name, "description": None, "imagePath": None, "libraryId": library.id}
    return {**row, "addedAt": added, "updatedAt": added}
