import json
import logging
from datetime import date, timedelta

import pytest
import requests

from mam_assets.domain.model.catalogue import EntryKind
from mam_assets.domain.model.library import SeriesRef
from resources.errors import (
    AuthError,
    Blocked,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unavailable,
    UnexpectedAnswer,
)
from resources.hardcover import HardcoverClient
from resources.hardcover.books import position_of
from resources.providers import CatalogueProvider, MetadataProvider
from tests.support.loopback import FAULTS, Answer, faults, serve

TOKEN = "eyJ-secret"
HEADERS = {"RateLimit": '"Free";r=8;t=42, "daily";r=4231;t=51234'}


def book(number, title, **changes):
    row = {
        "id": number,
        "title": title,
        "subtitle": None,
        "release_date": "2001-05-06",
        "release_year": 2001,
        "users_count": 1000 - number,
        "compilation": False,
        "is_partial_book": None,
        "canonical_id": None,
        "book_status_id": "1",
        "book_category_id": 1,
        "audio_seconds": None,
        "cached_contributors": [
            {"author": {"name": "Ann Author", "slug": "ann"}, "contribution": None},
            {"author": {"name": "Tr Anslator"}, "contribution": "Translator"},
        ],
    }
    return row | changes


def place(position, row, **changes):
    return {"position": position, "details": None, "featured": True, "compilation": False, "book": row} | changes


def series(*rows, **changes):
    whole = {"id": 43, "name": "Some Saga", "slug": "s", "books_count": len(rows), "primary_books_count": 3}
    return whole | {"is_completed": None, "canonical_id": None, "book_series": list(rows)} | changes


def data(**fields):
    return Answer({"data": fields}, headers=HEADERS)


def client(served, token=TOKEN, **kwargs):
    return HardcoverClient(served.url + "/v1/graphql", token, session=requests.Session(), **kwargs)


def test_it_is_a_provider_of_both_kinds():
    it = HardcoverClient(token="x", session=requests.Session())
    assert isinstance(it, CatalogueProvider)
    assert isinstance(it, MetadataProvider)


@pytest.mark.parametrize(
    ("token", "sent"), [("abc", "Bearer abc"), ("Bearer abc", "Bearer abc"), (" abc\n", "Bearer abc")]
)
def test_the_token_goes_as_it_is_if_it_says_bearer_itself(token, sent):
    with serve(lambda asked: data(series_by_pk=series(place(1, book(1, "One"))))) as served:
        client(served, token).series("43")
    assert served.asked[0].headers["authorization"] == sent


def test_a_series_is_sorted_out_here():
    rows = [
        place(1.0, book(1, "One", audio_seconds=36000)),
        place(1.0, book(11, "Uno")),
        place(1.5, book(2, "Between")),
        place(2, book(3, "Two", is_partial_book=False)),
        place(3, book(4, "Three", release_date="0044-03-15 BC", release_year=None)),
        place(2, book(5, "Two, first half", is_partial_book=True)),
        place(1, book(6, "One to Three", compilation=True), details="1-3", compilation=True),
        place(None, book(7, "Atlas"), featured=False),
        place(None, book(8, "Cookbook"), featured=False),
        place(4, book(9, "Merged", canonical_id=4)),
        place(5, book(10, "Deleted", book_status_id=3)),
        place(6, {"id": 12, "title": None}),
    ]
    with serve(lambda asked: data(series_by_pk=series(*rows))) as served:
        found = client(served).series("43")
    assert (found.provider, found.series_id, found.title) == ("hardcover", "43", "Some Saga")
    assert (found.primary_count, found.total_count) == (3, 12)
    assert [(position, work.title, work.kind) for position, work in found.entries] == [
        ("1", "One", EntryKind.PRIMARY),
        ("1", "Uno", EntryKind.TRANSLATION),
        ("1-3", "One to Three", EntryKind.OMNIBUS),
        ("1.5", "Between", EntryKind.SECONDARY),
        ("2", "Two", EntryKind.PRIMARY),
        ("2", "Two, first half", EntryKind.PART),
        ("3", "Three", EntryKind.PRIMARY),
        ("", "Atlas", EntryKind.COMPANION),
        ("", "Cookbook", EntryKind.COMPANION),
    ]
    one = found.entries[0][1]
    assert (one.work_id, one.authors, one.release_date) == ("hardcover:1", ("Ann Author",), date(2001, 5, 6))
    assert (one.has_audiobook, one.runtime_seconds) == (True, 36000)
    assert one.series == (SeriesRef("Some Saga", "1", "43"),)
    assert next(work for _, work in found.entries if work.title == "Three").release_date is None


def test_an_unnumbered_series_keeps_all_its_books():
    rows = [place(None, book(n, f"B{n}")) for n in (1, 2, 3)]
    with serve(lambda asked: data(series_by_pk=series(*rows))) as served:
        found = client(served).series("43")
    assert [work.kind for _, work in found.entries] == [EntryKind.PRIMARY] * 3


