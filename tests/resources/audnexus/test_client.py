from datetime import date, timedelta

import pytest
import requests

from mam_assets.domain.model.library import SeriesRef
from resources.audnexus.client import AudnexusClient
from resources.errors import NotFound, RateLimited, ServiceError, UnexpectedAnswer
from resources.providers import MetadataProvider
from tests.support.loopback import FAULTS, Answer, faults, serve

BOOK = {
    "asin": "B0EXAMPL01",
    "authors": [{"asin": "B0AUTHOR01", "name": "Ann Author"}],
    "copyright": 2021,
    "description": "short text",
    "formatType": "unabridged",
    "genres": [
        {"asin": "1", "name": "Science Fiction & Fantasy", "type": "genre"},
        {"asin": "2", "name": "Science Fiction", "type": "tag"},
    ],
    "image": "https://m.media-amazon.com/images/I/91x.jpg",
    "isAdult": False,
    "isbn": "",
    "language": "english",
    "narrators": [{"name": "Nat Narrator"}],
    "publisherName": "P",
    "rating": "4.9",
    "region": "us",
    "releaseDate": "2022-02-02T00:00:00.000Z",
    "runtimeLengthMin": 600,
    "seriesPrimary": {"asin": "B0SERIES01", "name": "S", "position": "1"},
    "seriesSecondary": {"asin": "B0SERIES02", "name": "U"},
    "subtitle": "Sub",
    "summary": "<p>html</p>",
    "title": "T",
}


def client(served, **kwargs):
    return AudnexusClient(served.url, session=requests.Session(), **kwargs)


def test_a_book_by_its_asin():
    with serve(lambda asked: Answer(BOOK)) as served:
        it = client(served, region="uk")
        book = it.book("B0EXAMPL01")
        assert it.books("T", "Ann Author") == []
    assert isinstance(it, MetadataProvider)
    (asked,) = served.asked
    assert (asked.path, asked.query["region"]) == ("/books/B0EXAMPL01", "uk")
    assert (book.title, book.authors, book.narrators) == ("T", ("Ann Author",), ("Nat Narrator",))
    assert book.series == (SeriesRef("S", "1", "B0SERIES01"), SeriesRef("U", "", "B0SERIES02"))
    assert (book.release_date, book.published_year, book.runtime_seconds) == (date(2022, 2, 2), 2022, 36000)
    assert (book.description, book.genres, book.isbn) == ("html", ("Science Fiction & Fantasy",), "")
    assert (book.abridged, book.language, book.is_audiobook) == (False, "english", True)


@pytest.mark.parametrize("code", ["NOT_FOUND", "REGION_UNAVAILABLE", "PRODUCT_DELISTED"])
def test_a_book_that_the_region_lacks(code):
    with serve(lambda asked: Answer({"error": {"code": code, "message": "gone", "details": None}}, 404)) as served:
        it = client(served)
        with pytest.raises(NotFound):
            it.book("B0EXAMPL01")
        assert it.books("T", "A", asin="B0EXAMPL01") == []


def test_what_is_no_asin_is_not_asked_for():
    with serve(lambda asked: Answer(BOOK)) as served, pytest.raises(NotFound):
        client(served).book("../authors")
    assert served.asked == []


@pytest.mark.parametrize(("details", "wait"), [({"retryAfterSeconds": 60}, timedelta(seconds=60)), (None, None)])
def test_the_wait_stands_in_the_body(details, wait):
    body = {"error": {"code": "RATE_LIMIT_EXCEEDED", "message": "slow down", "details": details}}
    with serve(lambda asked: Answer(body, 429)) as served, pytest.raises(RateLimited) as caught:
        client(served).book("B0EXAMPL01")
    assert caught.value.retry_after == wait


def test_authors_come_twice_and_count_once():
    rows = [{"asin": "B0AUTHOR01", "name": "Ann Author"}] * 2 + [{"asin": "B0AUTHOR02", "name": "Anna Authority"}]
    with serve(lambda asked: Answer(rows)) as served:
        assert client(served).authors("A. Author") == [("B0AUTHOR01", "Ann Author")]


@pytest.mark.parametrize("call", [lambda c: c.books("T", "A", asin="B0EXAMPL01"), lambda c: c.authors("A")])
@pytest.mark.parametrize("fault", faults())
def test_no_fault_looks_like_nothing_found(call, fault):
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        call(client(served))
    assert type(caught.value) is FAULTS.get(fault, UnexpectedAnswer)
