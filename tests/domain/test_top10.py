"""What a listed release is to the person, and whether it could be taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mam_assets.domain import identity, top10
from mam_assets.domain.model.catalogue import ProviderSeries, SeriesEntry, Work
from mam_assets.domain.model.completion import EntryStatus
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.download import CostKind
from mam_assets.domain.model.library import LibraryItem, SeriesRef, TrackedSeries
from mam_assets.domain.model.overrides import Overrides
from mam_assets.domain.model.release import Account, Known, Release, ReleaseCategory, ReleasePolicy, Wanted
from mam_assets.domain.top10 import Gap, Knowledge, Standing, Top10Entry
from mam_assets.sandbox.myanonamouse.rows import row
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.sandbox.world.releases import releases_of_world
from resources.myanonamouse import release as read_row
from tests.support.release_samples import AUTHOR, release

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
POLICY = ReleasePolicy()
FALL_3 = release("The Third Fall", ("Fall", "3"), torrent_id=3)
VIP = Account(is_vip=True)


def item(title: str, place: str = "", abs_id: str = "item", **fields: object) -> LibraryItem:
    refs = (SeriesRef(*place.split("#")),) if place else ()
    return LibraryItem(abs_id, title, (AUTHOR,), series=refs, **fields)  # type: ignore[arg-type]


def gap(title: str, place: str = "", reason: EntryStatus = EntryStatus.MISSING, key: str = "a gap") -> Gap:
    refs = (SeriesRef(*place.split("#")),) if place else ()
    return Gap(Wanted(key, title, (AUTHOR,), series=refs), reason, "no library item is it")


def around(**fields: object) -> Knowledge:
    return Knowledge(**({"policy": POLICY, "now": NOW} | fields))  # type: ignore[arg-type]


def one(listed: Release = FALL_3, **fields: object) -> Top10Entry:
    (found,) = top10.judge_lists({"Audiobooks": [listed]}, around(**fields))
    return found


def tracked(*titles: str) -> list[SeriesEntry]:
    works = tuple((str(at), Work(f"goodreads:{at}", title, (AUTHOR,))) for at, title in enumerate(titles, 1))
    series = TrackedSeries("fall|brandon sanderson", "Fall", AUTHOR)
    return identity.series_entries(series, ProviderSeries("goodreads", "1", "Fall", works), Confidence.HIGH)


# ---------------------------------------------------------------------------------------------------- what it is


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (item("The Third Fall"), Standing.OWNED),
        (item("The Third Fall: Fall, Book 3"), Standing.OWNED),
        (item("The Third Fall", abridged=True), Standing.OWNED_ABRIDGED),
        (item("The Fourth Fall", "Fall#4"), Standing.NEW),
        (item("Fall 4", "Fall#4"), Standing.NEW),
        (item("Falling", "Fall#3"), Standing.REVIEW),
        (item("The Third Fall", num_audio_files=0, ebook_format="epub"), Standing.NEW),
        (item("The Falls", "Fall#1-3"), Standing.OWNED),  # a set that covers it
    ],
)
def test_the_gates_of_ownership_say_what_the_library_holds(held: LibraryItem, status: Standing) -> None:
    found = one(items=[held])
    assert found.status is status
    assert found.abs_id == ("item" if status in ("owned", "owned_abridged", "review") else "")
    assert found.evidence


@pytest.mark.parametrize(
    "title",
    ["The Third Fall", "Fall 3 - The Third Fall", "The Third Fall: Fall, Book 3", "The Third Fall (Unabridged)"],
)
def test_however_a_release_is_titled(title: str) -> None:
    listed = replace(FALL_3, title=title)
    assert one(listed, items=[item("The Third Fall", "Fall#3")]).status is Standing.OWNED
    assert one(listed, gaps=[gap("The Third Fall", "Fall#3")]).book_key == "a gap"
    assert one(listed).rejections == ()


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (EntryStatus.MISSING, Standing.MISSING),
        (EntryStatus.UNRELEASED, Standing.MISSING),  # it is there before its date
        (EntryStatus.NO_AUDIOBOOK, Standing.MISSING),
        (EntryStatus.ON_ITS_WAY, Standing.MISSING),  # that download was given up since
        (EntryStatus.REVIEW, Standing.REVIEW),
        (EntryStatus.IGNORED, Standing.IGNORED),
    ],
)
def test_a_gap_is_named(reason: EntryStatus, status: Standing) -> None:
    found = one(gaps=[gap("The First Fall", "Fall#1", key="other"), gap("The Third Fall", "Fall#3", reason)])
    assert (found.status, found.book_key) == (status, "a gap")
    assert found.evidence == "Fall 3: no library item is it"


def test_another_volume_or_author_is_no_gap() -> None:
    assert one(gaps=[gap("The Fourth Fall", "Fall#4")]).status is Standing.NEW
    assert one(replace(FALL_3, authors=("Ann Lee",)), gaps=[gap("The Third Fall", "Fall#3")]).status is Standing.NEW


def test_of_two_gaps_the_one_that_is_wanted_more_stands() -> None:
    both = [gap("The Third Fall", key="first"), gap("The Third Fall", key="second")]
    assert one(gaps=both).book_key == "first"


@pytest.mark.parametrize(
    ("known", "more"),
    [
        (Known(queued=frozenset({3})), {}),
        (Known(queued_books=frozenset({"a gap"})), {"gaps": [gap("The Third Fall", "Fall#3")]}),
        (Known(queued_books=frozenset({"brandon sanderson|third fall"})), {}),
    ],
)
def test_a_download_of_it_is_seen(known: Known, more: dict[str, object]) -> None:
    assert one(known=known, **more).status is Standing.ON_ITS_WAY


def test_a_person_s_word_on_a_tracked_book_holds_for_the_list() -> None:
    entries = tracked("The First Fall", "The Second Fall", "The Third Fall")
    odd = item("Track 01 of something", abs_id="odd")
    assert one(items=[odd], entries=entries).status is Standing.NEW
    overrides = Overrides(manual_matches=frozenset({("odd", entries[2].book_key)}))
    found = one(items=[odd], entries=entries, overrides=overrides)
    assert (found.status, found.abs_id) == (Standing.OWNED, "odd")


def test_a_gap_goes_before_a_look_at_the_library() -> None:
    """A person said that the item is not this book, so it is a gap: the release's own words know nothing of that."""
    found = one(items=[item("The Third Fall")], gaps=[gap("The Third Fall", "Fall#3")])
    assert (found.status, found.abs_id, found.book_key) == (Standing.MISSING, "", "a gap")


