import pytest
import requests

from mam_assets.domain.model.catalogue import EntryKind
from resources.errors import Blocked, NotFound, ServiceError, Unavailable, UnexpectedAnswer
from resources.goodreads import GoodreadsClient, worth_keeping
from resources.providers import CatalogueProvider, MetadataProvider
from tests.support import goodreads_pages as pages
from tests.support.loopback import Answer, faults, serve


def client(served, **kwargs):
    return GoodreadsClient(served.url, session=requests.Session(), **kwargs)


def hit(number, title, author="Ann Author", author_id=77, ratings=100, series=""):
    who = {"id": author_id, "name": author}
    return pages.book(number, title, series, author=who, ratingsCount=ratings, avgRating="4.21")


class Site:
    """A little Goodreads: searches by exact text, books, series with pages, bibliographies."""

    def __init__(self, *, searches=None, books=None, series=None, authors=None):
        self.searches, self.books = searches or {}, books or {}
        self.series, self.authors = series or {}, authors or {}

    def __call__(self, asked):
        kind, _, rest = asked.path.removeprefix("/").partition("/")
        page = int(asked.query.get("page", 1))
        if asked.path == "/book/auto_complete":
            assert asked.query["format"] == "json"
            return Answer(self.searches.get(asked.query["q"], []))
        if asked.path.startswith("/book/show/"):
            shown = self.books.get(asked.path.rsplit("/", 1)[1])
            shown = shown.pop(0) if isinstance(shown, list) else shown
            return Answer(shown) if shown else None
        if kind == "series" and rest in self.series:
            return Answer(self.series[rest][page - 1])
        if asked.path.startswith("/author/list/"):
            listed = self.authors.get(asked.path.rsplit("/", 1)[1])
            return Answer(listed[page - 1]) if listed else None
        return None


def test_it_is_a_provider_of_both_kinds():
    it = GoodreadsClient(session=requests.Session())
    assert isinstance(it, CatalogueProvider)
    assert isinstance(it, MetadataProvider)


def test_it_says_who_it_is(tmp_path):
    with serve(Site(searches={"x": []})) as served:
        GoodreadsClient(served.url, state_dir=tmp_path, per_minute=60_000, jitter=0).search("x")
    assert served.asked[0].headers["user-agent"].startswith("mam-assets/")
    assert "mozilla" not in served.asked[0].headers["user-agent"].lower()


def test_search_gives_works_best_first_and_a_miss_is_an_answer():
    found = [
        hit(1, "Out There", series="Some Saga, #1"),
        hit(2, "Notes on Out There"),
        hit(3, "x", author="NOT A BOOK"),
    ]
    with serve(Site(searches={"Out There": found})) as served:
        it = client(served)
        works = it.search("Out There")
        assert it.search("Nothing") == []
        assert it.search("  ") == []
    assert [(work.work_id, work.title) for work in works] == [
        ("goodreads:1001", "Out There"),
        ("goodreads:1002", "Notes on Out There"),
    ]
    assert len(served.asked) == 2


def test_from_an_owned_book_to_its_series():
    found = [
        hit(9, "Out There", author="Other Body", author_id=5, ratings=10**6),
        hit(8, "Study Guide: Out There", ratings=3),
        hit(501, "Out There", author="A. Author", ratings=900),
        hit(502, "Out There", author="Ann Author", ratings=20),
    ]
    with serve(Site(searches={"Out There": found}, books={"501": pages.next_page(pages.state())})) as served:
        assert client(served).series_of("Out There", ["Author, Ann"]) == ["43", "44"]
    assert served.paths() == ["/book/auto_complete", "/book/show/501"]


def test_the_authors_name_helps_only_when_the_title_alone_did_not():
    searches = {"It": [hit(1, "It Ends", author="Other Body")], "It Ann Author": [hit(501, "It")]}
    with serve(Site(searches=searches, books={"501": pages.next_page(pages.state())})) as served:
        assert client(served).series_of("It", ["Ann Author"]) == ["43", "44"]
        assert client(served).series_of("Unheard of", ["Ann Author"]) == []
    assert [asked.query.get("q") for asked in served.asked if "q" in asked.query][1] == "It Ann Author"


def test_the_volume_next_door_is_not_the_book():
    with serve(Site(searches={"Fall 3": [hit(501, "Fall 4")], "Fall 3 Ann Author": []})) as served:
        assert client(served).series_of("Fall 3", ["Ann Author"]) == []


