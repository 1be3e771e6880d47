"""Which release is best, and which comparison decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.model.release import Account, Known, ReleasePolicy
from mam_assets.domain.releases import candidates
from mam_assets.domain.releases.context import Context
from mam_assets.domain.releases.ranking import COMPARISONS, rank
from tests.support.release_samples import GIB, MIB, POLICY, release, wanted

NOW = datetime(2026, 10, 1, tzinfo=UTC)
BOOK = wanted(hours=24, preferred_narrators=("Kate Reading",))
VIP = Account(is_vip=True)
LIKES = ReleasePolicy(preferred_narrators=("Michael Kramer",), preferred_publishers=("Recorded Books", "Macmillan"))

GOOD = release(torrent_id=10, seeders=50)


def made(torrent_id: int, **fields):
    return replace(GOOD, torrent_id=torrent_id, **fields)


@pytest.mark.parametrize(
    ("better", "worse", "policy", "decided_by"),
    [
        ({"filetypes": ("m4b",)}, {"filetypes": ("mp3",), "free": True, "seeders": 900}, POLICY, "format"),
        ({"filetypes": ("mp3", "m4b")}, {"filetypes": ("mp3",), "free": True}, POLICY, "format"),
        ({"filetypes": ("mp3",)}, {"filetypes": ("m4b",)}, ReleasePolicy(formats=("mp3", "m4b")), "format"),
        ({"free": True}, {"seeders": 900}, POLICY, "cost"),
        ({"vip": True, "free_for_vip": True}, {"seeders": 900}, POLICY, "cost"),
        ({"personal_freeleech": True}, {"seeders": 900}, POLICY, "cost"),
        ({"narrators": ("KATE READING",)}, {"seeders": 900}, POLICY, "narrator"),
        ({"narrators": ("Kate Reading",)}, {"narrators": ("Michael Kramer",)}, LIKES, "narrator"),
        ({"narrators": ("A. Nother", "Michael Kramer")}, {"seeders": 900}, LIKES, "narrator"),
        ({"tags": "(P) Macmillan Audio"}, {"seeders": 900}, LIKES, "publisher"),
        ({"tags": "recorded books"}, {"description": "Macmillan Audio", "seeders": 900}, LIKES, "publisher"),
        ({"seeders": 100}, {"seeders": 99}, POLICY, "seeders_magnitude"),
        ({"seeders": 55}, {"seeders": 99, "size_bytes": 5 * GIB}, POLICY, "bitrate"),
        ({"seeders": 55}, {"seeders": 99, "size_bytes": 160 * MIB}, POLICY, "bitrate"),
        ({"seeders": 55, "size_bytes": 650 * MIB}, {"seeders": 54, "size_bytes": 1300 * MIB}, POLICY, "seeders"),
        ({"added_at": NOW}, {"added_at": NOW - timedelta(days=1)}, POLICY, "newest"),
        ({"added_at": NOW - timedelta(days=3000)}, {}, POLICY, "newest"),
        (
            {"language": "english"},
            {"language": "german", "free": True},
            ReleasePolicy(("english", "german")),
            "language",
        ),
    ],
)
def test_the_first_comparison_that_differs_decides(better, worse, policy, decided_by):
    one, two = made(2, **better), made(1, **worse)
    for releases in ([one, two], [two, one]):
        ranked = rank(releases, BOOK, policy, Context(account=VIP, now=NOW))
        assert [place.release.torrent_id for place in ranked] == [2, 1]
        assert [place.decided_by for place in ranked] == [decided_by, decided_by]


def test_equal_releases_keep_the_order_of_their_ids():
    ranked = rank([made(3), made(1), made(2)], BOOK, POLICY, Context())
    assert [(place.release.torrent_id, place.decided_by) for place in ranked] == [(1, "id"), (2, "id"), (3, "id")]


def test_vip_is_no_advantage_to_an_account_that_is_not():
    ranked = rank(
        [made(2, vip=True, free_for_vip=True), made(1, seeders=60)], BOOK, POLICY, Context(account=Account(), now=NOW)
    )
    assert [place.release.torrent_id for place in ranked] == [1, 2]


def test_one_release_has_nothing_to_be_compared_with():
    assert [place.decided_by for place in rank([GOOD], BOOK, POLICY, Context())] == [""]
    assert rank([], BOOK, POLICY, Context()) == []


def test_each_place_says_what_parts_it_from_the_next_better_one():
    releases = [made(1, filetypes=("mp3",)), made(2, free=True), made(3, seeders=500), made(4)]
    ranked = rank(releases, BOOK, POLICY, Context())
    assert [place.release.torrent_id for place in ranked] == [2, 3, 4, 1]
    assert [place.decided_by for place in ranked] == ["cost", "cost", "seeders_magnitude", "format"]


def test_candidates_are_judged_ranked_and_explained():
    refused, dead = made(5, title="Another Book"), made(6, seeders=0)
    found = candidates([refused, made(1), dead, made(2, free=True), made(1)], BOOK, POLICY, Known(), VIP, NOW)
    assert [(one.release.torrent_id, one.accepted, one.rank) for one in found] == [
        (2, True, 1),
        (1, True, 2),
        (5, False, 0),
        (6, False, 0),
    ]
    assert [one.decided_by for one in found] == ["cost", "cost", "", ""]
    assert [[reason.code for reason in one.rejections] for one in found] == [[], [], ["wrong_title"], ["seeders"]]
    assert {one.book_key for one in found} == {"key"}


RELEASES = st.lists(
    st.builds(
        made,
        torrent_id=st.integers(min_value=1, max_value=10**6),
        filetypes=st.lists(st.sampled_from(["m4b", "mp3", "pdf"]), max_size=2).map(tuple),
        free=st.booleans(),
        vip=st.booleans(),
        seeders=st.integers(min_value=0, max_value=5000),
        size_bytes=st.integers(min_value=0, max_value=50 * GIB),
        added_at=st.none() | st.datetimes(min_value=datetime(2008, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        narrators=st.sampled_from([(), ("Kate Reading",), ("Michael Kramer",)]),
    ),
    max_size=6,
    unique_by=lambda found: found.torrent_id,
)


@given(RELEASES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_given(releases, random):
    shuffled = list(releases)
    random.shuffle(shuffled)
    context = Context(account=VIP, now=NOW)
    ranked = rank(releases, BOOK, LIKES, context)
    assert ranked == rank(shuffled, BOOK, LIKES, context)
    assert {place.release for place in ranked} == set(releases)
    names = {comparison.name for comparison in COMPARISONS}
    assert all(place.decided_by in names for place in ranked) or len(ranked) < 2


@given(RELEASES)
def test_candidates_are_all_there_and_ranks_run_from_one(releases):
    found = candidates(releases, BOOK, POLICY, Known(), VIP, NOW)
    assert sorted(one.release.torrent_id for one in found) == sorted(one.torrent_id for one in releases)
    accepted = [one for one in found if one.accepted]
    assert [one.rank for one in accepted] == list(range(1, len(accepted) + 1))
    assert all(one.rejections == () for one in accepted)
    assert all(one.rank == 0 and one.rejections for one in found if not one.accepted)