# ------------------------------------------------------------------------------------- could it be taken, at what cost


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"tags": "abridged"}, ["abridged"]),
        ({"seeders": 0}, ["seeders"]),
        ({"snatched_before": True}, ["already_snatched"]),
        ({"title": "The Third Fall (Part 1 of 2)"}, ["part_or_excerpt"]),
    ],
)
def test_every_reason_of_the_policy_is_given(fields: dict[str, object], codes: list[str]) -> None:
    assert [reason.code for reason in one(replace(FALL_3, **fields)).rejections] == codes  # type: ignore[arg-type]


def test_several_books_in_one_torrent_are_refused_unless_the_policy_takes_them() -> None:
    pack = release("Fall: Books 1-3", ("Fall", "1-3"))
    assert "pack_or_omnibus" in [reason.code for reason in one(pack).rejections]
    assert one(pack, policy=ReleasePolicy(accept_packs=True)).rejections == ()


def test_the_rules_know_what_the_gap_is_known_for() -> None:
    wanted = replace(gap("The Third Fall", "Fall#3").wanted, expected_runtime_seconds=36_000)
    short = replace(FALL_3, runtime_seconds=3_600)
    assert [reason.code for reason in one(short, gaps=[Gap(wanted, EntryStatus.MISSING)]).rejections] == ["runtime"]


@pytest.mark.parametrize(
    ("fields", "account", "by"),
    [
        ({}, VIP, CostKind.NONE),
        ({"free": True}, None, CostKind.FREELEECH),
        ({"vip": True}, VIP, CostKind.VIP),
        ({"vip": True}, Account(), CostKind.NONE),
        ({"vip": True}, None, CostKind.NONE),
    ],
)
def test_what_makes_it_free_is_said(fields: dict[str, bool], account: Account | None, by: CostKind) -> None:
    assert one(replace(FALL_3, **fields), account=account).free_by == by


# ------------------------------------------------------------------------------------------------------- the lists


def test_audiobooks_in_the_policy_s_languages_and_formats_come_on_a_list() -> None:
    offered = [
        release("An Ebook", torrent_id=1, category=ReleaseCategory.EBOOK, filetypes=("epub",)),
        release("Un livre", torrent_id=2, language="french"),
        release("A Book", torrent_id=3),
        release("A Book in FLAC", torrent_id=4, filetypes=("flac",)),
        release("A Book", torrent_id=3),
        release("Another", torrent_id=5, seeders=0),
        release("A Third", torrent_id=6),
    ]
    policy = ReleasePolicy(formats=("m4b",))
    assert [found.torrent_id for found in top10.acceptable(offered, policy, 2)] == [3, 5]
    both = ReleasePolicy(languages=("english", "french"), formats=("m4b", "flac"))
    assert [found.torrent_id for found in top10.acceptable(offered, both, 9)] == [2, 3, 4, 5, 6]


def test_a_release_has_a_rank_on_each_of_its_lists() -> None:
    other = release("Elsewhere", torrent_id=9)
    found = top10.judge_lists({"Fantasy": [FALL_3, other], "Humor": [other]}, around())
    assert [(one.list_name, one.rank, one.release.torrent_id) for one in found] == [
        ("Fantasy", 1, 3),
        ("Fantasy", 2, 9),
        ("Humor", 1, 9),
    ]
    assert top10.judge_lists({"Fantasy": []}, around()) == []


def test_the_sandbox_s_releases_are_known_for_what_they_are() -> None:
    """Of a library that has every book, every good release is owned; without one, no rule asks which book it is."""
    world = load_catalogue()
    books = {book.book_id: book for book in world.books()}
    good = {one.release_id: one for one in releases_of_world(world).values() if not one.decoy}
    releases = [read_row(row(one, flags=frozenset(["description"]))) for one in good.values()]
    items = [
        LibraryItem(str(number), book.title, book.authors, series=(SeriesRef(book.series, book.position),))
        for number, book in books.items()
    ]
    found = top10.judge_lists({"": releases}, around(items=items))
    right = [one for one in found if one.abs_id == str(good[one.release.torrent_id].book_id)]
    assert len(right) >= 0.99 * len(found)
    found = top10.judge_lists({"": releases}, around())
    assert {one.status for one in found} == {Standing.NEW}
    singles = [one for one in found if not any("-" in place.number for place in one.release.series)]
    assert len(singles) > 400
    assert {reason.code for one in singles for reason in one.rejections} == set()
