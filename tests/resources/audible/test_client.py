from datetime import date

import pytest
import requests

from mam_assets.domain.model.catalogue import EntryKind
from mam_assets.domain.model.library import SeriesRef
from resources.audible import AudibleClient
from resources.audible.products import position_of
from resources.errors import NotFound, Refused, ServiceError, UnexpectedAnswer
from resources.providers import CatalogueProvider, MetadataProvider
from tests.support.loopback import FAULTS, Answer, faults, serve

SERIES = "B0SERIES01"


def product(asin, title="Some Title", sequence="1", **changes):
    row = {
        "asin": asin,
        "title": title,
        "subtitle": "Some Series, Book 1",
        "content_type": "Product",
        "content_delivery_type": "MultiPartBook",
        "format_type": "unabridged",
        "language": "english",
        "release_date": "2022-02-02",
        "issue_date": "2022-02-02",
        "publication_name": "Some Series",
        "runtime_length_min": 1001,
        "publisher_name": "P &amp; Q",
        "isbn": "9780306406157",
        "authors": [{"asin": "B0AUTHOR01", "name": "Ann Author"}, {"name": "Bea Bee"}],
        "narrators": [{"name": "Nat O&#39;Narrator"}],
        "series": [{"asin": SERIES, "sequence": sequence, "title": "Some Series", "url": "/pd/x"}],
        "relationships": [
            {
                "asin": SERIES,
                "content_delivery_type": "BookSeries",
                "relationship_to_product": "parent",
                "relationship_type": "series",
                "sequence": sequence,
                "sort": "1",
                "title": "Some Series",
            },
            {"asin": "B0PART0001", "relationship_to_product": "child", "relationship_type": "component", "sort": "1"},
        ],
        "product_images": {"500": "https://m.media-amazon.com/51x.jpg"},
        "category_ladders": [{"ladder": [{"id": "1", "name": "Science Fiction &amp; Fantasy"}], "root": "Genres"}],
        "is_preorderable": False,
        "publisher_summary": "<p>It <b>begins</b>.</p><p>And ends.</p>",
        "rating": {"overall_distribution": {"num_ratings": 10}},
    }
    return row | changes


def child(asin, sequence, sort=None):
    row = {"asin": asin, "relationship_to_product": "child", "relationship_type": "series", "sku": "BK_X"}
    return row | ({"sequence": sequence} if sequence is not None else {}) | {"sort": str(sort or 1)}


class Catalogue:
    """Audible's two paths over some products and one series."""

    def __init__(self, products, children=(), hits=None):
        self.products = {row["asin"]: row for row in products}
        self.children = list(children)
        self.hits = hits

    def __call__(self, asked):
        assert asked.query["response_groups"]
        tail = asked.path.removeprefix("/1.0/catalog/products").strip("/")
        if tail:
            if tail == SERIES:
                whole = {"asin": SERIES, "title": "Some Series", "content_delivery_type": "BookSeries"}
                return Answer({"product": whole | {"relationships": self.children}})
            return Answer({"product": self.products.get(tail, {"asin": tail})})
        if "asins" in asked.query:
            wanted = asked.query["asins"].split(",")
            assert len(wanted) <= 50
            rows = [self.products.get(one, {"asin": one}) for one in wanted]
            return Answer({"products": rows, "response_groups": []})
        size, page = int(asked.query["num_results"]), int(asked.query["page"])
        rows = list(self.products.values()) if self.hits is None else self.hits(asked)
        return Answer({"products": rows[page * size : (page + 1) * size], "total_results": len(rows)})


def client(served):
    return AudibleClient(base_url=served.url, session=requests.Session())


def test_it_is_a_provider_of_both_kinds_and_knows_its_regions():
    it = AudibleClient("de", session=requests.Session())
    assert isinstance(it, CatalogueProvider)
    assert isinstance(it, MetadataProvider)
    assert it.base_url == "https://api.audible.de"
    with pytest.raises(ValueError, match="no region"):
        AudibleClient("xx")


def test_a_series_is_its_children_and_not_the_parts_of_a_book():
    books = [
        product("B0BOOK0001", "One", "1"),
        product("B0BOOK0002", "Two", "2, Dramatized Adaptation"),
        product("B0BOOK0003", "One Point Five", "1.5"),
        product("B0BOOK0004", "One and Two", "1-2"),
        product("1705047572", "Three", "3", is_preorderable=True, release_date="2031-01-01"),
        product("B0BOOK0006", "Eins", "1", language="german"),
        product("B0EPISODE1", "Talk", "1", content_delivery_type="PodcastEpisode"),
    ]
    children = [child(row["asin"], row["series"][0]["sequence"], place) for place, row in enumerate(books, 1)]
    children += [child("B0GONE0001", "4", 99)]
    children += [{"asin": "B0PART0001", "relationship_to_product": "child", "relationship_type": "component"}]
    with serve(Catalogue(books, children[::-1])) as served:
        found = client(served).series(SERIES)
    assert (found.provider, found.series_id, found.title) == ("audible", SERIES, "Some Series")
    assert [(position, work.title, work.kind) for position, work in found.entries] == [
        ("1", "One", EntryKind.PRIMARY),
        ("2", "Two", EntryKind.PART),
        ("1.5", "One Point Five", EntryKind.SECONDARY),
        ("1-2", "One and Two", EntryKind.OMNIBUS),
        ("3", "Three", EntryKind.PRIMARY),
        ("1", "Eins", EntryKind.TRANSLATION),
    ]
    one = found.entries[0][1]
    assert one.audio_release_date == date(2022, 2, 2)
    assert (one.release_date, one.year, one.has_audiobook, one.runtime_seconds) == (None, None, True, 60060)
    assert one.narrators == ("Nat O'Narrator",)
    assert one.provider_ids == (("audible", "B0BOOK0001"),)
    assert found.entries[4][1].to_be_published


