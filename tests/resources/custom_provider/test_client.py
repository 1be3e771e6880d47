import threading

import pytest
import requests

from mam_assets.domain.model.library import SeriesRef
from resources.custom_provider.client import CustomProviderClient
from resources.errors import AuthError, Refused, ServiceError, Unavailable, UnexpectedAnswer
from resources.http.transport import open_session
from resources.providers import MetadataProvider
from tests.support.loopback import FAULTS, Answer, faults, serve

FULL = {
    "title": "T",
    "subtitle": "",
    "author": "Ann Author, Bea Bee & Cee Dee",
    "narrator": "Nat Narrator",
    "publisher": "P",
    "publishedYear": 2010,
    "description": "<p>D</p>",
    "cover": "https://x/c.jpg",
    "isbn": "0",
    "asin": "B0EXAMPL01",
    "genres": ["G"],
    "tags": ["Some Cycle"],
    "series": [{"series": "S", "sequence": 1}],
    "language": "polski",
    "duration": 980,
}


def client(served, name="lubimyczytac", path="", **kwargs):
    return CustomProviderClient(name, served.url + path, session=requests.Session(), **kwargs)


def test_the_contract():
    with serve(lambda asked: Answer({"matches": [FULL]})) as served:
        it = client(served, path="/audioteka/lang:pl", authorization="secret-word")
        (book,) = it.books("T", "Ann Author", isbn="978-0-306-40615-7")
    assert isinstance(it, MetadataProvider)
    (asked,) = served.asked
    assert asked.path == "/audioteka/lang:pl/search"
    assert asked.query == {"mediaType": "book", "query": "T", "author": "Ann Author", "isbn": "9780306406157"}
    assert asked.headers["authorization"] == "secret-word"
    assert "secret-word" not in repr(it)
    assert book.provider == "lubimyczytac"
    assert book.authors == ("Ann Author", "Bea Bee", "Cee Dee")
    assert (book.isbn, book.asin, book.published_year) == ("", "B0EXAMPL01", 2010)
    assert book.series == (SeriesRef("S", "1"),)
    assert (book.language, book.runtime_seconds, book.description) == ("polish", 58800, "D")


def test_only_a_title_is_required():
    rows = [{"title": "T"}, {"title": ""}, {"author": "x"}, None, "x"]
    with serve(lambda asked: Answer({"matches": rows})) as served:
        (book,) = client(served).books("T", "")
    assert (book.title, book.authors, book.runtime_seconds, book.is_audiobook) == ("T", (), None, None)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        (980, 58800),
        ("60", 3600),
        (5999, 359940),
        (36000, 36000),
        (0, None),
        (None, None),
        ("12:30", None),
        (-5, None),
        ([], None),
    ],
)
def test_minutes_but_some_send_seconds(duration, seconds):
    with serve(lambda asked: Answer({"matches": [FULL | {"duration": duration}]})) as served:
        assert client(served).books("T", "")[0].runtime_seconds == seconds


def test_the_asin_of_a_kindle_book_is_not_that_of_an_audiobook():
    with serve(lambda asked: Answer({"matches": [FULL]})) as served:
        (book,) = client(served, "abs-tract", "/kindle/us").books("T", "")
        (told,) = client(served, "mine", asins_are_audible=False).books("T", "")
    assert (book.asin, book.provider_id) == ("", "B0EXAMPL01")
    assert told.asin == ""


def test_the_kind_may_be_stated_and_the_best_fit_comes_first():
    rows = [FULL | {"title": "Elsewhere", "type": "book"}, FULL | {"type": "audiobook", "series": "S"}]
    with serve(lambda asked: Answer({"matches": rows})) as served:
        first, second = client(served).books("T", "Ann Author")
    assert (first.title, first.is_audiobook, second.is_audiobook) == ("T", True, False)
    assert first.series == (SeriesRef("S"),)


def test_an_empty_answer_is_known_to_be_doubtful():
    with serve(lambda asked: Answer({"matches": []})) as served:
        it = client(served)
        assert it.books("T", "A") == []
        assert it.books(" ", "A") == []
    assert it.empty_is_doubtful
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"error": "Unauthorized"}, 401), AuthError),
        (Answer({"error": "Query parameter is required"}, 400), Refused),
        (Answer({"error": "Provider not found: x"}, 404), Refused),
        (Answer({"error": "upstream"}, 500), Unavailable),
        (Answer({"matches": None}), UnexpectedAnswer),
        (Answer({"matches": [{"author": "x"}]}), UnexpectedAnswer),
    ],
)
def test_errors_have_their_names(answer, error):
    with serve(lambda asked: answer) as served, pytest.raises(error):
        client(served).books("T", "A")


def test_a_provider_that_never_answers():
    enough = threading.Event()

    def script(asked):
        enough.wait(10)
        return Answer({"matches": []})

    session = open_session("slow", per_minute=60_000, state_dir=None, timeout=(1, 0.1), retries=0)
    with serve(script) as served:
        with pytest.raises(Unavailable, match="too long"):
            CustomProviderClient("slow", served.url, session=session).books("T", "A")
        enough.set()


@pytest.mark.parametrize("fault", faults())
def test_no_fault_looks_like_nothing_found(fault):
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        client(served).books("T", "A")
    assert type(caught.value) is (FAULTS | {"forbidden": AuthError}).get(fault, UnexpectedAnswer)
