"""Rules that ask not about the book but about the torrent, the account, the ledger and the person's taste."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mam_assets.domain.model.release import Account, Known, Reject, ReleaseCategory, ReleasePolicy
from mam_assets.domain.releases import is_free
from mam_assets.domain.releases.context import Context
from mam_assets.domain.releases.rules.age import age
from mam_assets.domain.releases.rules.not_free import not_free
from tests.support.release_samples import AUTHOR, POLICY, codes, release, wanted

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
BOOK = wanted()
VIP = Account(is_vip=True, vip_until=NOW + timedelta(days=10))
ENDED = Account(is_vip=True, vip_until=NOW - timedelta(seconds=1))
USER = Account()


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (Known(blocklisted=frozenset({1})), "blocklisted"),
        (Known(queued=frozenset({1})), "already_queued"),
        (Known(queued_books=frozenset({"key"})), "already_queued"),
        (Known(infohashes=frozenset({"ab" * 20})), "already_queued"),
        (Known(owned_books=frozenset({"key"})), "already_owned"),
    ],
)
def test_what_is_known_is_not_taken_again(known, code):
    assert codes(release(infohash="AB" * 20), BOOK, known=known) == [code]


def test_what_is_known_of_others_does_not_matter():
    known = Known(frozenset({2}), frozenset({3}), frozenset({"cd" * 20}), frozenset({"other"}), frozenset({"other"}))
    assert codes(release(infohash="AB" * 20), BOOK, known=known) == []
    assert codes(release(), BOOK, known=Known(infohashes=frozenset({""}))) == []


def test_a_snatched_torrent_is_not_taken_again():
    assert codes(release(snatched_before=True), BOOK) == ["already_snatched"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"category": ReleaseCategory.AUDIOBOOK, "filetypes": ("m4b",)}, []),
        ({"category": ReleaseCategory.AUDIOBOOK, "filetypes": ("mp3", "m4b", "pdf")}, []),
        ({"category": ReleaseCategory.AUDIOBOOK, "filetypes": ("MP3",)}, []),
        ({"category": ReleaseCategory.EBOOK, "filetypes": ("epub",)}, ["not_audiobook", "format"]),
        ({"category": ReleaseCategory.EBOOK, "filetypes": ("m4b",)}, ["not_audiobook"]),
        ({"category": ReleaseCategory.MUSIC, "filetypes": ("mp3",)}, ["not_audiobook"]),
        ({"category": ReleaseCategory.UNKNOWN}, ["not_audiobook"]),
        ({"category": ReleaseCategory.AUDIOBOOK, "filetypes": ("epub", "pdf")}, ["not_audiobook", "format"]),
        ({"category": ReleaseCategory.RADIO, "filetypes": ("mp3",)}, ["dramatised"]),
        ({"filetypes": ("rar",)}, ["format"]),
        ({"filetypes": ()}, ["format"]),
    ],
)
def test_audiobooks_of_accepted_types_only(fields, found):
    assert codes(release(**fields), BOOK) == found


def test_formats_are_those_of_the_policy():
    assert codes(release(filetypes=("mp3",)), BOOK, ReleasePolicy(formats=("m4b",))) == ["format"]
    assert codes(release(filetypes=("mp3", "m4b")), BOOK, ReleasePolicy(formats=("m4b",))) == []


@pytest.mark.parametrize(
    ("seeders", "least", "found"), [(0, 1, ["seeders"]), (1, 1, []), (4, 5, ["seeders"]), (0, 0, [])]
)
def test_seeders(seeders, least, found):
    assert codes(release(seeders=seeders), BOOK, ReleasePolicy(min_seeders=least)) == found


@pytest.mark.parametrize(
    ("minutes", "least", "refused"), [(10, 30, True), (30, 30, False), (31, 30, False), (-5, 0, False), (0, 0, False)]
)
def test_age(minutes, least, refused):
    policy = ReleasePolicy(min_age_minutes=least)
    found = release(added_at=NOW - timedelta(minutes=minutes))
    verdict = age(found, BOOK, policy, Context(now=NOW))
    assert isinstance(verdict, Reject) is refused
    assert not isinstance(age(found, BOOK, policy, Context()), Reject)
    assert not isinstance(age(release(), BOOK, policy, Context(now=NOW)), Reject)


@pytest.mark.parametrize(
    ("skipped", "found"),
    [
        (("41",), ["skipped_category"]),
        (("fantasy",), ["skipped_category"]),
        (("Audiobooks - Fantasy",), ["skipped_category"]),
        (("urban fantasy", "4"), []),
        (("",), []),
    ],
)
def test_categories_by_number_or_name(skipped, found):
    fantasy = release(genre_id=41, genre="Audiobooks - Fantasy")
    assert codes(fantasy, BOOK, ReleasePolicy(skip_categories=skipped)) == found


def test_flags():
    policy = ReleasePolicy(skip_flags=("Explicit",))
    assert codes(release(flags=frozenset({"explicit", "violence"})), BOOK, policy) == ["skipped_flag"]
    assert codes(release(flags=frozenset({"some explicit"})), BOOK, policy) == []


@pytest.mark.parametrize(
    ("tags", "forbidden", "required", "found"),
    [
        ("AI narration", ("AI",), (), ["policy_words"]),
        ("Fair copy", ("AI",), (), []),
        ("retail, Unabridged", (), ("unabridged",), []),
        ("retail", (), ("unabridged", "retail"), ["policy_words"]),
        ("C++ basics", ("C++",), (), ["policy_words"]),
    ],
)
def test_words(tags, forbidden, required, found):
    policy = ReleasePolicy(forbidden_words=forbidden, required_words=required)
    assert codes(release(tags=tags), BOOK, policy) == found


@pytest.mark.parametrize(
    ("fields", "account", "free"),
    [
        ({}, VIP, False),
        ({"free": True}, USER, True),
        ({"free": True}, None, True),
        ({"personal_freeleech": True}, USER, True),
        ({"vip": True, "free_for_vip": True}, VIP, True),
        ({"vip": True, "free_for_vip": True}, USER, False),
        ({"vip": True, "free_for_vip": True}, None, False),
        ({"vip": True, "free_for_vip": True}, ENDED, False),
        ({"vip": True}, VIP, True),
        ({"free_for_vip": True}, VIP, True),
        ({"free_for_vip": True}, USER, False),
        ({"vip": True, "free_for_vip": True, "vip_until": NOW + timedelta(days=1)}, VIP, True),
        ({"vip": True, "free_for_vip": True, "vip_until": NOW}, VIP, False),
        ({"vip": True, "vip_until": NOW - timedelta(days=1), "free": True}, VIP, True),
    ],
)
def test_free_for_this_account_now(fields, account, free):
    found = release(**fields)
    assert is_free(found, account, NOW) is free
    refused = isinstance(
        not_free(found, BOOK, ReleasePolicy(free_only=True), Context(account=account, now=NOW)), Reject
    )
    assert refused is not free
    assert not isinstance(not_free(found, BOOK, POLICY, Context(account=account, now=NOW)), Reject)


def test_without_a_clock_end_dates_are_left_out():
    assert is_free(release(vip=True, vip_until=NOW), replace(VIP, vip_until=NOW), None)


def test_narrators_count_for_words_of_the_policy():
    assert codes(release(narrators=(AUTHOR,)), BOOK, ReleasePolicy(forbidden_words=(AUTHOR,))) == ["policy_words"]