def test_one_question_has_one_top_level_field_and_no_switched_off_operator():
    with serve(lambda asked: data(series_by_pk=series(place(1, book(1, "One"))))) as served:
        client(served).series("43")
    sent = served.asked[0].json
    assert sent["variables"] == {"id": 43}
    assert "distinct_on" not in sent["query"]
    assert not any(word in sent["query"] for word in ("_like", "_ilike", "_regex", "_similar"))


def test_a_merged_series_is_followed_and_an_unknown_one_not_found():
    def script(asked):
        number = asked.json["variables"]["id"]
        merged = {43: series(canonical_id=50), 50: series(place(1, book(1, "One")), id=50)}
        return data(series_by_pk=merged.get(number))

    with serve(script) as served:
        assert client(served).series("43").series_id == "50"
        with pytest.raises(NotFound):
            client(served).series("7")
        with pytest.raises(NotFound):
            client(served).series("x")


def test_a_series_without_the_books_it_counts_is_drift():
    for answer in (series(books_count=3), series(book_series=None), series(place(1, book(1, "x")), name=None)):
        with serve(lambda asked, answer=answer: data(series_by_pk=answer)) as served, pytest.raises(UnexpectedAnswer):
            client(served).series("43")


@pytest.mark.parametrize(
    ("position", "details", "shown"),
    [(1.0, None, "1"), (10, None, "10"), (2.5, "", "2.5"), (1, "1-3", "1-3"), (None, "1 – 3", "1-3"), (None, None, ""),
     (0, None, "0"), (float("nan"), None, ""), ("1.50", None, "1.5"), ("x", None, ""), (100.0, None, "100")],
)  # fmt: skip
def test_positions_are_floats_and_ranges_text(position, details, shown):
    assert position_of(position, details) == shown


class Search:
    def __init__(self, ids, **fields):
        self.ids, self.fields = ids, fields

    def __call__(self, asked):
        query = asked.json["query"]
        if "search(" in query:
            return data(search={"ids": self.ids})
        for name, rows in self.fields.items():
            if f"{name}(" in query:
                return data(**{name: rows})
        return None


def in_series(number, name, count, featured=False, position=1.0):
    return {"position": position, "details": None, "featured": featured,
            "series": {"id": number, "name": name, "books_count": count, "canonical_id": None}}  # fmt: skip


def test_from_a_title_to_its_series_featured_first_then_the_smallest():
    right = book(
        2,
        "Out There: A Novel",
        book_series=[in_series(9, "Universe", 90), in_series(8, "Saga", 12), in_series(7, "Arc", 3, True)],
    )
    rows = [
        book(1, "Out There", cached_contributors=[{"author": {"name": "Other Body"}, "contribution": ""}]),
        right,
        book(3, "Out There 2", users_count=10**6),
    ]
    with serve(Search(["1", 2, "3"], books=rows)) as served:
        assert client(served).series_of("Out There", ["A. Author"]) == ["7", "8", "9"]
    assert served.asked[0].json["variables"] == {"query": "Out There A. Author", "type": "Book"}
    assert served.asked[1].json["variables"] == {"ids": [1, 2, 3]}


def test_a_merged_book_leads_to_the_one_that_took_its_place():
    def script(asked):
        if "search(" in asked.json["query"]:
            return data(search={"ids": [1]})
        if asked.json["variables"]["ids"] == [1]:
            return data(books=[book(1, "Out There", canonical_id=2, book_series=[])])
        return data(books=[book(2, "Out There", book_series=[in_series(7, "Arc", 3)])])

    with serve(script) as served:
        assert client(served).series_of("Out There", ["Ann Author"]) == ["7"]


def test_nothing_found_is_an_answer():
    with serve(Search([])) as served:
        it = client(served)
        assert it.series_of("Out There", ["Ann Author"]) == []
        assert it.find_author("Ann Author") == ""
        assert it.books("Out There", "Ann Author") == []


def test_an_author_and_the_works_over_pages():
    contributions = [{"contribution": None, "book": book(n, f"B{n}")} for n in range(1, 151)]
    contributions[3]["contribution"] = "Narrator"
    contributions[4]["book"]["canonical_id"] = 1
    contributions[5]["book"]["compilation"] = True
    contributions[6]["book"] = None

    def script(asked):
        query, variables = asked.json["query"], asked.json["variables"]
        if "search(" in query:
            return data(search={"ids": [5, 6]})
        if "ids" in variables:
            return data(
                authors=[
                    {"id": 5, "name": "Ann Author", "books_count": 3},
                    {"id": 6, "name": "A. Author", "books_count": 150},
                ]
            )
        start = variables["offset"]
        return data(
            authors=[{"id": 6, "name": "x", "contributions": contributions[start : start + variables["limit"]]}]
        )

    with serve(script) as served:
        it = client(served)
        assert it.find_author("Ann Author") == "6"
        works = it.author_works("6")
    assert len(works) == 147
    assert works[3].kind is EntryKind.OMNIBUS
    with serve(lambda asked: data(authors=[])) as served, pytest.raises(NotFound):
        client(served).author_works("6")