def test_without_an_author_only_an_undisputed_title_counts():
    two = [hit(501, "Legacy"), hit(502, "Legacy", author="Other Body", author_id=5)]
    with serve(Site(searches={"Legacy": two})) as served:
        assert client(served).series_of("Legacy", []) == []


def test_a_book_in_no_series_is_an_answer():
    state = pages.state(bookSeries=[], title="Alone", titleComplete="Alone", titlePrimary="Alone")
    with serve(Site(searches={"Alone": [hit(501, "Alone")]}, books={"501": pages.next_page(state)})) as served:
        assert client(served).series_of("Alone", ["Ann Author"]) == []


def test_a_page_without_its_data_is_asked_for_once_more():
    books = {"501": [pages.next_page({}), pages.next_page(pages.state())]}
    with serve(Site(books=books)) as served:
        assert client(served).book("501").work_id == "goodreads:1501"
    assert len(served.asked) == 2
    assert served.asked[1].headers["cache-control"] == "no-cache"


def test_then_what_it_shows_is_read_but_silence_on_series_is_no_answer():
    bare = pages.next_page({}, pages.LD_JSON)
    site = Site(searches={"Out There & Back": [hit(501, "Out There & Back")]}, books={"501": [bare] * 4})
    with serve(site) as served:
        assert client(served).book("501").title == "Out There & Back"
        with pytest.raises(UnexpectedAnswer, match="does not say"):
            client(served).series_of("Out There & Back", ["Ann Author"])


def series_of_pages(total, per_page):
    books = [pages.book(n, f"B{n}") for n in range(1, total + 1)]
    shown = []
    for start in range(0, total, per_page):
        rows = books[start : start + per_page]
        labels = [f"Book {row['bookId']}" for row in rows]
        lists = [pages.series_list(rows[:2], labels[:2]), pages.series_list(rows[2:], labels[2:])]
        subtitle = f"{total} primary works • {total} total works"
        pager = (total, start // per_page + 1, per_page)
        shown.append(pages.series_page(*lists, subtitle=subtitle, pager=pager))
    return shown


def test_a_long_series_is_read_over_all_its_pages():
    with serve(Site(series={"43": series_of_pages(250, 100)})) as served:
        found = client(served).series("43")
    assert [position for position, _ in found.entries] == [str(n) for n in range(1, 251)]
    assert all(work.kind is EntryKind.PRIMARY for _, work in found.entries)
    assert [asked.query.get("page") for asked in served.asked] == [None, "2", "3"]


def test_a_page_that_fails_fails_the_series():
    shown = series_of_pages(250, 100)
    shown[2] = "<html><body>drift</body></html>"
    with serve(Site(series={"43": shown})) as served, pytest.raises(UnexpectedAnswer):
        client(served).series("43")


def test_the_same_page_over_and_over_is_not_a_series():
    shown = series_of_pages(250, 100)
    with serve(Site(series={"43": [shown[0]] * 3})) as served, pytest.raises(UnexpectedAnswer, match="same page"):
        client(served).series("43")


def test_a_series_that_lists_less_than_it_promises_is_not_believed():
    shown = pages.series_page(pages.series_list([pages.book(1, "B1")]), subtitle="3 primary works • 3 total works")
    with serve(Site(series={"43": [shown]})) as served, pytest.raises(UnexpectedAnswer, match="1 works of 3"):
        client(served).series("43")


def test_an_author_and_what_the_person_wrote():
    searches = {"Ann Author": [hit(1, "A", author="Ann Arbor", author_id=5), hit(2, "B", ratings=5), hit(3, "C")]}
    authors = {
        "77": [
            pages.author_page(pages.author_row(1, "A"), pages.author_row(2, "B"), forward=True),
            pages.author_page(pages.author_row(2, "B"), pages.author_row(3, "C")),
        ]
    }
    with serve(Site(searches=searches, authors=authors)) as served:
        it = client(served)
        author_id = it.find_author("Ann Author")
        works = it.author_works(author_id)
        assert it.find_author("Nobody") == ""
    assert author_id == "77"
    assert [work.title for work in works] == ["A", "B", "C"]


def test_a_bibliography_without_end_is_cut_off():
    endless = [pages.author_page(pages.author_row(n, f"B{n}"), forward=True) for n in range(1, 9)]
    with serve(Site(authors={"77": endless})) as served:
        assert len(client(served, author_pages=4).author_works("77")) == 4
    assert len(served.asked) == 4


def test_metadata_goes_by_number_first_and_then_by_title():
    site = Site(
        searches={"9780306406157": [hit(501, "Out There")], "Out There": [hit(501, "Out There")]},
        books={"501": pages.next_page(pages.state())},
    )
    with serve(site) as served:
        it = client(served)
        (by_number,) = it.books("Whatever", "Ann Author", isbn="9780306406157")
        (by_title,) = it.books("Out There", "Ann Author", isbn="9780000000000", asin="B0EXAMPL01")
        assert it.books("Out There", "Other Body") == []
    assert by_number == by_title
    assert by_number.publisher == "P"


def test_a_title_that_is_only_near_leads_to_a_series_but_tells_nothing_of_the_book():
    title, other = "Harry Potter and the Philosopher's Stone", "Harry Potter and the Sorcerer's Stone"
    site = Site(searches={title: [hit(501, other)]}, books={"501": pages.next_page(pages.state())})
    with serve(site) as served:
        assert client(served).series_of(title, ["Ann Author"]) == ["43", "44"]
        assert client(served).books(title, "Ann Author") == []


CALLS = {
    "search": lambda c: c.search("x"),
    "book": lambda c: c.book("501"),
    "series": lambda c: c.series("43"),
    "series_of": lambda c: c.series_of("Out There", ["Ann Author"]),
    "author": lambda c: c.find_author("Ann Author"),
    "works": lambda c: c.author_works("77"),
    "metadata": lambda c: c.books("Out There", "Ann Author"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [*faults(), "time-out"])
def test_no_fault_looks_like_nothing_found(call, fault):
    if fault == "time-out":
        slow = GoodreadsClient("http://127.0.0.1:9", session=requests.Session())
        with pytest.raises(Unavailable):
            CALLS[call](slow)
        return
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        CALLS[call](client(served))
    wanted = {"forbidden", "too many", "challenge", "empty"}
    assert isinstance(caught.value, Blocked) == (fault in wanted)
    assert len(served.asked) == 1 if fault in wanted else len(served.asked) <= 2


def test_a_page_that_breaks_off_does_not_shorten_a_series_or_a_bibliography():
    (shown,) = series_of_pages(9, 100)
    shown = shown.replace("9 primary works", "2 primary works")
    cut = shown[: shown.rindex('<div data-react-class="ReactComponents.SeriesList"')]
    rows = pages.author_page(pages.author_row(1, "A"), pages.author_row(2, "B"), forward=True)
    site = Site(series={"43": [cut], "44": [shown]}, authors={"77": [rows[: rows.index("</table>")]]})
    with serve(site) as served:
        it = client(served)
        assert len(it.series("44").entries) == 9
        with pytest.raises(UnexpectedAnswer, match="breaks off"):
            it.series("43")
        with pytest.raises(UnexpectedAnswer, match="breaks off"):
            it.author_works("77")


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><title>Just a moment...</title></head></html>",
        '<html><script src="https://x.token.awswaf.com/challenge.js"></script></html>',
        "<html><body>Please solve this CAPTCHA</body></html>",
    ],
)
def test_a_challenge_page_is_a_block(body):
    with serve(lambda asked: Answer(body)) as served, pytest.raises(Blocked):
        client(served).series("43")


