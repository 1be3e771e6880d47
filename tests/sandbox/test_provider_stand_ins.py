"""The stand-ins of the metadata providers over real HTTP, held against what is known of their answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mam_assets.sandbox import audible, audnexus, custom_provider, google_books
from mam_assets.sandbox.audible.products import products_of_world, series_asin
from mam_assets.sandbox.hardcover import app as hardcover
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.world.facts import author_id
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.opinions import PROVIDERS, TODAY_IS_AFTER, Opinions, audio_release

WORLD = load_catalogue()
SERIES = {series.name: series for series in WORLD.series}
PRODUCTS = products_of_world(WORLD)
RECORDINGS = {asin: product for asin, product in PRODUCTS.items() if "release_date" in product}


@pytest.fixture
def faults() -> Faults:
    return Faults()


# ---------------------------------------------------------------------------------------------------- disagreements


def test_providers_disagree_about_some_books_and_the_list_tells_all() -> None:
    opinions = Opinions(WORLD)
    planted = opinions.planted()
    assert {opinion.provider for opinion in planted} == set(PROVIDERS)
    assert {opinion.field for opinion in planted} >= {"known", "year", "position", "title", "runtime_seconds"}
    listed = Counter((opinion.provider, opinion.book_id) for opinion in planted)
    for book in WORLD.books():
        for provider in PROVIDERS:
            assert (opinions.book(provider, book) != book) == bool(listed[provider, book.book_id])
    assert len({book_id for _, book_id in listed}) < len(list(WORLD.books()))


def test_announced_audiobooks_come_later_and_unrecorded_ones_never() -> None:
    for book in WORLD.books():
        released = audio_release(book)
        if book.to_be_published:
            assert released is None or released > TODAY_IS_AFTER
        elif not book.has_audiobook:
            assert released is None
        else:
            assert released is not None
            assert released < TODAY_IS_AFTER
            assert book.year is None or book.year < 2010 or released.year == book.year


# ----------------------------------------------------------------------------------------------------------- Audible


@pytest.fixture
def shop(faults: Faults) -> Iterator[str]:
    with Serving(audible.create_app(WORLD, faults=faults)) as serving:
        yield f"{serving.url}/1.0/catalog/products"


GROUPS = "product_attrs,contributors,series,relationships"


def test_an_unknown_asin_is_a_product_without_anything(shop: str) -> None:
    answer = requests.get(f"{shop}/B0NOTTHERE", params={"response_groups": GROUPS}, timeout=10)
    assert answer.status_code == 200
    assert answer.json()["product"] == {"asin": "B0NOTTHERE"}


def test_without_groups_there_is_an_asin_only_and_a_wrong_group_is_refused(shop: str) -> None:
    some = next(iter(RECORDINGS))
    assert requests.get(f"{shop}/{some}", timeout=10).json()["product"] == {"asin": some}
    wrong = requests.get(f"{shop}/{some}", params={"response_groups": "everything"}, timeout=10)
    assert wrong.status_code == 400
    assert wrong.json()["message"].startswith("1 validation error detected")


def test_search_pages_count_from_nought_and_hold_fifty(shop: str) -> None:
    params = {"author": "Terry Pratchett", "num_results": 50, "response_groups": GROUPS}
    first = requests.get(shop, params={**params, "page": 0}, timeout=10).json()
    second = requests.get(shop, params={**params, "page": 1}, timeout=10).json()
    assert first["total_results"] == second["total_results"] == len(first["products"]) + len(second["products"])
    assert requests.get(shop, params={**params, "num_results": 51}, timeout=10).status_code == 400
    known = next(iter(RECORDINGS.values()))
    few = requests.get(shop, params={"title": known["title"], "page": 1, "num_results": 50}, timeout=10).json()
    assert few["products"] == []
    assert few["total_results"] > 0


def test_a_series_is_a_product_whose_children_are_its_books(shop: str) -> None:
    series = SERIES["Red Rising"]
    answer = requests.get(f"{shop}/{series_asin(series)}", params={"response_groups": GROUPS}, timeout=10).json()
    children = [
        entry for entry in answer["product"]["relationships"]
        if (entry["relationship_to_product"], entry["relationship_type"]) == ("child", "series")
    ]  # fmt: skip
    assert children
    asins = ",".join(entry["asin"] for entry in children)
    batch = requests.get(shop, params={"asins": asins, "response_groups": GROUPS}, timeout=10).json()["products"]
    assert all(series_asin(series) in [entry["asin"] for entry in product["series"]] for product in batch)


def test_the_shop_sells_more_than_plain_recordings() -> None:
    products = list(RECORDINGS.values())
    assert any(product["format_type"] == "abridged" for product in products)
    assert any(product["language"] == "german" for product in products)
    assert any("content_delivery_type" not in product for product in products)
    assert any(product["is_preorderable"] for product in products)
    assert any(entry["relationship_type"] == "component" for product in products for entry in product["relationships"])
    sequences = [entry.get("sequence") for product in products for entry in product["series"]]
    assert {None, ""} <= set(sequences)
    assert any("Dramatized" in (sequence or "") for sequence in sequences)
    assert any((sequence or "").startswith("Book ") for sequence in sequences)
    assert any("1-3" in (sequence or "") for sequence in sequences)


# ---------------------------------------------------------------------------------------------------------- Audnexus


@pytest.fixture
def nexus(faults: Faults) -> Iterator[str]:
    with Serving(audnexus.create_app(WORLD, faults=faults)) as serving:
        yield serving.url


def test_audnexus_books_and_its_errors(nexus: str, faults: Faults) -> None:
    asin, product = next((asin, one) for asin, one in RECORDINGS.items() if len(one["series"]) == 2)
    found = requests.get(f"{nexus}/books/{asin}?region=us", timeout=10).json()
    assert (found["title"], found["runtimeLengthMin"]) == (product["title"], product["runtime_length_min"])
    assert found["seriesPrimary"]["name"] == product["publication_name"]
    assert "seriesSecondary" in found
    assert found["releaseDate"].endswith("T00:00:00.000Z")

    def code(path: str) -> tuple[int, str]:
        answer = requests.get(nexus + path, timeout=10)
        return answer.status_code, answer.json()["error"]["code"]

    assert code("/books/B0NOTTHERE") == (404, "NOT_FOUND")
    assert code("/books/short") == (400, "BAD_REQUEST")
    assert code(f"/books/{asin}?region=mars") == (422, "VALIDATION_ERROR")
    assert code(f"/books/{series_asin(SERIES['Dune'])}") == (400, "CONTENT_TYPE_MISMATCH")
    elsewhere = [code(f"/books/{one}?region=de") for one in list(RECORDINGS)[:12] if not _sold_in_germany(nexus, one)]
    assert (404, "REGION_UNAVAILABLE") in elsewhere
    faults.set("spent", times=1, seconds=60)
    spent = requests.get(f"{nexus}/books/{asin}", timeout=10)
    assert (spent.status_code, spent.json()["error"]["details"]) == (429, {"retryAfterSeconds": 60})


def _sold_in_germany(nexus: str, asin: str) -> bool:
    return requests.get(f"{nexus}/books/{asin}?region=de", timeout=10).status_code == 200


def test_audnexus_authors_come_twice(nexus: str) -> None:
    found = requests.get(f"{nexus}/authors?name=terry%20pratchett", timeout=10).json()
    assert [one["name"] for one in found] == ["Terry Pratchett", "Terry Pratchett"]
    assert requests.get(f"{nexus}/authors/{found[0]['asin']}", timeout=10).json()["name"] == "Terry Pratchett"


# ------------------------------------------------------------------------------------------------------ Google Books


def test_google_books(faults: Faults) -> None:
    with Serving(google_books.create_app(WORLD, faults=faults)) as serving:
        url = f"{serving.url}/books/v1/volumes"

        def ask(q: str, **more: Any) -> requests.Response:
            return requests.get(url, params={"q": q, "key": "k", **more}, timeout=10)

        found = ask('intitle:"storm front"', maxResults=40).json()
        assert {"Jim Butcher", "John Sandford"} >= {
            a for item in found["items"] for a in item["volumeInfo"].get("authors", [])
        }
        known = next(b for b in WORLD.books() if Opinions(WORLD).book("google_books", b))
        both = ask(f'intitle:"{known.title}" inauthor:"{known.authors[0]}"').json()
        assert known.isbn in [i["identifier"] for v in both["items"] for i in v["volumeInfo"]["industryIdentifiers"]]
        assert ask(f"isbn:{known.isbn}").json()["items"][0] in both["items"]
        assert ask("nothing like this").json() == {"kind": "books#volumes", "totalItems": 0}
        assert ask("x", maxResults=41).status_code == 400
        one = requests.get(f"{url}/{found['items'][0]['id']}?key=k", timeout=10).json()
        assert one == found["items"][0]
        dates = {len(i["volumeInfo"].get("publishedDate", "")) for i in ask("the", maxResults=40).json()["items"]}
        assert dates >= {4, 7, 10}
        assert requests.get(url, params={"q": "x"}, timeout=10).status_code == 429
        faults.set("quota", times=1)
        spent = ask("dune")
        assert (spent.status_code, spent.json()["error"]["errors"][0]["reason"]) == (403, "quotaExceeded")


# -------------------------------------------------------------------------------------------------- custom providers


def test_custom_providers(faults: Faults) -> None:
    with Serving(custom_provider.create_app(WORLD, faults=faults)) as serving:

        def ask(path: str, authorization: str = "abs", **params: str) -> requests.Response:
            headers = {"Authorization": authorization} if authorization else {}
            params = {"mediaType": "book", **params}
            return requests.get(f"{serving.url}{path}/search", params=params, headers=headers, timeout=10)

        kindle = ask("/kindle/us", authorization="", query="the", author="pratchett").json()["matches"]
        assert kindle
        assert all(match["asin"].startswith("B0") for match in kindle)
        polish = ask("/audioteka", query="dune", author="nobody").json()["matches"]
        assert polish
        assert all(match["language"] == "polish" and match["series"] == [] and match["tags"] for match in polish)
        readers = ask("/lubimyczytac", query="the").json()["matches"]
        assert any(match["isbn"] == "0" for match in readers)
        assert not any("." in entry["sequence"] for match in readers for entry in match["series"])
        for path in ("/audioteka", "/lubimyczytac"):
            assert ask(path, authorization="", query="x").status_code == 401
            assert ask(path).status_code == 400
        several = ask("/agg/bookbeat/limit:5", query="dune").json()["matches"]
        assert any("publishedYear" in match for match in several)
        assert ask("/agg/nobody", query="dune").status_code == 404
        assert ask("/agg/bookbeat/odd", query="dune").status_code == 400
        faults.set("upstream")
        assert ask("/audioteka", query="dune").json() == {"matches": []}
        assert ask("/kindle/us", query="dune").status_code == 500


# --------------------------------------------------------------------------------------------------------- Hardcover


class Graph:
    def __init__(self, url: str) -> None:
        self.url = f"{url}/v1/graphql"

    def ask(self, query: str, token: str = hardcover.TOKEN, **variables: Any) -> requests.Response:
        body = {"query": query, "variables": variables}
        return requests.post(self.url, json=body, headers={"authorization": token}, timeout=10)

    def data(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self.ask(query, **variables).json()
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
def graph(faults: Faults) -> Iterator[Graph]:
    with Serving(hardcover.create_app(WORLD, faults=faults)) as serving:
        yield Graph(serving.url)


def test_a_token_is_needed_bare_or_as_bearer(graph: Graph) -> None:
    query = "{ series(limit: 1) { id } }"
    assert graph.ask(query, token="wrong").status_code == 401
    assert graph.ask(query, token=f"Bearer {hardcover.TOKEN}").status_code == 200
    limits = graph.ask(query).headers
    assert '"daily"' in limits["RateLimit"]


def test_a_series_with_its_books_by_position(graph: Graph) -> None:
    query = """query S($name: String!) { series(where: {name: {_eq: $name}}) { id name primary_books_count
      book_series(order_by: [{position: asc}, {book: {users_count: desc}}], where: {compilation: {_eq: false}}) {
        position details featured book { ...facts contributions { contribution author { name } } } } } }
      fragment facts on books { title release_year book_mappings { external_id platform { name } } }"""
    (series,) = graph.data(query, name="Cradle")["series"]
    positions = [entry["position"] for entry in series["book_series"]]
    assert positions == sorted(positions)
    assert len(positions) >= 8
    assert {entry["book"]["contributions"][0]["author"]["name"] for entry in series["book_series"]} == {"Will Wight"}
    mapped = {int(entry["book"]["book_mappings"][0]["external_id"]) for entry in series["book_series"]}
    assert mapped <= {book.book_id for book in SERIES["Cradle"].books}
    platforms = {e["book"]["book_mappings"][0]["platform"]["name"] for e in series["book_series"]}
    assert platforms == {"goodreads", "Goodreads"}
    whole = graph.data("query S($id: Int!) { series_by_pk(id: $id) { book_series { details } } }", id=series["id"])
    assert "1-3" in [entry["details"] for entry in whole["series_by_pk"]["book_series"]]


def test_distinct_positions_swallow_the_unnumbered(graph: Graph) -> None:
    query = """{ series(where: {name: {_eq: "The Cosmere"}}) { all: book_series { position }
      once: book_series(distinct_on: position) { position } } }"""
    (series,) = graph.data(query)["series"]
    assert len(series["all"]) > 5
    assert series["once"] == [{"position": None}]


def test_search_gives_ids_of_both_kinds_and_a_second_query_the_rows(graph: Graph) -> None:
    query = 'query Q($q: String!) { search(query: $q, query_type: "Book", per_page: 20) { ids results } }'
    ids = graph.data(query, q="pratchett")["search"]["ids"]
    assert {type(one) for one in ids} == {int, str}
    rows = graph.data("query B($ids: [Int!]!) { books(where: {id: {_in: $ids}}) { id } }", ids=[int(i) for i in ids])
    assert {row["id"] for row in rows["books"]} == {int(one) for one in ids}
    authors = graph.data('{ search(query: "terry pratchett", query_type: "Author") { ids } }')["search"]["ids"]
    assert [int(one) for one in authors] == [author_id("Terry Pratchett")]


def test_the_books_of_an_author_and_their_audio_editions(graph: Graph) -> None:
    query = """query A($id: Int!) { authors(where: {id: {_eq: $id}}) { name contributions(limit: 10, offset: 0,
      order_by: {id: asc}, where: {contributable_type: {_eq: "Book"}}) { contribution
        book { title default_audio_edition { asin audio_seconds cached_contributors } } } } }"""
    (author,) = graph.data(query, id=author_id("Jim Butcher"))["authors"]
    assert len(author["contributions"]) == 10
    edition = next(
        c["book"]["default_audio_edition"] for c in author["contributions"] if c["book"]["default_audio_edition"]
    )
    assert "Narrator" in [one["contribution"] for one in edition["cached_contributors"]]
    narrated = graph.data(
        '{ contributions(where: {contribution: {_eq: "Narrator"}}, limit: 1) { contributable_type } }'
    )
    assert narrated["contributions"][0]["contributable_type"] == "Edition"


def test_merged_books_point_to_the_one_that_was_kept(graph: Graph) -> None:
    rows = graph.data("{ books(where: {canonical_id: {_is_null: false}}) { id canonical_id } }")["books"]
    assert rows
    kept = graph.data("query B($id: Int!) { books_by_pk(id: $id) { canonical_id } }", id=rows[0]["canonical_id"])
    assert kept["books_by_pk"] == {"canonical_id": None}


def test_errors_of_a_query_come_with_200(graph: Graph, faults: Faults) -> None:
    for query in ("{ nothing { id } }", "{ books { nothing } }", '{ books(where: {title: {_ilike: "%a%"}}) { id } }'):
        answer = graph.ask(query)
        assert answer.status_code == 200
        assert answer.json()["errors"]
    assert graph.ask("{ not graphql").status_code == 400
    faults.set("query_error", times=1, text="throttled")
    assert graph.ask("{ books(limit: 1) { id } }").json()["errors"][0]["message"] == "throttled"


def test_the_limits(graph: Graph) -> None:
    six = " ".join(f"a{n}: books(limit: 1) {{ id }}" for n in range(6))
    assert graph.ask(f"{{ {six} }}").status_code == 403
    twice = " ".join(f's{n}: search(query: "dune", query_type: "Book") {{ ids }}' for n in range(2))
    assert graph.ask(f"{{ {twice} }}").status_code == 403


def test_too_many_requests(faults: Faults) -> None:
    with Serving(hardcover.create_app(WORLD, faults=faults, per_minute=0)) as serving:
        answer = Graph(serving.url).ask("{ books(limit: 1) { id } }")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