def test_metadata_by_asin_and_by_search():
    edition = {
        "asin": "B0EXAMPL01",
        "isbn_13": "9780306406157",
        "audio_seconds": 36000,
        "release_date": "2003-01-02",
        "cached_contributors": json.dumps([{"author": {"name": "Nat Narrator"}, "contribution": "Narrator"}]),
        "language": {"language": "English"},
        "publisher": {"name": "P"},
    }
    row = book(
        2,
        "Out There",
        description="A <i>tale</i>",
        cached_tags={"Genre": [{"tag": "Fantasy", "count": 3}], "Mood": [{"tag": "dark"}]},
        cached_image={"url": "https://x/c.jpg"},
        book_series=[in_series(7, "Arc", 3)],
        default_audio_edition=edition,
    )
    with serve(Search([2], books=[row], editions=[{"id": 1, "book_id": 2}])) as served:
        it = client(served)
        (known,) = it.books("", "", asin="B0EXAMPL01")
        (found,) = it.books("Out There", "Ann Author")
    assert known == found
    assert (known.asin, known.isbn, known.language, known.publisher) == ("B0EXAMPL01", "9780306406157", "english", "P")
    assert (known.narrators, known.runtime_seconds, known.is_audiobook) == (("Nat Narrator",), 36000, True)
    assert (known.genres, known.cover_url, known.description) == (("Fantasy",), "https://x/c.jpg", "A tale")
    assert (known.release_date, known.published_year) == (date(2003, 1, 2), 2001)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            Answer({"errors": [{"message": "field 'x' not found", "extensions": {"code": "validation-failed"}}]}),
            Refused,
        ),
        (Answer({"errors": [{"message": "Could not verify JWT", "extensions": {"code": "invalid-jwt"}}]}), AuthError),
        (Answer({"errors": [{"message": "Throttled"}], "data": None}), RateLimited),
        (Answer({"errors": [None]}), Refused),
        (Answer({"error": "invalid_token"}, 401), AuthError),
        (Answer({"error": "insufficient_scope"}, 403), AuthError),
        (Answer({"error": "top_level_limit_exceeded"}, 403), Refused),
        (Answer("<html>blocked</html>", 403), Blocked),
        (Answer({"error": "Malformed request body"}, 400), Refused),
        (Answer({"error": "timeout"}, 408), Unavailable),
        (Answer({"data": None}), UnexpectedAnswer),
        (Answer({"data": {}}), UnexpectedAnswer),
        (Answer({"data": {"series_by_pk": None}}), NotFound),
        (Answer("", 302, {"Location": "https://hardcover.app/login"}), Refused),
    ],
)
def test_errors_have_their_names_and_the_token_stays_secret(answer, error, caplog):
    caplog.set_level(logging.DEBUG)
    with serve(lambda asked: answer) as served, pytest.raises(error) as caught:
        client(served).series("43")
    assert TOKEN not in f"{caught.value} {caught.value!r} {caplog.text} {vars(caught.value)}"


def test_a_429_says_how_long():
    answer = Answer({"error": "Too Many Requests"}, 429, {"Retry-After": "42"})
    with serve(lambda asked: answer) as served, pytest.raises(RateLimited) as caught:
        client(served).series("43")
    assert caught.value.retry_after == timedelta(seconds=42)


def test_a_spent_minute_is_waited_for_and_a_spent_day_is_not():
    slept = []
    left = ['"Free";r=0;t=42, "daily";r=10;t=51234', '"Free";r=8;t=42, "daily";r=0;t=51234']

    def script(asked):
        answer = {"data": {"series_by_pk": series(place(1, book(1, "One")))}}
        return Answer(answer, headers={"RateLimit": left[len(served.asked) - 1]})

    with serve(script) as served:
        it = client(served, sleep=slept.append)
        it.series("43")
        it.series("43")
        with pytest.raises(RateLimited) as caught:
            it.series("43")
    assert [round(pause) for pause in slept] == [42]
    assert caught.value.retry_after > timedelta(hours=14)
    assert len(served.asked) == 2


CALLS = {
    "series": lambda c: c.series("43"),
    "series_of": lambda c: c.series_of("Out There", ["Ann Author"]),
    "author": lambda c: c.find_author("Ann Author"),
    "works": lambda c: c.author_works("6"),
    "metadata": lambda c: c.books("Out There", "Ann Author"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", faults())
def test_no_fault_looks_like_nothing_found(call, fault):
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        CALLS[call](client(served))
    assert type(caught.value) is FAULTS.get(fault, UnexpectedAnswer)
