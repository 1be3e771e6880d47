from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.catalogue import EntryKind
from mam_assets.domain.model.library import SeriesRef
from resources.errors import NotFound, UnexpectedAnswer
from resources.goodreads.author_page import author_page
from resources.goodreads.book_page import NoState, book_page, visible_book_page
from resources.goodreads.series_page import assembled, series_page
from resources.goodreads.titles import label_position, split_title
from tests.support import goodreads_pages as pages

# --------------------------------------------------------------------------------------------------------- titles


@pytest.mark.parametrize(
    ("raw", "bare", "refs"),
    [
        (
            "Guards! Guards! (Discworld, #8; City Watch #1)",
            "Guards! Guards!",
            [("Discworld", "8"), ("City Watch", "1")],
        ),
        ("Edgedancer (The Stormlight Archive, #2.5)", "Edgedancer", [("The Stormlight Archive", "2.5")]),
        ("Out There (A Saga (Dramatised), #1)", "Out There", [("A Saga (Dramatised)", "1")]),
        ("Box (Some Saga, #1–3)", "Box", [("Some Saga", "1-3")]),
        ("Dune (Penguin Classics)", "Dune (Penguin Classics)", []),
        ("The Naked One 1: Flight (Dawn 3)", "The Naked One 1: Flight (Dawn 3)", []),
        ("(Some Saga, #1)", "(Some Saga, #1)", []),
        ("Unclosed (Saga, #1", "Unclosed (Saga, #1", []),
        ("  Two   spaces ", "Two spaces", []),
    ],
)
def test_titles_lose_only_what_names_a_place_in_a_series(raw, bare, refs):
    title, found = split_title(raw)
    assert title == bare
    assert [(ref.name, ref.position) for ref in found] == refs


@given(st.text(max_size=40))
def test_any_title_can_be_split(raw):
    title, refs = split_title(raw)
    assert split_title(title) == (title, ()) or refs
    assert bool(title) == bool(raw.split())


@pytest.mark.parametrize(
    ("label", "position"),
    [
        ("Book 3", "3"),
        ("Book 0", "0"),
        ("Book 0.5", "0.5"),
        ("Book 1-3", "1-3"),
        ("Book 1, Part 1 of 2", "1, Part 1 of 2"),
        ("Book 2, part 3 of 4", "2, part 3 of 4"),
        ("Book 1 – 3", "1-3"),
        ("", ""),
        (None, ""),
        ("Book", ""),
        ("Companion", ""),
        (7, "7"),
    ],
)
def test_labels_say_positions(label, position):
    assert label_position(label) == position


# --------------------------------------------------------------------------------------------------------- series


def read(*lists, **kwargs):
    return assembled("43", [series_page(pages.series_page(*lists, **kwargs), "43")])


def test_a_series_split_over_several_lists_is_one():
    found = read(
        pages.series_list(
            [pages.book(1, "One", "Some Saga, #1"), pages.book(2, "Two", "Some Saga, #2")], ["Book 1", "Book 2"]
        ),
        pages.series_list(
            [
                pages.book(3, "Three", "Some Saga, #3"),
                pages.book(4, "All of it", "Some Saga, #1-3"),
                pages.book(5, "One, first half"),
            ],
            ["Book 3", "Book 1-3", "Book 1, Part 1 of 2"],
        ),
    )
    assert (found.title, found.series_id, found.provider) == ("Some Saga", "43", "goodreads")
    assert (found.primary_count, found.total_count) == (3, 5)
    assert [position for position, _ in found.entries] == ["1", "2", "3", "1-3", "1, Part 1 of 2"]
    kinds = [work.kind for _, work in found.entries]
    assert kinds == [EntryKind.PRIMARY] * 3 + [EntryKind.OMNIBUS, EntryKind.PART]
    work = found.entries[0][1]
    assert (work.work_id, work.title, work.authors) == ("goodreads:1001", "One", ("Ann Author",))
    assert work.title_raw == "One (Some Saga, #1)"
    assert work.provider_ids == (("goodreads", "1"),)
    assert work.series == (SeriesRef("Some Saga", "1", "43"),)
    assert (work.year, work.ratings_count, work.to_be_published) == (2001, 9999, False)