def test_a_book_about_captchas_is_no_challenge():
    shown = pages.series_page(
        pages.series_list([pages.book(1, "The captcha murders")], ["Book 1"]), subtitle="1 primary work • 1 total work"
    )
    with serve(Site(series={"43": [shown]})) as served:
        assert client(served).series("43").entries[0][1].title == "The captcha murders"


def test_a_login_page_is_a_block():
    def script(asked):
        if asked.path == "/user/sign_in":
            return Answer("<html>Sign in</html>")
        return Answer("", 302, {"Location": "/user/sign_in?returnurl=x"})

    with serve(script) as served, pytest.raises(Blocked, match="login"):
        client(served).series("43")


def test_what_is_gone_and_what_was_never_there():
    with serve(Site()) as served:
        it = client(served)
        for call in (lambda: it.series("1"), lambda: it.book("1"), lambda: it.author_works("1")):
            with pytest.raises(NotFound):
                call()
        with pytest.raises(NotFound):
            it.series("../admin")
    assert len(served.asked) == 3


def test_only_pages_with_their_data_are_worth_keeping():
    bodies = {
        pages.next_page(pages.state()): True,
        pages.next_page({}): False,
        pages.series_page(pages.series_list([pages.book(1, "B")])): True,
        pages.author_page(pages.author_row(1, "B")): True,
        "<html></html>": False,
    }
    for body, kept in bodies.items():
        response = requests.Response()
        response._content = body.encode()
        assert worth_keeping(response) is kept, body[:80]
