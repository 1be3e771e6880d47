"""The stand-in of Goodreads over real HTTP, held against what is known of the site's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from lxml import html

from mam_assets.sandbox.goodreads.app import create_app
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.world.facts import World, WorldBook, WorldSeries, author_id


def book(number: int, title: str, position: str, **more: Any) -> WorldBook:
    facts = {
        "authors": ("Mira Tal",),
        "series": "The Salt Road",
        "year": 1990 + number,
        "isbn": f"97999000000{number:02d}",
    }
    return WorldBook(book_id=1_000 + number, work_id=5_000 + number, title=title, position=position, **(facts | more))


FIRST = book(1, "Brine & <Bone>", "1", original_title="Sól i kość")
SECOND = book(2, "The Long Thirst", "2")
THIRD = book(3, "Well of Names", "3")
NOVELLA = book(4, "A Cup of Dust", "0.5", kind="secondary")
OMNIBUS = book(5, "The Salt Road Trilogy", "1-3", kind="omnibus")
LATER = book(6, "Last Water", "4", to_be_published=True, year=None)
OLD = book(7, "Songs before Salt", "", kind="companion", year=-700)
SALT = WorldSeries(
    77,
    "The Salt Road",
    "Mira Tal",
    tuple((b.position, b) for b in (NOVELLA, FIRST, SECOND, THIRD, OMNIBUS, LATER, OLD)),
)
SEA = WorldSeries(78, "Sea and Salt", "Mira Tal", (("", FIRST), ("12", SECOND)))
LONG = WorldSeries(
    79,
    "Long Tales",
    "Ada Quill",
    tuple(
        (str(n), book(100 + n, f"Tale {n}", str(n), series="Long Tales", authors=("Ada Quill",))) for n in range(1, 251)
    ),
)
WORLD = World("test", (SALT, SEA, LONG), ())


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def url(faults: Faults) -> Iterator[str]:
    with Serving(create_app(WORLD, faults=faults)) as serving:
        yield serving.url


def react(text: str, name: str) -> list[dict[str, Any]]:
    found = html.fromstring(text).xpath(f'//div[@data-react-class="ReactComponents.{name}"]/@data-react-props')
    return [json.loads(props) for props in found]


def apollo(text: str) -> dict[str, Any]:
    (data,) = html.fromstring(text).xpath('//script[@id="__NEXT_DATA__"]/text()')
    return json.loads(data)["props"]["pageProps"]["apolloState"]


def test_the_search_box_finds_by_title_isbn_and_nothing(url: str) -> None:
    def ask(q: str) -> list[dict[str, Any]]:
        return requests.get(f"{url}/book/auto_complete", params={"format": "json", "q": q}, timeout=10).json()

    best = ask("the long thirst")[0]
    assert (best["bookId"], best["workId"], best["bookTitleBare"]) == ("1002", "5002", "The Long Thirst")
    assert best["title"] == "The Long Thirst (The Salt Road, #2)"
    assert best["author"]["id"] == author_id("Mira Tal")
    assert isinstance(best["avgRating"], str)
    assert [row["bookId"] for row in ask(THIRD.isbn)] == ["1003"]
    assert ask("nothing like it") == []
    assert len(ask("tale")) == 5


@pytest.mark.parametrize("suffix", ["", "-brine-bone", ".xml", ".Brine"])
def test_a_book_page_by_any_of_its_addresses(url: str, suffix: str) -> None:
    answer = requests.get(f"{url}/book/show/1001{suffix}", timeout=10)
    assert answer.headers["content-type"].startswith("text/html")
    state = apollo(answer.text)
    (pointer,) = (value for key, value in state["ROOT_QUERY"].items() if key.startswith("getBookByLegacyId"))
    found = state[pointer["__ref"]]
    assert found["titlePrimary"] == "Brine & <Bone>"
    work = state[found["work"]["__ref"]]
    assert (work["legacyId"], work["details"]["originalTitle"]) == (5001, "Sól i kość")
    assert state[found["primaryContributorEdge"]["node"]["__ref"]]["name"] == "Mira Tal"
    series = [
        (state[m["series"]["__ref"]]["title"], m.get("userPosition", m.get("seriesPlacement")))
        for m in found["bookSeries"]
    ]
    assert series == [("The Salt Road", "1"), ("Sea and Salt", "")]
    stubs = [entry for key, entry in state.items() if key.startswith("Book:") and "title" not in entry]
    assert stubs


def test_times_may_lie_before_christ_or_be_unknown(url: str) -> None:
    def time_of(number: int) -> int | None:
        state = apollo(requests.get(f"{url}/book/show/{number}", timeout=10).text)
        return next(v for k, v in state.items() if k.startswith("Work:"))["details"]["publicationTime"]

    assert (time_of(1007) or 0) < -80_000_000_000_000
    assert time_of(1006) is None


def test_a_series_comes_in_several_blobs_with_labels_beside_them(url: str) -> None:
    text = requests.get(f"{url}/series/77-the-salt-road", timeout=10).text
    (header,) = react(text, "SeriesHeader")
    assert header["title"] == "The Salt Road Series"
    blobs = react(text, "SeriesList")
    assert len(blobs) > 1
    assert len(blobs[0]["series"]) == 2
    rows = [
        (label, row["book"]["bookTitleBare"])
        for blob in blobs
        for label, row in zip(blob["seriesHeaders"], blob["series"], strict=True)
    ]
    assert rows[:4] == [
        ("Book 1", "Brine & <Bone>"), ("Book 2", "The Long Thirst"), ("Book 3", "Well of Names"),
        ("Book 4", "Last Water"),
    ]  # fmt: skip
    assert ("Book 0.5", "A Cup of Dust") in rows
    assert ("Book 1-3", "The Salt Road Trilogy") in rows
    assert header["subtitle"] == f"4 primary works • {len(rows)} total works"
    books = [row["book"] for blob in blobs for row in blob["series"]]
    later = next(found for found in books if found["bookTitleBare"] == "Last Water")
    assert later["toBePublished"] is True
    assert "publicationDate" not in later
    assert isinstance(books[0]["bookId"], str)
    assert isinstance(books[0]["avgRating"], float)
    assert react(text, "FullPagePaginationControls") == []


def test_in_another_series_a_book_keeps_the_name_of_its_own(url: str) -> None:
    (blob, *_) = react(requests.get(f"{url}/series/78", timeout=10).text, "SeriesList")
    assert blob["series"][0]["book"]["title"] == "Brine & <Bone> (The Salt Road, #1)"
    assert blob["seriesHeaders"][0] in ("", None)
    assert blob["seriesHeaders"][1] == "Book 12"


def test_a_long_series_has_pages(url: str) -> None:
    seen: list[str] = []
    for number in (1, 2, 3):
        text = requests.get(f"{url}/series/79", params={"page": number}, timeout=10).text
        (controls,) = react(text, "FullPagePaginationControls")
        assert (controls["currentPageNumber"], controls["perPage"]) == (number, 100)
        seen += [row["book"]["bookId"] for blob in react(text, "SeriesList") for row in blob["series"]]
    assert len(seen) == len(set(seen)) == controls["numWorks"] >= 250


def test_a_bibliography_has_thirty_rows_and_a_slug(url: str) -> None:
    number = author_id("Ada Quill")
    answer = requests.get(f"{url}/author/list/{number}", params={"per_page": 100}, timeout=10)
    assert answer.history[0].status_code == 301
    assert answer.url.startswith(f"{url}/author/list/{number}.ada_quill")
    seen, page = [], 1
    while True:
        tree = html.fromstring(requests.get(f"{url}/author/list/{number}.x?page={page}", timeout=10).text)
        rows = tree.xpath('//tr[@itemtype="http://schema.org/Book"]')
        assert len(rows) <= 30
        seen += [row.xpath('.//a[@class="bookTitle"]/@href')[0] for row in rows]
        if not tree.xpath('//a[@class="next_page"][@rel="next"]'):
            break
        page += 1
    assert len(set(seen)) == len(seen) >= 250


def test_what_robots_may_not_read_is_refused_and_counted(url: str) -> None:
    for path in ("/search?q=x", "/api/anything", "/review/list_rss/1"):
        assert requests.get(url + path, timeout=10).status_code == 403
    log = requests.get(f"{url}/_sandbox/log", timeout=10).json()
    assert log["disallowed"] == 3
    assert [entry["status"] for entry in log["requests"]] == [403, 403, 403]
    requests.delete(f"{url}/_sandbox/log", timeout=10)
    assert requests.get(f"{url}/_sandbox/log", timeout=10).json()["requests"] == []


def test_unknown_pages_are_404_with_a_title(url: str) -> None:
    for path in ("/book/show/99", "/series/99", "/author/list/99", "/nowhere"):
        answer = requests.get(url + path, timeout=10)
        assert answer.status_code == 404
        assert "<title>404" in answer.text


def test_faults(url: str, faults: Faults) -> None:
    faults.set("empty_state", times=1)
    assert apollo(requests.get(f"{url}/book/show/1001", timeout=10).text) == {}
    assert apollo(requests.get(f"{url}/book/show/1001", timeout=10).text) != {}
    faults.set("no_labels")
    assert "seriesHeaders" not in react(requests.get(f"{url}/series/77", timeout=10).text, "SeriesList")[0]
    faults.set("drift")
    assert react(requests.get(f"{url}/series/77", timeout=10).text, "SeriesList") == []
    faults.set("challenge")
    answer = requests.get(f"{url}/series/77", timeout=10)
    assert (answer.status_code, answer.content) == (202, b"")
