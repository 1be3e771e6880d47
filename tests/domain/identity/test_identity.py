"""Which series is which: spellings joined, namesakes kept apart, providers chosen by what is owned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import identity
from mam_assets.domain.model.catalogue import EntryKind, ProviderSeries, Work
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef, TrackedSeries


def item(abs_id: str, title: str, place: str = "", author: str = "David Brin", **more: object) -> LibraryItem:
    refs = tuple(SeriesRef(*(ref.split("#") if "#" in ref else (ref, ""))) for ref in place.split(";") if ref)
    return LibraryItem(abs_id, title, (author,) if author else (), series=refs, **more)  # type: ignore[arg-type]


def found(items: list[LibraryItem]) -> dict[str, list[tuple[str, str]]]:
    return {series.series_key: list(series.members) for series in identity.tracked_series(items)}


def test_one_series_under_many_spellings() -> None:
    items = [
        item("1", "Sundiver", "The Uplift Saga#1"),
        item("2", "Startide Rising", "Uplift#2"),
        item("3", "The Uplift War", "Uplift Series (Publication Order)#3"),
        item("4", "Brightness Reef: Uplift, Book 4"),
        item("5", "Infinity's Shore", rel_path="David Brin/The Uplift Saga/05 - Infinity's Shore"),
        item("6", "Heaven's Reach", "UPLIFT SAGA"),
    ]
    (series,) = identity.tracked_series(items)
    assert series.series_key == "uplift|david brin"
    assert series.author == "David Brin"
    assert [abs_id for abs_id, _ in series.members] == ["1", "2", "3", "4", "5", "6"]
    assert {"The Uplift Saga", "Uplift", "UPLIFT SAGA"} <= {series.name, *series.aliases}


def test_the_same_name_by_different_authors_stays_apart() -> None:
    items = [item("1", "Fallen", "Legacy#1", "Lauren Kate"), item("2", "Torment", "Legacy#2", "Karin Slaughter")]
    assert set(found(items)) == {"legacy|lauren kate", "legacy|karin slaughter"}


def test_spellings_of_one_author_and_coauthors_are_one() -> None:
    items = [
        item("1", "Leviathan Wakes", "The Expanse#1", "James S. A. Corey"),
        item("2", "Caliban's War", "Expanse#2", "Corey, James S.A."),
        LibraryItem("3", "Abaddon's Gate", ("Ty Franck", "James S.A. Corey"), series=(SeriesRef("Expanse", "3"),)),
    ]
    assert len(found(items)) == 1


def test_names_that_only_differ_by_trilogy_are_one_unless_their_books_clash() -> None:
    one = [item("1", "Heir", "Thrawn Trilogy#1", "T. Zahn"), item("2", "Dark Force Rising", "Thrawn#2", "T. Zahn")]
    assert len(found(one)) == 1
    clash = [item("1", "Heir", "The Thrawn Trilogy#1", "T. Zahn"), item("2", "Thrawn", "Thrawn#1", "T. Zahn")]
    assert set(found(clash)) == {"thrawn trilogy|t zahn", "thrawn|t zahn"}


def test_a_misspelt_name_joins_and_numbers_part() -> None:
    items = [item("1", "Nemesis", "Harry Hole#4", "Jo Nesbø"), item("2", "Police", "Hary Hole#10", "Jo Nesbo")]
    assert len(found(items)) == 1
    items = [item("1", "A", "Mission 1 Squad#1"), item("2", "B", "Mission 2 Squad#2")]
    assert len(found(items)) == 2


def test_a_mere_subtitle_makes_no_series() -> None:
    assert found([item("1", "Ella Minnow Pea: A Novel in Letters"), item("2", "Apollo 13: The Lost Moon")]) == {}


def test_ebooks_and_study_guides_make_no_series() -> None:
    items = [
        item("1", "Sundiver", "Uplift#1", num_audio_files=0),
        item("2", "Sundiver (Uplift, #1): A Study Guide"),
    ]
    assert found(items) == {}


def test_a_number_missing_in_the_series_field_is_found_elsewhere() -> None:
    items = [
        item("1", "Angles of Attack", "Frontlines", subtitle="Book Three of Frontlines"),
        item("2", "Frontlines: Volumes 1-2", "Frontlines"),
        item("3", "Chains", "Frontlines", rel_path="David Brin/Frontlines/04 - Chains"),
    ]
    assert found(items) == {"frontlines|david brin": [("2", "1-2"), ("1", "3"), ("3", "04")]}


SOME = [
    item("1", "Sundiver", "The Uplift Saga#1"),
    item("2", "Startide Rising", "Uplift#2"),
    item("3", "Uplift 3: The Uplift War"),
    item("4", "Heir", "The Thrawn Trilogy#1", "T. Zahn"),
    item("5", "Thrawn", "Thrawn#1", "T. Zahn"),
    item("6", "Alliances", "Thrawn#2", "T. Zahn"),
    item("7", "Nobody's", "Uplift#9", ""),
    item("8", "Two", "Uplift;Big Universe#3"),
]


@given(st.permutations(SOME))
def test_the_order_of_items_changes_nothing(items: list[LibraryItem]) -> None:
    assert identity.tracked_series(items) == identity.tracked_series(SOME)


@given(st.lists(st.sampled_from(SOME), unique=True))
def test_keys_are_unique_and_members_are_the_given_items(items: list[LibraryItem]) -> None:
    tracked = identity.tracked_series(items)
    assert len({series.series_key for series in tracked}) == len(tracked)
    assert {abs_id for series in tracked for abs_id, _ in series.members} <= {one.abs_id for one in items}


# ------------------------------------------------------------------------------------------------------- choosing


def listing(name: str, *titles: str, provider: str = "goodreads", author: str = "David Brin") -> ProviderSeries:
    works = tuple((str(at), Work(f"{provider}:{name}{at}", title, (author,))) for at, title in enumerate(titles, 1))
    return ProviderSeries(provider, name, name, works)


UPLIFT = listing("The Uplift Saga", "Sundiver", "Startide Rising", "The Uplift War")
MEMBERS = [item("1", "Sundiver", "Uplift#1"), item("2", "Startide Rising", "Uplift#2")]
TRACKED = TrackedSeries("uplift|david brin", "Uplift", "David Brin", members=(("1", "1"), ("2", "2")))


def test_the_members_vote() -> None:
    namesake = listing("Uplift", "Raise", "Lift", author="Somebody Else")
    chosen, confidence, evidence = identity.choose(TRACKED, MEMBERS, [namesake, UPLIFT])
    assert chosen is UPLIFT
    assert confidence is Confidence.HIGH
    assert "2 of 2 owned books" in evidence


def test_a_name_alone_decides_nothing() -> None:
    namesake = listing("Uplift", "Raise", "Lift", author="Somebody Else")
    chosen, confidence, evidence = identity.choose(TRACKED, MEMBERS, [namesake])
    assert (chosen, confidence) == (None, Confidence.UNMATCHED)
    assert "none of 2 owned books" in evidence
    assert identity.choose(TRACKED, MEMBERS, [])[0] is None


def test_the_series_is_preferred_to_the_umbrella_that_holds_it() -> None:
    umbrella = listing("Brinverse", "Earth", "Sundiver", "Startide Rising", "The Uplift War", "Existence")
    chosen, _, _ = identity.choose(TRACKED, MEMBERS, [umbrella, UPLIFT])
    assert chosen is UPLIFT
    nameless = TrackedSeries("x|david brin", "Quite Another Name", "David Brin", members=TRACKED.members)
    chosen, confidence, evidence = identity.choose(nameless, MEMBERS, [umbrella, UPLIFT])
    assert chosen is UPLIFT, "the positions agree with it"
    assert confidence is Confidence.HIGH
    assert "Quite Another Name" in evidence


def test_one_found_member_of_another_name_is_a_weak_sign() -> None:
    anthology = listing("Best of the Year", "One", "Two", "Sundiver")
    _, confidence, _ = identity.choose(TRACKED, MEMBERS, [anthology])
    assert confidence is Confidence.LOW


def test_a_provider_that_disagrees_lowers_the_confidence() -> None:
    other = listing("Uplift", "Sundiver", "Startide Rising", "Another Third Book", provider="hardcover")
    chosen, confidence, evidence = identity.choose(TRACKED, MEMBERS, [UPLIFT, other])
    assert chosen is not None
    assert confidence is Confidence.MEDIUM
    assert "number 3" in evidence


# -------------------------------------------------------------------------------------------------------- entries


def test_book_key_is_the_same_for_all_spellings() -> None:
    keys = {
        identity.book_key(Work("a:1", "The Devil’s Star", ("Jo Nesbø",))),
        identity.book_key(Work("b:2", "Devil's Star", ("Nesbo, Jo", "Don Bartlett (Translator)"))),
    }
    assert keys == {"jo nesbo|devils star"}


def test_entries_know_their_kind() -> None:
    works = (
        ("1", Work("g:1", "Unsouled", ("W",))),
        ("0.5", Work("g:2", "Threshold", ("W",))),
        ("0", Work("g:3", "Prequel Story", ("W",))),
        ("1-3", Work("g:4", "Foundation: Cradle Books 1-3", ("W",))),
        ("", Work("g:5", "The Cradle Colouring Book", ("W",))),
        ("1p1", Work("g:6", "Unsouled, Part 1", ("W",))),
        ("2", Work("g:7", "The Anarchist's Cookbook Companion", ("W",))),
        ("1", Work("g:8", "Unsouled: The Graphic Novel", ("W",))),
    )
    tracked = TrackedSeries("cradle|w", "Cradle", "W")
    listed = identity.series_entries(tracked, ProviderSeries("g", "1", "Cradle", works), Confidence.HIGH)
    assert [(entry.position, entry.work.kind) for entry in listed] == [
        ("0", EntryKind.SECONDARY),
        ("0.5", EntryKind.SECONDARY),
        ("1", EntryKind.PRIMARY),
        ("1", EntryKind.COMPANION),
        ("1p1", EntryKind.PART),
        ("1-3", EntryKind.OMNIBUS),
        ("2", EntryKind.PRIMARY),
        ("", EntryKind.COMPANION),
    ]
    assert len({entry.entry_key for entry in listed}) == len(listed)


def test_editions_and_translations_of_one_work_are_one_entry() -> None:
    works = (
        ("1", Work("g:1", "El leopardo", ("Jo Nesbø",), language="spanish", ratings_count=900)),
        ("1", Work("g:2", "The Leopard", ("Jo Nesbø",), language="english", ratings_count=90, isbn="9780099563693")),
        ("1.0", Work("g:3", "The Leopard", ("Jo Nesbo",), language="english", ratings_count=5, asin="B004N1Q9HK")),
        ("2", Work("g:4", "Phantom", ("Jo Nesbø",), original_title="Gjenferd")),
        ("2", Work("g:5", "Gjenferd", ("Jo Nesbø",), language="norwegian")),
    )
    tracked = TrackedSeries("harry hole|jo nesbo", "Harry Hole", "Jo Nesbø")
    listed = identity.series_entries(tracked, ProviderSeries("g", "1", "Harry Hole", works), Confidence.HIGH)
    assert [(entry.position, entry.work.title) for entry in listed] == [("1", "The Leopard"), ("2", "Phantom")]
    leopard = listed[0].work
    assert "El leopardo" in leopard.alternative_titles
    assert leopard.asin == "B004N1Q9HK"
    assert listed[0].confidence is Confidence.HIGH


def test_two_books_at_one_place_stay_two_and_lower_the_confidence() -> None:
    works = (("1", Work("g:1", "Genesis", ("A. Bee",))), ("1", Work("g:2", "Quite Another", ("A. Bee",))))
    tracked = TrackedSeries("x|a bee", "X", "A. Bee")
    listed = identity.series_entries(tracked, ProviderSeries("g", "1", "X", works), Confidence.HIGH)
    assert len(listed) == 2
    assert {entry.confidence for entry in listed} == {Confidence.MEDIUM}
    assert all("Genesis" in entry.disagreement and "Quite Another" in entry.disagreement for entry in listed)


def test_a_neighbours_title_given_as_original_title_is_a_providers_error() -> None:
    works = (
        ("1", Work("g:1", "The Borrowers", ("Mary Norton",), original_title="The Borrowers Afield")),
        ("2", Work("g:2", "The Borrowers Afield", ("Mary Norton",))),
    )
    tracked = TrackedSeries("borrowers|mary norton", "The Borrowers", "Mary Norton")
    listed = identity.series_entries(tracked, ProviderSeries("g", "1", "The Borrowers", works), Confidence.HIGH)
    assert [(entry.position, entry.work.title) for entry in listed] == [
        ("1", "The Borrowers"),
        ("2", "The Borrowers Afield"),
    ]
    assert listed[0].work.original_title == ""


WORKS = [
    ("1", Work("g:1", "The Leopard", ("Jo Nesbø",), language="english", ratings_count=10)),
    ("1", Work("g:2", "El leopardo", ("Jo Nesbø",), language="spanish", ratings_count=99)),
    ("2", Work("g:3", "Phantom", ("Jo Nesbø",))),
    ("0.5", Work("g:4", "A Story", ("Jo Nesbø",))),
    ("1-2", Work("g:5", "Two Thrillers", ("Jo Nesbø",))),
    ("", Work("g:6", "Untold", ("Jo Nesbø",))),
]


@given(st.permutations(WORKS))
def test_the_order_of_a_listing_changes_nothing(works: list[tuple[str, Work]]) -> None:
    tracked = TrackedSeries("harry hole|jo nesbo", "Harry Hole", "Jo Nesbø")

    def listed(some: list[tuple[str, Work]]) -> list[object]:
        offered = ProviderSeries("g", "1", "Harry Hole", tuple(some))
        return list(identity.series_entries(tracked, offered, Confidence.HIGH))

    assert listed(works) == listed(WORKS)
