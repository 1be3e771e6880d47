"""The products of Audible's catalogue: recordings, series, and what else a shop sells under the same titles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..world.facts import World, WorldBook, WorldSeries, invented_asin, stable_number
from ..world.opinions import TODAY_IS_AFTER, Opinions, audio_release

# response group → the keys that it brings
GROUPS: dict[str, tuple[str, ...]] = {
    "contributors": ("authors", "narrators", "publisher_name"),
    "media": ("product_images",),
    "product_attrs": (
        "title", "subtitle", "content_type", "content_delivery_type", "format_type", "language", "release_date",
        "issue_date", "publication_datetime", "preorder_release_date", "publication_name", "runtime_length_min",
        "has_children", "is_adult_product", "is_buyable", "is_listenable", "is_preorderable", "product_state",
    ),
    "product_desc": ("title", "subtitle", "publisher_summary", "merchandising_summary"),
    "product_details": ("isbn", "copyright"),
    "product_extended_attrs": ("publication_name", "is_vvab"),
    "rating": ("rating",),
    "series": ("series",),
    "sku": ("sku", "sku_lite"),
    "relationships": ("relationships",),
    "category_ladders": ("category_ladders",),
    "price": ("price",),
    **{name: () for name in ("product_plans", "sample", "customer_rights", "badges", "reviews")},
}  # fmt: skip

Product = dict[str, Any]


def series_asin(series: WorldSeries) -> str:
    return invented_asin("audible series", series.name, series.author)


def author_asin(name: str) -> str:
    return invented_asin("audible author", name)


def products_of_world(world: World) -> dict[str, Product]:
    """Every product with all its keys, by ASIN."""
    opinions = Opinions(world)
    places: dict[int, list[tuple[WorldSeries, str]]] = {}
    for series in world.series:
        for position, book in series.entries:
            places.setdefault(book.book_id, []).append((series, position))
    by_asin: dict[str, Product] = {}
    for book in world.books():
        said = opinions.book("audible", book)
        if said is not None and audio_release(book) is not None:
            for product in _recordings(said, places[book.book_id]):
                by_asin[product["asin"]] = product
    for series in world.series:
        by_asin[series_asin(series)] = _series(series, by_asin)
    return by_asin


def visible(product: Product, groups: list[str]) -> Product:
    """What an answer shows of a product for these response groups; the ASIN always."""
    keys = {"asin", *(key for group in groups for key in GROUPS[group])}
    return {key: value for key, value in product.items() if key in keys}


def _recordings(book: WorldBook, places: list[tuple[WorldSeries, str]]) -> Iterator[Product]:
    plain = _product(book, places)
    yield plain
    throw = stable_number("recordings", book.book_id, low=0, high=20)
    if throw == 0:
        minutes = plain["runtime_length_min"] // 3
        yield _another(book, plain, "abridged", format_type="abridged", runtime_length_min=minutes)
    elif throw == 1:
        yield _another(book, plain, "german", language="german", narrators=[{"name": "Andreas Fröhling"}])
    elif throw == 2 and plain["series"]:
        first = plain["series"][0]
        part = {**first, "sequence": f"{first['sequence']}, Dramatized Adaptation"}
        yield _another(
            book, plain, "dramatised", title=f"{book.title} (1 of 2) [Dramatized Adaptation]", series=[part],
            narrators=[{"name": "full cast"}], runtime_length_min=plain["runtime_length_min"] // 3,
        )  # fmt: skip
    elif throw == 3:
        yield _another(
            book, plain, "virtual", narrators=[{"name": "Virtual Voice"}], sku="VV_SAND_000001", is_vvab=True
        )


def _another(book: WorldBook, plain: Product, kind: str, **changes: Any) -> Product:
    return {**plain, "asin": invented_asin(book.book_id, kind), **changes}


def _product(book: WorldBook, places: list[tuple[WorldSeries, str]]) -> Product:
    released = audio_release(book)
    assert released is not None
    later = released > TODAY_IS_AFTER
    series = [
        {
            "asin": series_asin(place),
            "title": place.name,
            "url": f"/pd/{series_asin(place)}",
            **_sequence(position, book),
        }
        for place, position in places
    ]
    parents = [
        {**entry, "relationship_to_product": "parent", "relationship_type": "series", "sort": str(order),
         "content_delivery_type": "BookSeries"}
        for order, entry in enumerate(series, 1)
    ]  # fmt: skip
    parts = []
    if book.runtime_seconds > 30 * 3600:
        parts = [
            {"asin": invented_asin(book.book_id, "component", part), "relationship_to_product": "child",
             "relationship_type": "component", "sort": str(part)}
            for part in (1, 2)
        ]  # fmt: skip
    number = stable_number("sku", book.book_id, high=1_000_000)
    product: Product = {
        "asin": book.asin or invented_asin(book.book_id, "recording"),
        "title": book.title,
        "subtitle": f"{places[0][0].name}, Book {places[0][1]}" if places[0][1].isdigit() else None,
        "content_type": "Product",
        "content_delivery_type": "MultiPartBook" if parts else "SinglePartBook",
        "format_type": "unabridged",
        "language": book.language,
        "release_date": released.isoformat(),
        "issue_date": released.isoformat(),
        "publication_datetime": f"{released.isoformat()}T08:00:00Z",
        "publication_name": places[0][0].name,
        "runtime_length_min": book.runtime_seconds // 60,
        "publisher_name": "Sandbox Audio",
        "isbn": book.isbn,
        "sku": f"BK_SAND_{number:06d}",
        "sku_lite": f"BK_SAND_{number:06d}",
        "authors": [{"asin": author_asin(name), "name": name} for name in book.authors[:1]]
        + [{"name": name} for name in book.authors[1:]],
        "narrators": [{"name": name} for name in book.narrators],
        "series": series,
        "relationships": parents + parts,
        "product_images": {"500": f"https://m.media-amazon.com/images/I/{number}._SL500_.jpg"},
        "category_ladders": [{"ladder": [{"id": "18580606011", "name": book.genre.title()}], "root": "Genres"}],
        "has_children": bool(parts),
        "is_adult_product": False,
        "is_buyable": not later,
        "is_listenable": not later,
        "is_preorderable": later,
        "is_vvab": False,
        "product_state": "AVAILABLE",
        "publisher_summary": f"<p>{book.title} &amp; its story.</p>",
        "merchandising_summary": f"<p>{book.title}</p>",
        "copyright": f"©{book.year or released.year} (P){released.year}",
        "rating": {"num_reviews": 10, "overall_distribution": {"average_rating": 4.5, "num_ratings": 100}},
        "price": {"credit_price": 1.0, "list_price": {"base": 29.99, "currency_code": "USD"}},
    }
    if later:
        product["preorder_release_date"] = product["publication_datetime"]
    if book.book_id % 9 == 0:
        del product["content_delivery_type"]
    return product


def _sequence(position: str, book: WorldBook) -> dict[str, str]:
    """Numbers are texts, sometimes with a word before them; a book without one has none."""
    if not position:
        return {} if book.book_id % 2 else {"sequence": ""}
    return {"sequence": f"Book {position}" if book.book_id % 10 == 0 else position}


def _series(series: WorldSeries, products: dict[str, Product]) -> Product:
    asin = series_asin(series)
    children = []
    for product in products.values():
        for entry in product.get("series", ()):
            if entry["asin"] == asin:
                children.append((product["asin"], entry.get("sequence")))
    relationships: list[dict[str, Any]] = [
        {"asin": child, "relationship_to_product": "child", "relationship_type": "series", "sort": str(order),
         "content_delivery_type": "SinglePartBook", **({} if sequence is None else {"sequence": sequence})}
        for order, (child, sequence) in enumerate(children, 1)
    ]  # fmt: skip
    return {
        "asin": asin,
        "title": series.name,
        "content_delivery_type": "BookSeries",
        "content_type": "Product",
        "language": "english",
        "publisher_summary": f"Books of {series.author}",
        "relationships": relationships,
        "authors": [{"asin": author_asin(series.author), "name": series.author}],
        "has_children": True,
    }