def test_one_primary_work_is_said_in_the_singular():
    found = read(pages.series_list([pages.book(1, "One")]), subtitle="1 primary work • 1 total work")
    assert (found.primary_count, found.total_count) == (1, 1)


def test_without_labels_the_titles_own_decoration_counts_only_if_it_names_this_series():
    umbrella = [pages.book(n, f"B{n}", f"Night's Dawn, #{n}") for n in (1, 2, 3)]
    found = read(pages.series_list(umbrella), title="Confederation Universe")
    assert [position for position, _ in found.entries] == ["", "", ""]
    assert {work.kind for _, work in found.entries} == {EntryKind.PRIMARY}
    assert found.entries[0][1].series[1] == SeriesRef("Night's Dawn", "1")
    own = read(pages.series_list(umbrella), title="Night's Dawn")
    assert [position for position, _ in own.entries] == ["1", "2", "3"]


def test_labels_that_are_too_few_give_way_to_the_titles():
    books = [
        pages.book(1, "Prequel", "Some Saga, #0.5"),
        pages.book(2, "One", "Some Saga, #1"),
        pages.book(3, "Two", "Some Saga, #2"),
    ]
    found = read(pages.series_list(books, ["Book 1", "Book 2"]))
    assert [position for position, _ in found.entries] == ["0.5", "1", "2"]


@pytest.mark.parametrize("labels", [["Book 1", None, "Book 2"], ["Book 1", "", "Book 2"]])
def test_an_unnumbered_entry_between_numbered_ones_stays_unnumbered(labels):
    found = read(pages.series_list([pages.book(n, f"B{n}") for n in (1, 2, 3)], labels))
    assert [position for position, _ in found.entries] == ["1", "", "2"]


def test_kinds_are_told_apart():
    other = {"author": {"id": 5, "name": "Somebody Else"}}
    rows = [
        ("Book 1", pages.book(1, "One", "Some Saga, #1"), EntryKind.PRIMARY),
        ("Book 1.5", pages.book(2, "Between", "Some Saga, #1.5"), EntryKind.SECONDARY),
        ("Book 2", pages.book(3, "Two", "Some Saga, #2; Sub, #1"), EntryKind.PRIMARY),
        ("Book 3", pages.book(4, "Three", "Sub, #2"), EntryKind.PRIMARY),
        ("Book 1-2", pages.book(5, "One and Two"), EntryKind.OMNIBUS),
        ("", pages.book(6, "Some Saga Boxed Set"), EntryKind.OMNIBUS),
        ("", pages.book(7, "Some Saga Trilogy Collection"), EntryKind.OMNIBUS),
        ("Book 2", pages.book(8, "Dos", "La Saga, #2"), EntryKind.TRANSLATION),
        ("Book 4", pages.book(9, "Drei Zwei", "Die Sage, #4"), EntryKind.TRANSLATION),
        ("Book 3.1", pages.book(10, "Trzy", "Saga polska, #3.1"), EntryKind.TRANSLATION),
        ("Book 1", pages.book(11, "One: The Graphic Novel", **other), EntryKind.COMPANION),
        ("Book 1", pages.book(12, "One retold", **other), EntryKind.COMPANION),
        ("", pages.book(13, "The World of Some Saga"), EntryKind.COMPANION),
        ("Book 2, part 1 of 3", pages.book(14, "Two, first third"), EntryKind.PART),
        ("Book 3.2", pages.book(15, "Three, Part 2", "Some Saga, #3.2"), EntryKind.PART),
    ]
    found = read(pages.series_list([row for _, row, _ in rows], [label for label, _, _ in rows]))
    assert [(work.title, work.kind) for _, work in found.entries] == [(row["bookTitleBare"], k) for _, row, k in rows]


def test_a_page_without_lists_is_drift_and_not_an_empty_series():
    for body in (
        pages.series_page(),
        pages.series_page(pages.series_list([])),
        "<html><body>hello</body></html>",
        pages.component("SeriesList", {"rows": []}),
        pages.component("SeriesList", []),
        '<div data-react-class="ReactComponents.SeriesList" data-react-props="{&quot;series&quot;:["></div>',
        pages.series_page(pages.series_list([{"title": None}])),
        "",
        "\x00",
    ):
        with pytest.raises(UnexpectedAnswer):
            series_page(body, "43")


