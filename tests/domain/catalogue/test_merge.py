"""What several providers say of one series: whose word stands, what is noted, what is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain import gaps, identity, ownership
from mam_assets.domain.catalogue import Listing, merged
from mam_assets.domain.model.catalogue import EntryKind, ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.library import SeriesRef, TrackedSeries

NAME, AUTHOR = "The Expanse", "James S.A. Corey"
TRACKED = TrackedSeries("expanse|james s a corey", NAME, AUTHOR)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOOKS = {
    "1": "Leviathan Wakes",
    "2": "Caliban's War",
    "2.5": "Gods of Risk",
    "3": "Abaddon's Gate",
    "4": "Cibola Burn",
    "5": "Nemesis Games",
}


def work(provider: str, title: str, position: str = "", **facts: object) -> Work:
    facts = {"authors": (AUTHOR,), "series": (SeriesRef(NAME, position),)} | facts
    return Work(work_id=f"{provider}:{title.lower().replace(' ', '-')}", title=title, **facts)  # type: ignore[arg-type]


def listing(
    provider: str,
    books: dict[str, str] | list[tuple[str, Work]],
    *,
    confidence: Confidence = Confidence.HIGH,
    name: str = NAME,
    **facts: object,
) -> Listing:
    entries = (
        [(position, work(provider, title, position, **facts)) for position, title in books.items()]
        if isinstance(books, dict)
        else books
    )
    series = ProviderSeries(provider, f"{provider}-1", name, tuple(entries))
    return Listing(series, tuple(identity.series_entries(TRACKED, series, confidence)), confidence, NOW)


def recorded(provider: str, books: dict[str, str], **facts: object) -> Listing:
    return listing(provider, books, has_audiobook=True, **facts)


def by_title(entries: list[SeriesEntry]) -> dict[str, SeriesEntry]:
    return {entry.work.title: entry for entry in entries}


def without(*positions: str) -> dict[str, str]:
    return {position: title for position, title in BOOKS.items() if position not in positions}


def test_one_provider_alone_is_taken_as_it_is() -> None:
    alone = listing("goodreads", BOOKS)
    assert merged([alone]) == list(alone.entries)
    assert merged([]) == []


def test_agreement_changes_neither_keys_nor_confidence() -> None:
    alone = merged([listing("goodreads", BOOKS)])
    both = merged([listing("goodreads", BOOKS), recorded("audible", BOOKS), listing("hardcover", BOOKS)])
    assert [(e.entry_key, e.confidence, e.disagreement) for e in both] == [
        (e.entry_key, e.confidence, e.disagreement) for e in alone
    ]
    assert {entry.providers for entry in both} == {("goodreads", "audible", "hardcover")}


def test_a_provider_that_knows_fewer_books_removes_none() -> None:
    both = merged([listing("goodreads", BOOKS), recorded("audible", without("2", "2.5", "5"))])
    assert [entry.position for entry in both] == list(BOOKS)
    assert not any(entry.disagreement for entry in both)


def test_the_more_trusted_position_stands_and_the_other_is_noted() -> None:
    other = {**without("3"), "2.7": "Abaddon's Gate"}
    entry = by_title(merged([listing("goodreads", BOOKS), listing("hardcover", other)]))["Abaddon's Gate"]
    assert (entry.position, entry.confidence) == ("3", Confidence.MEDIUM)
    assert entry.disagreement == "hardcover has it as number 2.7, goodreads as 3"


def test_a_missing_position_is_filled_unless_another_book_has_it() -> None:
    unnumbered = [(p if p != "3" else "", work("goodreads", t, p if p != "3" else "")) for p, t in BOOKS.items()]
    entry = by_title(merged([listing("goodreads", unnumbered), recorded("audible", BOOKS)]))["Abaddon's Gate"]
    assert (entry.position, entry.work.kind) == ("3", EntryKind.PRIMARY)
    assert entry.disagreement == "goodreads gives it no number, audible 3"
    assert entry.entry_key.startswith("3|")
    taken = [*unnumbered, ("3", work("goodreads", "The Churn", "3"))]
    entry = by_title(merged([listing("goodreads", taken), recorded("audible", BOOKS)]))["Abaddon's Gate"]
    assert entry.position == ""


def test_a_universe_that_its_provider_does_not_number_is_not_numbered() -> None:
    plain = [("", work("goodreads", title)) for title in BOOKS.values()]
    entries = merged([listing("goodreads", plain), recorded("audible", BOOKS)])
    assert {entry.position for entry in entries} == {""}


@pytest.mark.parametrize(
    ("position", "recording", "confidence"),
    [
        ("6", True, Confidence.MEDIUM),  # next in the numbering, and it can be heard
        ("6", None, Confidence.UNMATCHED),  # nothing but one site's word
        ("3", True, Confidence.MEDIUM),  # fills the hole
        ("40", True, Confidence.UNMATCHED),  # fits no numbering
        ("6.5", True, Confidence.LOW),  # a novella
        ("6.5", None, Confidence.UNMATCHED),
    ],
)
def test_a_book_that_one_less_trusted_provider_lists(
    position: str, recording: bool | None, confidence: Confidence
) -> None:
    extra = work("hardcover", "Babylon's Ashes", position, has_audiobook=recording)
    known = without("3") if position == "3" else BOOKS
    other = [*((p, work("hardcover", t, p)) for p, t in known.items()), (position, extra)]
    entry = by_title(merged([listing("goodreads", known), listing("hardcover", other)]))["Babylon's Ashes"]
    assert (entry.confidence, entry.providers) == (confidence, ("hardcover",))
    assert entry.disagreement == "only hardcover lists it, goodreads does not"
    assert gaps.is_counted(entry) == (confidence is Confidence.MEDIUM)


def test_two_others_that_agree_are_believed() -> None:
    more = {**BOOKS, "9": "Leviathan Falls"}
    entries = by_title(merged([listing("goodreads", BOOKS), listing("hardcover", more), listing("google_books", more)]))
    assert entries["Leviathan Falls"].confidence is Confidence.MEDIUM
    assert entries["Leviathan Falls"].disagreement.startswith("only hardcover and google_books list it")


def test_what_nothing_bears_out_waits_for_a_person_and_counts_nowhere() -> None:
    more = {**BOOKS, "40": "The Expanse Cocktails"}
    entries = merged([listing("goodreads", BOOKS), listing("hardcover", more)])
    verdicts = ownership.judge([], entries, today=NOW.date())
    status = {entry.work.title: verdict for entry, verdict in zip(entries, verdicts, strict=True)}
    assert status["The Expanse Cocktails"].status is EntryStatus.REVIEW
    assert status["The Expanse Cocktails"].gate == "not_borne_out"
    assert status["Leviathan Wakes"].status is EntryStatus.MISSING
    assert gaps.completion(entries, verdicts)[0].total_books == 5


def test_another_book_at_a_taken_number_is_noted_and_not_added() -> None:
    other = {**without("4"), "4": "The Butcher of Anderson Station"}
    entries = by_title(merged([listing("goodreads", BOOKS), recorded("audible", other)]))
    assert "The Butcher of Anderson Station" not in entries
    assert entries["Cibola Burn"].confidence is Confidence.MEDIUM
    assert entries["Cibola Burn"].disagreement == "audible lists «The Butcher of Anderson Station» as number 4"


def test_each_disagreement_lowers_by_one_step_to_low_at_least() -> None:
    moved = [{**without("3"), f"2.{n}": "Abaddon's Gate"} for n in (6, 7, 8)]
    others = [listing(name, books) for name, books in zip(("hardcover", "audible", "x"), moved, strict=True)]
    entry = by_title(merged([listing("goodreads", BOOKS), *others]))["Abaddon's Gate"]
    assert entry.confidence is Confidence.LOW
    assert entry.disagreement.count("has it as number") == 3


def test_a_saga_adds_nothing_to_a_series_it_contains() -> None:
    saga = {str(n): title for n, title in enumerate([*"ABCDEFGHIJ", *BOOKS.values()], 1)}
    entries = merged([listing("goodreads", BOOKS), recorded("audible", saga, name="All Worlds", runtime_seconds=36000)])
    assert [entry.position for entry in entries] == list(BOOKS)
    assert not any(entry.disagreement for entry in entries), "it numbers otherwise, which is no disagreement"
    assert {entry.work.runtime_seconds for entry in entries} == {36000}, "but it knows the recordings"


def test_an_unsure_match_adds_nothing_and_never_leads() -> None:
    unsure = listing("goodreads", {**BOOKS, "6": "Babylon's Ashes"}, confidence=Confidence.LOW)
    entries = merged([unsure, recorded("audible", BOOKS)])
    assert [entry.position for entry in entries] == list(BOOKS)
    assert {entry.provider_series_id or entry.work.work_id.split(":")[0] for entry in entries} == {"audible"}


def test_the_audiobooks_facts_come_from_who_knows_audiobooks() -> None:
    told = recorded("audible", {"1": "Leviathan Wakes"}, runtime_seconds=75000, narrators=("Jefferson Mays",),
                    audio_release_date=date(2011, 6, 15), asin="B073H9PF2D", language="english")  # fmt: skip
    print_only = listing("goodreads", {"1": "Leviathan Wakes"}, year=2011, release_date=date(2011, 6, 2))
    (entry,) = merged([print_only, told])
    found = entry.work
    assert (found.runtime_seconds, found.narrators, found.asin) == (75000, ("Jefferson Mays",), "B073H9PF2D")
    assert (found.audio_release_date, found.release_date) == (date(2011, 6, 15), date(2011, 6, 2))
    assert (found.has_audiobook, found.language, found.year) == (True, "english", 2011)
    assert found.work_id.startswith("goodreads:")


@pytest.mark.parametrize(("other", "agreed"), [(36500, True), (37700, True), (30000, False)])
def test_a_length_that_is_not_agreed_on_is_no_length(other: int, agreed: bool) -> None:
    audible = recorded("audible", {"1": "Leviathan Wakes"}, runtime_seconds=36000, narrators=("Jefferson Mays",))
    hardcover = recorded("hardcover", {"1": "Leviathan Wakes"}, runtime_seconds=other)
    (entry,) = merged([listing("goodreads", {"1": "Leviathan Wakes"}), hardcover, audible])
    assert entry.work.runtime_seconds == (36000 if agreed else None)
    assert entry.work.narrators == (("Jefferson Mays",) if agreed else ())
    assert entry.disagreement == ("" if agreed else "other recordings: audible 10 h 00, hardcover 8 h 20")


def test_an_audiobook_of_the_future_is_unreleased_although_the_book_is_out() -> None:
    later = recorded("audible", {"1": "Leviathan Wakes"}, audio_release_date=date(2027, 1, 1))
    entries = merged([listing("goodreads", {"1": "Leviathan Wakes"}, year=2011), later])
    assert ownership.judge([], entries, today=NOW.date())[0].status is EntryStatus.UNRELEASED


def test_there_is_no_audiobook_when_two_who_know_them_know_none() -> None:
    heard = without("4")
    silent = [*((p, work("hardcover", t, p, has_audiobook=True)) for p, t in heard.items()),
              ("4", work("hardcover", "Cibola Burn", "4"))]  # fmt: skip
    entries = merged([listing("goodreads", BOOKS), listing("hardcover", silent), recorded("audible", heard)])
    assert by_title(entries)["Cibola Burn"].work.has_audiobook is False
    entries = merged([listing("goodreads", BOOKS), recorded("audible", heard)])
    assert by_title(entries)["Cibola Burn"].work.has_audiobook is None, "one shop may simply not sell it"


def test_years_a_calendar_apart_agree() -> None:
    one, two = listing("goodreads", BOOKS, year=2011), listing("hardcover", BOOKS, year=2012)
    assert not any(entry.disagreement for entry in merged([one, two]))
    far = merged([one, listing("hardcover", BOOKS, year=2019)])
    assert far[0].disagreement == "hardcover dates it 2019, goodreads 2011"
    assert {entry.work.year for entry in far} == {2011}


def test_shared_numbers_join_retitled_editions_and_keep_both_titles() -> None:
    first = [("1", work("goodreads", "Harry Potter and the Philosopher's Stone", "1", isbn="9780747532699"))]
    second = [("1", work("hardcover", "Harry Potter and the Sorcerer's Stone", "1", isbn="9780747532699"))]
    (entry,) = merged([listing("goodreads", first), listing("hardcover", second)])
    assert entry.work.alternative_titles == ("Harry Potter and the Sorcerer's Stone",)


def test_numbered_titles_are_never_taken_for_one_another() -> None:
    volumes = {str(n): f"He Who Fights with Monsters {n}" for n in range(1, 13)}
    entries = merged([listing("goodreads", volumes), recorded("audible", {k: volumes[k] for k in ("2", "11", "12")})])
    heard = {entry.position for entry in entries if entry.work.has_audiobook}
    assert heard == {"2", "11", "12"}
    assert not any(entry.disagreement for entry in entries)


def test_a_set_is_not_the_book_it_begins_with() -> None:
    other = [("1", work("hardcover", "Leviathan Wakes", "1")),
             ("1-3", work("hardcover", "The Expanse Books 1-3", "1-3"))]  # fmt: skip
    entries = merged([listing("goodreads", BOOKS), listing("hardcover", other)])
    assert by_title(entries)["The Expanse Books 1-3"].work.kind is EntryKind.OMNIBUS
    assert by_title(entries)["Leviathan Wakes"].position == "1"


POSITIONS = st.sampled_from(["", "0.5", "1", "2", "3", "4", "7", "1-3"])
TITLES = st.sampled_from([*BOOKS.values(), "Drive", "The Expanse", "Tiamat's Wrath", "Leviathan Wakes: A Novel"])
LISTINGS = st.lists(
    st.tuples(
        st.lists(st.tuples(POSITIONS, TITLES), max_size=7, unique=True),
        st.sampled_from([Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW]),
        st.sampled_from([True, None]),
    ),
    min_size=1,
    max_size=4,
)


@given(LISTINGS)
def test_whatever_is_listed_the_leader_loses_nothing_and_nothing_comes_twice(
    drawn: list[tuple[list[tuple[str, str]], Confidence, bool | None]],
) -> None:
    listings = [
        listing(f"p{at}", [(p, work(f"p{at}", t, p, has_audiobook=audio)) for p, t in books], confidence=confidence)
        for at, (books, confidence, audio) in enumerate(drawn)
    ]
    entries = merged(listings)
    keys = [entry.entry_key for entry in entries]
    assert len(keys) == len(set(keys))
    leader = next((one for one in listings if one.is_sure), listings[0])
    assert {entry.book_key for entry in leader.entries} <= {entry.book_key for entry in entries}
    numbered = {e.entry_key for e in leader.entries if e.position and e.work.kind is EntryKind.PRIMARY}
    assert numbered <= set(keys)
    assert merged(listings) == entries
