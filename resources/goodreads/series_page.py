"""Series pages (``/series/<id>``): JSON inside ``data-react-props`` attributes, read from all blobs of all pages.

Several ``SeriesList`` blobs stand on one page, split around advertisements. ``seriesHeaders`` runs parallel to
``series`` and labels the positions; it may be absent or shorter. Umbrella series decorate books with the name of the
sub-series, so a title's own decoration counts only when it names this very series.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree, html

from mam_assets.domain.model.catalogue import ProviderSeries
from mam_assets.domain.model.library import SeriesRef
from resources.errors import UnexpectedAnswer
from resources.goodreads.kinds import PlacedWork, kinds_of
from resources.goodreads.search import SERVICE, Hit, hit
from resources.goodreads.titles import label_position, names_series, series_name
from resources.http.fields import integer, mapping, text

log = logging.getLogger(__name__)

_COUNT = re.compile(r"([\d,]+)\s+(primary|total)\s+work")


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """One page: rows of (position, hit) in its order. ``pages`` is how many there are by the page's own word."""

    title: str
    rows: tuple[tuple[str, Hit], ...]
    primary_count: int | None
    total_count: int | None
    page: int
    pages: int


def series_page(body: bytes | str, series_id: str) -> SeriesPage:
    """Read one page. Raises UnexpectedAnswer if it has no list of books: layout drift is never an empty series."""
    tree = parsed(body)
    header = next(iter(_props(tree, "SeriesHeader")), {})
    title = series_name(text(header.get("title")) or _page_title(tree))
    lists = _props(tree, "SeriesList")
    if not lists:
        raise UnexpectedAnswer(SERVICE, f"the page of series {series_id} holds no list of books")
    rows = tuple(row for blob in lists for row in _rows(blob, title))
    if not rows:
        raise UnexpectedAnswer(SERVICE, f"the lists on the page of series {series_id} hold no books")
    counts = {word: integer(shown) for shown, word in _COUNT.findall(_subtitle(tree, header))}
    pager = next(iter(_props(tree, "FullPagePaginationControls")), {})
    per_page, works = integer(pager.get("perPage")) or 0, integer(pager.get("numWorks")) or 0
    return SeriesPage(
        title=title,
        rows=rows,
        primary_count=counts.get("primary"),
        total_count=counts.get("total"),
        page=integer(pager.get("currentPageNumber")) or 1,
        pages=-(-works // per_page) if per_page > 0 else 1,
    )


def assembled(series_id: str, pages: Sequence[SeriesPage]) -> ProviderSeries:
    """The pages of one series as one: each work once, in order, with the kind of each entry told apart."""
    first = pages[0]
    rows: dict[str, tuple[str, Hit]] = {}
    for position, book in (row for page in pages for row in page.rows):
        if not book.is_junk:
            rows.setdefault(book.work.work_id, (position, book))
    placed = [PlacedWork(position, book.work) for position, book in rows.values()]
    kinds = kinds_of(placed, first.title, first.primary_count)
    return ProviderSeries(
        provider=SERVICE,
        series_id=series_id,
        title=first.title,
        entries=tuple(
            (
                entry.position,
                replace(
                    entry.work,
                    kind=kind,
                    series=(
                        SeriesRef(first.title, entry.position, series_id),
                        *(ref for ref in entry.work.series if not names_series(ref.name, first.title)),
                    ),
                ),
            )
            for entry, kind in zip(placed, kinds, strict=True)
        ),
        primary_count=first.primary_count,
        total_count=first.total_count,
    )


def parsed(body: bytes | str) -> html.HtmlElement:
    """The page as a tree. Raises UnexpectedAnswer for what no parser takes."""
    try:
        return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        pass
    raise UnexpectedAnswer(SERVICE, "a page that cannot be read as HTML")


def _props(tree: html.HtmlElement, component: str) -> list[Mapping[str, Any]]:
    blobs = []
    for node in tree.xpath(f"//*[@data-react-class='ReactComponents.{component}']"):
        try:
            props = json.loads(node.get("data-react-props") or "")
        except (ValueError, RecursionError):
            raise UnexpectedAnswer(SERVICE, f"the data of {component} cannot be read") from None
        if not isinstance(props, Mapping):
            raise UnexpectedAnswer(SERVICE, f"the data of {component} is no object")
        blobs.append(props)
    return blobs


def _rows(blob: Mapping[str, Any], series_title: str) -> list[tuple[str, Hit]]:
    books, labels = blob.get("series"), blob.get("seriesHeaders")
    if not isinstance(books, list):
        raise UnexpectedAnswer(SERVICE, "a list of books without its books")
    labels = labels if isinstance(labels, list) else []
    # Only labels that are as many as the books are sure to run parallel to them.
    trusted = len(labels) == len(books)
    rows = []
    for index, entry in enumerate(books):
        book = hit(mapping(entry).get("book"))
        if book is None:
            log.warning("an entry of the series %r is no book: left out", series_title)
            continue
        label = label_position(labels[index]) if index < len(labels) else ""
        own = next((ref.position for ref in book.work.series if names_series(ref.name, series_title)), "")
        rows.append(((label or own) if trusted else (own or label), book))
    return rows


def _subtitle(tree: html.HtmlElement, header: Mapping[str, Any]) -> str:
    rendered = tree.xpath("//*[contains(@class, 'responsiveSeriesHeader__subtitle')]")
    return text(header.get("subtitle")) or " ".join(node.text_content() for node in rendered)


def _page_title(tree: html.HtmlElement) -> str:
    titles = tree.xpath("//title/text()")
    return re.sub(r"\s+by\s+.+$", "", " ".join(str(titles[0]).split())) if titles else ""