def test_junk_and_unreadable_entries_cost_only_themselves():
    books = [
        pages.book(1, "One"),
        pages.book(2, "Blank Journal", author={"id": 1, "name": "NOT A BOOK"}),
        {"bookId": None, "title": None},
        pages.book(3, "Three", workId=None, author=None, ratingsCount="x", publicationDate=None),
    ]
    found = read(pages.series_list(books, ["Book 1", "Book 2", "Book 3", "Book 4"]))
    assert [(position, work.work_id) for position, work in found.entries] == [
        ("1", "goodreads:1001"),
        ("4", "goodreads:book:3"),
    ]


def test_a_bare_title_that_is_not_bare_is_made_so():
    found = read(pages.series_list([pages.book(1, "One (Some Saga, #1)", "Some Saga, #1")], ["Book 1"]))
    assert found.entries[0][1].title == "One"


def test_a_work_on_two_pages_counts_once():
    first = pages.series_page(pages.series_list([pages.book(1, "One"), pages.book(2, "Two")]), pager=(3, 1, 2))
    second = pages.series_page(pages.series_list([pages.book(2, "Two"), pages.book(3, "Three")]), pager=(3, 2, 2))
    read_pages = [series_page(body, "43") for body in (first, second)]
    assert (read_pages[0].pages, read_pages[1].page) == (2, 2)
    assert len(assembled("43", read_pages).entries) == 3


# ----------------------------------------------------------------------------------------------------------- book


def test_a_book_page_tells_the_work_and_its_series():
    page = book_page(pages.next_page(pages.state()), "501")
    work, metadata = page.work, page.metadata
    assert work.work_id == "goodreads:1501"
    assert (work.title, work.title_raw, work.original_title) == ("Out There", "Out There (Some Saga, #1)", "Ut")
    assert work.authors == ("Ann Author", "Second Author")
    assert work.series == (SeriesRef("Some Saga", "1", "43"), SeriesRef("Universe", "0.5", "44"))
    assert (work.year, work.release_date) == (1925, date(1925, 1, 1))
    assert (work.isbn, work.asin, work.language) == ("9780306406157", "", "english")
    assert (work.has_audiobook, work.audio_release_date, work.narrators) == (None, None, ())
    assert page.author_id == "77"
    assert metadata.description == "Far & away\nit is"
    assert metadata.genres == ("Fantasy", "Fiction")
    assert (metadata.publisher, metadata.published_year, metadata.release_date) == ("P", 1925, date(2010, 3, 9))
    assert metadata.is_audiobook is False


def test_an_audio_edition_dates_the_audiobook():
    details = {"asin": "B0EXAMPL01", "format": "Audible Audio", "publicationTime": 1268121600000, "isbn": None}
    work = book_page(pages.next_page(pages.state(details=details)), "501").work
    assert (work.asin, work.has_audiobook, work.audio_release_date) == ("B0EXAMPL01", True, date(2010, 3, 9))
    assert work.narrators == ("Nat Narrator",)


@pytest.mark.parametrize(
    "stamp", [None, -74_000_000_000_000, 253_402_214_400_000, -62_135_596_800_000, 1e300, "soon", []]
)
def test_absurd_times_are_no_times(stamp):
    state = pages.state(details={"publicationTime": stamp})
    state["Work:1"]["details"]["publicationTime"] = stamp
    work = book_page(pages.next_page(state), "501").work
    assert (work.year, work.release_date) == (None, None)


def test_two_pointers_are_settled_only_by_the_id_that_was_asked_for():
    state = pages.state()
    state["ROOT_QUERY"][pages.pointer(999)] = {"__ref": "Book:kca://book/amzn1.gr.book.v1.STUB"}
    assert book_page(pages.next_page(state), "501").work.title == "Out There"
    with pytest.raises(UnexpectedAnswer):
        book_page(pages.next_page(state), "7")


