import logging
from datetime import date

import pytest
import requests

from resources.errors import AuthError, Blocked, RateLimited, ServiceError, Unavailable, UnexpectedAnswer
from resources.google_books.client import GoogleBooksClient
from resources.providers import MetadataProvider
from tests.support.loopback import FAULTS, Answer, faults, serve

KEY = "AIza-secret"


def volume(number, title="T", author="Ann Author", **info):
    shown = {
        "title": title,
        "subtitle": "S",
        "authors": [author],
        "publisher": "P",
        "publishedDate": "2005-11-15",
        "description": "A <b>tale</b>",
        "industryIdentifiers": [
            {"type": "OTHER", "identifier": "OCLC:1"},
            {"type": "ISBN_10", "identifier": "0306406152"},
            {"type": "ISBN_13", "identifier": "9780306406157"},
        ],
        "printType": "BOOK",
        "categories": ["Fiction / Fantasy / Epic"],
        "language": "en",
        "imageLinks": {"smallThumbnail": "http://books.google.com/s", "thumbnail": "http://books.google.com/t"},
    }
    return {
        "kind": "books#volume",
        "id": f"V{number}",
        "volumeInfo": {k: v for k, v in (shown | info).items() if v is not None},
    }


def listed(*volumes):
    rest = {"items": list(volumes)} if volumes else {}
    return {"kind": "books#volumes", "totalItems": len(volumes), **rest}


def client(served):
    return GoogleBooksClient(served.url, KEY, session=requests.Session())


def test_by_isbn_first():
    with serve(lambda asked: Answer(listed(volume(1)))) as served:
        it = client(served)
        (book,) = it.books("Other", "Other", isbn="978-0-306-40615-7")
    assert isinstance(it, MetadataProvider)
    assert served.asked[0].query["q"] == "isbn:9780306406157"
    assert served.asked[0].query["key"] == KEY
    assert (book.isbn, book.published_year, book.release_date) == ("9780306406157", 2005, date(2005, 11, 15))
    assert (book.language, book.description, book.cover_url) == ("english", "A tale", "https://books.google.com/t")
    assert book.genres == ("Fiction", "Fantasy", "Epic")
    assert book.is_audiobook is False


def test_by_title_then_with_the_author_and_nothing_is_an_answer():
    def script(asked):
        asked_for = asked.query["q"]
        if "inauthor" in asked_for:
            return Answer(listed(volume(2, "The Kings Road", "Zoë Müller")))
        return Answer(listed(volume(1, "The King's Road", "Other Body")) if "Road" in asked_for else listed())

    with serve(script) as served:
        found = client(served).books("The King's Road (Saga, #1)", "Zoë Müller")
        assert client(served).books("Nothing", "") == []
    assert [asked.query["q"] for asked in served.asked] == [
        'intitle:"The King s Road"',
        'intitle:"The King s Road" inauthor:"Zoe Muller"',
        'intitle:"Nothing"',
    ]
    assert [book.provider_id for book in found] == ["V2", "V1"]


@pytest.mark.parametrize(("shown", "year", "day"), [("2005", 2005, None), ("2005-11", 2005, None), (None, None, None)])
def test_dates_may_be_less_than_a_day_and_fields_may_be_absent(shown, year, day):
    row = volume(1, publishedDate=shown, authors=None, imageLinks=None, industryIdentifiers=None)
    with serve(lambda asked: Answer(listed(row))) as served:
        (book,) = client(served).books("T", "")
    assert (book.published_year, book.release_date, book.authors, book.isbn) == (year, day, (), "")


def refusal(reason, message, code=403):
    inner = [{"message": message, "domain": "usageLimits", "reason": reason}]
    return Answer({"error": {"code": code, "message": message, "errors": inner}}, code)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal("dailyLimitExceeded", "Daily Limit Exceeded"), RateLimited),
        (refusal("quotaExceeded", "Quota exceeded for quota metric"), RateLimited),
        (refusal("rateLimitExceeded", "x", 429), RateLimited),
        (
            refusal("unknownLocation", "Cannot determine user location for geographically restricted operation."),
            Unavailable,
        ),
        (refusal("keyInvalid", "API key not valid. Please pass a valid API key.", 400), AuthError),
        (refusal("accessNotConfigured", "Books API has not been used in project 1"), AuthError),
        (Answer("<html>no</html>", 403), Blocked),
        (refusal("backendError", "Service temporarily unavailable.", 503), Unavailable),
    ],
)
def test_refusals_have_their_names_and_the_key_stays_secret(answer, error, caplog):
    caplog.set_level(logging.DEBUG)
    with serve(lambda asked: answer) as served, pytest.raises(error) as caught:
        client(served).books("T", "A")
    assert KEY not in f"{caught.value} {caught.value!r} {caplog.text} {client(served)!r}"


def test_a_used_up_quota_says_how_long():
    with serve(lambda asked: refusal("dailyLimitExceeded", "x")) as served, pytest.raises(RateLimited) as caught:
        client(served).books("T", "A")
    assert caught.value.retry_after is not None


@pytest.mark.parametrize("fault", faults())
def test_no_fault_looks_like_nothing_found(fault):
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        client(served).books("T", "A")
    assert type(caught.value) is FAULTS.get(fault, UnexpectedAnswer)
