"""The verdict on every series entry: the best item wins, and nothing is asked of a person that the library answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import identity, ownership
from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import LibraryItem, SeriesRef, TrackedSeries
from mam_assets.domain.model.overrides import Overrides

TODAY = date(2025, 6, 1)
AUTHOR = "Will Wight"
TITLES = ["Unsouled", "Soulsmith", "Blackflame", "Skysworn", "Ghostwater"]


def entries(name: str = "Cradle", titles: list[str] | None = None, **more: object) -> list[SeriesEntry]:
    works = tuple(
        (str(at), Work(f"goodreads:{name}{at}", title, (AUTHOR,), **more))  # type: ignore[arg-type]
        for at, title in enumerate(titles or TITLES, 1)
    )
    tracked = TrackedSeries(f"{name.lower()}|will wight", name, AUTHOR)
    return identity.series_entries(tracked, ProviderSeries("goodreads", name, name, works), Confidence.HIGH)


def item(abs_id: str, title: str, place: str = "", **more: object) -> LibraryItem:
    refs = (SeriesRef(*place.split("#")),) if place else ()
    return LibraryItem(abs_id, title, (AUTHOR,), series=refs, **more)  # type: ignore[arg-type]


def judge(items: list[LibraryItem], listed: list[SeriesEntry], **more: object) -> dict[str, EntryVerdict]:
    verdicts = ownership.judge(items, listed, **({"today": TODAY} | more))  # type: ignore[arg-type]
    assert [verdict.entry_key for verdict in verdicts] == [entry.entry_key for entry in listed]
    return {entry.position: verdict for entry, verdict in zip(listed, verdicts, strict=True)}


def test_owned_and_missing() -> None:
    verdicts = judge([item("a", "Unsouled", "Cradle#1"), item("b", "Blackflame: Cradle, Book 3")], entries())
    assert {place: verdict.status for place, verdict in verdicts.items()} == {
        "1": EntryStatus.OWNED,
        "2": EntryStatus.MISSING,
        "3": EntryStatus.OWNED,
        "4": EntryStatus.MISSING,
        "5": EntryStatus.MISSING,
    }
    assert verdicts["1"].abs_id == "a"
    assert verdicts["3"].abs_id == "b"
    assert verdicts["2"].abs_id == ""
    assert verdicts["1"].confidence is Confidence.HIGH


def test_an_empty_library_misses_everything_and_no_entries_give_no_verdicts() -> None:
    assert {verdict.status for verdict in judge([], entries()).values()} == {EntryStatus.MISSING}
    assert ownership.judge([item("a", "Unsouled")], [], today=TODAY) == []


def test_an_omnibus_owns_its_books() -> None:
    verdicts = judge([item("box", "Cradle: Books 2-4")], entries())
    assert [place for place, verdict in verdicts.items() if verdict.status is EntryStatus.OWNED] == ["2", "3", "4"]
    assert verdicts["3"].gate == "omnibus"


def test_the_whole_book_is_preferred_to_an_abridged_copy_and_to_an_omnibus() -> None:
    listed = entries()
    short = item("short", "Unsouled (Abridged)", "Cradle#1", abridged=True)
    assert judge([short], listed)["1"].status is EntryStatus.OWNED_ABRIDGED
    whole = item("whole", "Unsouled", "Cradle#1")
    assert judge([short, whole], listed)["1"].abs_id == "whole"
    box = item("box", "Cradle: Books 1-2")
    best = judge([short, box], listed)["1"]
    assert (best.abs_id, best.status) == ("box", EntryStatus.OWNED)
    assert judge([box, whole, short], listed)["1"].abs_id == "whole"


def test_all_parts_own_a_split_book_together_and_one_part_does_not() -> None:
    first, second = item("p1", "Unsouled (1 of 2)", "Cradle#1"), item("p2", "Unsouled (2 of 2)", "Cradle#1")
    assert judge([first], entries())["1"].status is EntryStatus.MISSING
    verdict = judge([first, second], entries())["1"]
    assert (verdict.status, verdict.gate) == (EntryStatus.OWNED, "all_parts")


@pytest.mark.parametrize("change", [{"num_audio_files": 0, "ebook_format": "epub"}, {"is_missing": True}])
def test_what_cannot_be_heard_is_missing_and_says_why(change: dict[str, object]) -> None:
    verdict = judge([item("a", "Unsouled", "Cradle#1", **change)], entries())["1"]
    assert verdict.status is EntryStatus.MISSING
    assert "no_audio" in verdict.evidence


def test_a_near_title_is_reviewed_unless_the_item_is_surely_another_book() -> None:
    listed = entries("Borrowers", ["The Borrowers Afloat", "The Borrowers Aloft"])
    typo = judge([item("a", "The Borrowers Alofd")], listed)
    assert typo["2"].status is EntryStatus.REVIEW
    sure = judge([item("a", "The Borrowers Aloft")], listed)
    assert sure["2"].status is EntryStatus.OWNED
    assert sure["1"].status is EntryStatus.MISSING


def test_numbers_in_another_order_are_not_asked_about() -> None:
    """A library in chronological order, a catalogue in the order of publication."""
    listed = entries("Narnia", ["The Lion, the Witch and the Wardrobe", "Prince Caspian"])
    verdicts = judge([item("a", "Prince Caspian", "The Chronicles of Narnia#1")], listed)
    assert verdicts["2"].status is EntryStatus.OWNED
    assert verdicts["1"].status is EntryStatus.MISSING


def test_a_book_in_two_series_is_owned_in_both() -> None:
    umbrella = entries("Willverse", ["Blackflame", "Another"])
    listed = [*entries(), *umbrella]
    verdicts = ownership.judge([item("a", "Blackflame", "Willverse#1")], listed, today=TODAY)
    owned = [(v.series_key, v.book_key) for v in verdicts if v.status is EntryStatus.OWNED]
    assert [series for series, _ in owned] == ["cradle|will wight", "willverse|will wight"]
    assert len({book for _, book in owned}) == 1


def test_a_book_under_two_keys_is_owned_under_both() -> None:
    first = Work("g:1", "Threshold", (AUTHOR,), isbn="9780060853983")
    second = Work("h:9", "Quite Another Title", (AUTHOR,), isbn="9780060853983")
    listed = [
        SeriesEntry("cradle", "1|a", "will wight|threshold", "Cradle", "1", first),
        SeriesEntry("willverse", "1|b", "will wight|quite another title", "Willverse", "1", second),
    ]
    verdicts = ownership.judge([item("a", "Threshold", "Cradle#1")], listed, today=TODAY)
    assert [(verdict.status, verdict.abs_id) for verdict in verdicts] == [(EntryStatus.OWNED, "a")] * 2


def key(title: str) -> str:
    return f"will wight|{title.lower()}"


def test_statuses_of_what_is_not_owned() -> None:
    overrides = Overrides(ignored_books=frozenset([key("Soulsmith")]))
    verdicts = judge([], entries(), overrides=overrides, on_its_way=frozenset([key("Unsouled")]))
    assert verdicts["1"].status is EntryStatus.ON_ITS_WAY
    assert verdicts["2"].status is EntryStatus.IGNORED
    assert verdicts["3"].status is EntryStatus.MISSING


def test_an_imported_book_that_nothing_matches_any_more_is_for_a_person() -> None:
    imported = frozenset([key("Unsouled"), key("Soulsmith")])
    verdicts = judge([item("a", "Unsouled", "Cradle#1")], entries(), imported=imported)
    assert verdicts["1"].status is EntryStatus.OWNED
    assert (verdicts["2"].status, verdicts["2"].gate) == (EntryStatus.REVIEW, "imported")
    wanted = judge([], entries(), imported=imported, overrides=Overrides(wanted_books=frozenset([key("Soulsmith")])))
    assert wanted["2"].status is EntryStatus.MISSING


def test_an_owned_book_is_owned_whatever_is_ignored_or_on_its_way() -> None:
    overrides = Overrides(ignored_books=frozenset([key("Unsouled")]), ignored_series=frozenset(["cradle|will wight"]))
    on_its_way = frozenset([key("Unsouled")])
    verdicts = judge([item("a", "Unsouled", "Cradle#1")], entries(), overrides=overrides, on_its_way=on_its_way)
    assert verdicts["1"].status is EntryStatus.OWNED
    assert verdicts["2"].status is EntryStatus.IGNORED


@pytest.mark.parametrize(
    ("work", "status"),
    [
        ({"release_date": date(2025, 6, 2)}, EntryStatus.UNRELEASED),
        ({"release_date": date(2025, 6, 1)}, EntryStatus.MISSING),
        ({"release_date": date(2024, 1, 1), "audio_release_date": date(2025, 9, 1)}, EntryStatus.UNRELEASED),
        ({"release_date": date(2025, 9, 1), "audio_release_date": date(2025, 5, 1)}, EntryStatus.MISSING),
        ({"to_be_published": True}, EntryStatus.UNRELEASED),
        ({"to_be_published": True, "release_date": date(2020, 1, 1)}, EntryStatus.MISSING),
        ({"year": 2026}, EntryStatus.UNRELEASED),
        ({"year": 2025}, EntryStatus.MISSING),
        ({"has_audiobook": False}, EntryStatus.NO_AUDIOBOOK),
        ({"has_audiobook": None}, EntryStatus.MISSING),
        ({"has_audiobook": False, "year": 2026}, EntryStatus.UNRELEASED),
    ],
)
def test_availability(work: dict[str, object], status: EntryStatus) -> None:
    assert {verdict.status for verdict in judge([], entries(**work)).values()} == {status}


def test_a_wanted_book_is_missing_even_if_no_audiobook_is_known() -> None:
    overrides = Overrides(wanted_books=frozenset([key("Unsouled")]), ignored_series=frozenset(["cradle|will wight"]))
    verdicts = judge([], entries(has_audiobook=False), overrides=overrides)
    assert verdicts["1"].status is EntryStatus.MISSING
    assert verdicts["2"].status is EntryStatus.IGNORED


def test_a_persons_match_and_exclusion() -> None:
    listed = entries()
    odd = item("odd", "Quite Another Title")
    overrides = Overrides(manual_matches=frozenset([("odd", key("Unsouled"))]))
    verdict = judge([odd], listed, overrides=overrides)["1"]
    assert (verdict.status, verdict.gate, verdict.abs_id) == (EntryStatus.OWNED, "manual_match", "odd")
    overrides = Overrides(excluded_matches=frozenset([("a", key("Unsouled"))]))
    assert judge([item("a", "Unsouled", "Cradle#1")], listed, overrides=overrides)["1"].status is EntryStatus.MISSING


def test_the_evidence_of_a_missing_book_names_the_nearest_item() -> None:
    verdict = judge([item("a", "Soulsmith", "Cradle#1")], entries())["1"]
    assert verdict.status is EntryStatus.MISSING
    assert "«Soulsmith»" in verdict.evidence


ITEMS = [
    item("1", "Unsouled", "Cradle#1"),
    item("2", "Soulsmith: Cradle, Book 2"),
    item("3", "Cradle 03 - Blackflame"),
    item("4", "Cradle: Books 4-5"),
    item("5", "Summary of Skysworn by Will Wight"),
    item("6", "Ghostwater", "Cradle#5", abridged=True),
    item("7", "Unsouled", "Cradle#1", num_audio_files=0),
    item("8", "Something Else"),
]


@given(st.permutations(ITEMS), st.permutations(range(5)))
def test_the_order_of_items_and_entries_changes_no_status(items: list[LibraryItem], order: list[int]) -> None:
    listed = entries()
    expected = {place: verdict.status for place, verdict in judge(ITEMS, listed).items()}
    assert {place: v.status for place, v in judge(items, [listed[at] for at in order]).items()} == expected


@given(st.lists(st.sampled_from(ITEMS), unique=True), st.sampled_from(ITEMS))
def test_one_more_item_never_loses_a_book(items: list[LibraryItem], more: LibraryItem) -> None:
    owned = {EntryStatus.OWNED, EntryStatus.OWNED_ABRIDGED}
    before = {place for place, verdict in judge(items, entries()).items() if verdict.status in owned}
    after = judge([*items, replace(more, abs_id="more")], entries())
    assert before <= {place for place, verdict in after.items() if verdict.status in owned}
