"""Reading a library's list page by page so that no item is lost or counted twice.

Facts: pages count from 0; rows are in the short form; ``total`` can be absent while a scan runs; ``limit=0`` gives all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from resources.audiobookshelf.items import SERVICE, ListedItem, listed_item
from resources.errors import UnexpectedAnswer

PAGE = 500

FetchPage = Callable[[int, int], Any]  # (page, limit) → the decoded answer


def every_row(fetch: FetchPage, *, at_once: bool = False) -> list[ListedItem] | None:
    """All rows, or None if the pages do not add up to the stated total (the library changed between them)."""
    rows: dict[str, ListedItem] = {}
    page, limit, stated = 0, 0 if at_once else PAGE, None
    while True:
        results, total = _page(fetch(page, limit))
        if total is None or (stated is not None and total != stated):
            return None
        stated = total
        rows |= {row.abs_id: row for row in map(listed_item, results)}
        if len(rows) == stated:
            return list(rows.values())
        if at_once or not results or len(rows) > stated:
            return None
        page += 1


def newest_first(fetch: FetchPage, limit: int = 100) -> Iterator[ListedItem]:
    """The rows in the order that the server gives, until a page comes back short. Nothing is counted."""
    page = 0
    while True:
        results, _ = _page(fetch(page, limit))
        yield from map(listed_item, results)
        if len(results) < limit:
            return
        page += 1


def path_form(path: str) -> str:
    """One form for equal paths below a library folder, whatever the Unicode form that the file system keeps."""
    return unicodedata.normalize("NFC", path).strip("/")


def _page(answer: Any) -> tuple[list[Any], int | None]:
    if not isinstance(answer, Mapping) or not isinstance(answer.get("results"), list):
        raise UnexpectedAnswer(SERVICE, "a list of items without results")
    total = answer.get("total")
    return answer["results"], total if isinstance(total, int) and not isinstance(total, bool) else None