def test_an_older_edition_id_may_lead_to_the_book_that_took_its_place():
    assert book_page(pages.next_page(pages.state(501)), "500").work.provider_ids == (("goodreads", "501"),)


def test_what_a_page_without_a_book_is_called():
    with pytest.raises(NoState):
        book_page(pages.next_page({}), "501")
    with pytest.raises(NoState):
        book_page("<html><body></body></html>", "501")
    with pytest.raises(NotFound):
        book_page(pages.next_page({"ROOT_QUERY": {pages.pointer(501): None}}), "501")
    with pytest.raises(UnexpectedAnswer):
        book_page(pages.next_page(pages.state(title=None)), "501")
    with pytest.raises(UnexpectedAnswer):
        book_page(pages.next_page({"ROOT_QUERY": {"something": 1}}), "501")


def test_the_visible_page_is_better_than_nothing():
    page = visible_book_page(pages.next_page({}, pages.LD_JSON + pages.SERIES_LINK), "501")
    assert page.work.title == "Out There & Back"
    assert page.work.series == (SeriesRef("Some Saga", "1", "43"),)
    assert page.series_known
    assert (page.work.isbn, page.work.ratings_count, page.work.has_audiobook) == ("9780306406157", 54321, True)
    plain = visible_book_page(pages.next_page({}, pages.LD_JSON), "501")
    assert not plain.series_known
    assert plain.work.series == (SeriesRef("Some Saga", "1"),)
    with pytest.raises(UnexpectedAnswer):
        visible_book_page(pages.next_page({}), "501")


# --------------------------------------------------------------------------------------------------------- author

BADGE = '<a class="authorName" href="/author/show/77.Ann"><span>Ann  Author</span></a> <span>(Goodreads Author)</span>'
OTHER = '<a class="authorName" href="/author/show/88.B">Bea Bee</a>'
ROLE = '<span class="authorName greyText smallText role">({})</span>'


def test_a_bibliography_row_tells_work_title_series_and_year():
    page = author_page(pages.author_page(pages.author_row(5, "Title (Saga, #1)", credits=BADGE), forward=True), "77")
    (work,) = page.works
    assert (work.work_id, work.title, work.authors) == ("goodreads:1005", "Title", ("Ann Author",))
    assert work.series == (SeriesRef("Saga", "1"),)
    assert (work.year, work.ratings_count, work.kind) == (2017, 7792, EntryKind.PRIMARY)
    assert work.provider_ids == (("goodreads", "5"),)
    assert page.has_next


@pytest.mark.parametrize("role", ["Translator", "Contributor", "Narrator", "Introduction", "Editor", "Foreword"])
def test_what_the_person_did_not_write_is_left_out(role):
    credits = f"{OTHER}, {BADGE} {ROLE.format(role)}"
    inside = f'{OTHER}, <a class="authorName" href="/author/show/77.Ann">Ann Author ({role})</a>'
    for shown in (credits, inside):
        page = author_page(pages.author_page(pages.author_row(5, "T", credits=shown)), "77")
        assert page.works == ()
        assert page.rows == 1


def test_somebody_elses_role_does_not_count_against_the_author():
    page = author_page(
        pages.author_page(pages.author_row(5, "T", credits=f"{BADGE}, {OTHER} {ROLE.format('Narrator')}")), "77"
    )
    assert page.works[0].authors == ("Ann Author",)


def test_sets_novellas_and_coming_books_show():
    rows = [
        pages.author_row(1, "Saga Boxed Set"),
        pages.author_row(2, "Three in One (Saga, #1-3)"),
        pages.author_row(3, "Short (Saga, #1.5)"),
        pages.author_row(4, "Next", grey="expected publication 2031"),
    ]
    page = author_page(pages.author_page(*rows), "77")
    assert [work.kind for work in page.works] == [
        EntryKind.OMNIBUS,
        EntryKind.OMNIBUS,
        EntryKind.SECONDARY,
        EntryKind.PRIMARY,
    ]
    assert (page.works[3].to_be_published, page.works[3].year) == (True, 2031)
    assert not page.has_next


def test_a_page_without_rows_is_drift():
    with pytest.raises(UnexpectedAnswer):
        author_page(pages.author_page(), "77")