def test_more_than_fifty_books_are_asked_for_in_fifties():
    books = [product(f"B0BOOK{n:04}", f"Volume {n}", str(n)) for n in range(1, 121)]
    with serve(Catalogue(books, [child(row["asin"], str(n), n) for n, row in enumerate(books, 1)])) as served:
        found = client(served).series(SERIES)
    assert [position for position, _ in found.entries] == [str(n) for n in range(1, 121)]
    assert [len(asked.query["asins"].split(",")) for asked in served.asked[1:]] == [50, 50, 20]


def test_several_recordings_of_one_book_are_one_entry():
    books = [
        product("B0BOOK0001", "One", "1", format_type="abridged", runtime_length_min=180),
        product("B0BOOK0002", "One", "1", runtime_length_min=900),
    ]
    with serve(Catalogue(books, [child("B0BOOK0001", "1"), child("B0BOOK0002", "1")])) as served:
        ((_, work),) = client(served).series(SERIES).entries
    assert work.asin == "B0BOOK0002"


def test_a_series_without_children_is_drift_and_an_unknown_one_is_not_found():
    with serve(Catalogue([product("B0BOOK0001")])) as served:
        it = client(served)
        with pytest.raises(UnexpectedAnswer):
            it.series(SERIES)
        with pytest.raises(NotFound):
            it.series("B0NOTHERE1")
        with pytest.raises(NotFound):
            it.series("../x")


@pytest.mark.parametrize(
    ("sequence", "position"),
    [
        ("", ""),
        (None, ""),
        ("1", "1"),
        ("2.5", "2.5"),
        ("1-3", "1-3"),
        ("Book 1", "1"),
        ("2, Dramatized", "2"),
        ("1 – 3", "1-3"),
    ],
)
def test_sequences(sequence, position):
    assert position_of(sequence) == position


def test_from_a_title_to_its_series_the_printed_one_first():
    both = [
        {"asin": "B0UNIVERSE", "sequence": "7", "title": "Universe"},
        {"asin": SERIES, "sequence": "1", "title": "Some Series"},
    ]
    rows = [
        product("B0BOOK0009", "Out There 2", series=[{"asin": "B0WRONG001", "title": "W"}]),
        product(
            "B0BOOK0008", "Out There", authors=[{"name": "Other Body"}], series=[{"asin": "B0WRONG002", "title": "W"}]
        ),
        product("B0BOOK0001", "Out There: A Novel", series=both),
    ]
    with serve(Catalogue(rows)) as served:
        assert client(served).series_of("Out There", ["Ann Author"]) == [SERIES, "B0UNIVERSE"]
    assert served.asked[0].query["page"] == "0"


def test_words_are_searched_when_the_fields_find_nothing():
    rows = [product("B0BOOK0001", "Out There")]
    script = Catalogue(rows, hits=lambda asked: rows if "keywords" in asked.query else [])
    with serve(script) as served:
        assert client(served).series_of("Out There", ["Ann Author"]) == [SERIES]
        assert client(served).series_of("Unheard of", ["Ann Author"]) == []


def test_an_author_is_a_name():
    rows = [product(f"B0BOOK{n:04}", f"Book {n}") for n in range(60)]
    rows += [product("B0BOOK9999", "By another", authors=[{"name": "Other Body"}]), product("B0BOOK0060", "Book 5")]
    with serve(Catalogue(rows)) as served:
        it = client(served)
        assert it.find_author("A. Author") == "Ann Author"
        works = it.author_works("Ann Author")
        assert it.find_author("Nobody") == ""
    assert len(works) == 60
    assert [asked.query["page"] for asked in served.asked] == ["0", "0", "1", "0"]


def test_metadata_by_asin_or_by_search():
    rows = [product("B0BOOK0002", "Out There Again"), product("B0BOOK0001", "Out There", format_type="abridged")]
    with serve(Catalogue(rows)) as served:
        it = client(served)
        (known,) = it.books("whatever", "Ann Author", asin="B0BOOK0001")
        found = it.books("Out There", "Ann Author", asin="B0UNKNOWN1")
    assert known.description == "It begins.\nAnd ends."
    assert known.publisher == "P & Q"
    assert known.genres == ("Science Fiction & Fantasy",)
    assert known.series == (SeriesRef("Some Series", "1", SERIES),)
    assert (known.abridged, known.is_audiobook, known.isbn) == (True, True, "9780306406157")
    assert found[0].title == "Out There"


def test_a_series_may_be_named_only_as_the_parent():
    rows = [product("B0BOOK0001", "Out There", series=None)]
    with serve(Catalogue(rows)) as served:
        (book,) = client(served).books("", "", asin="B0BOOK0001")
    assert book.series == (SeriesRef("Some Series", "1", SERIES),)


CALLS = {
    "series": lambda c: c.series(SERIES),
    "series_of": lambda c: c.series_of("Out There", ["Ann Author"]),
    "author": lambda c: c.find_author("Ann Author"),
    "works": lambda c: c.author_works("Ann Author"),
    "metadata": lambda c: c.books("Out There", "Ann Author"),
    "by asin": lambda c: c.books("Out There", "Ann Author", asin="B0BOOK0001"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", faults())
def test_no_fault_looks_like_nothing_found(call, fault):
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        CALLS[call](client(served))
    assert type(caught.value) is FAULTS.get(fault, UnexpectedAnswer)


def test_a_wrong_question_is_answered_with_a_message():
    answer = {"message": "1 validation error detected: Value 'x' at 'responseGroups' …"}
    with serve(lambda asked: Answer(answer)) as served, pytest.raises(Refused, match="validation"):
        client(served).series(SERIES)
