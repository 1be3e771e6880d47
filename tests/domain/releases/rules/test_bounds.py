"""The very bounds of size and runtime: what lies on them is taken, what lies beyond is not."""

from __future__ import annotations

import pytest

from mam_assets.domain.model.release import Reject, RejectCode, ReleasePolicy
from mam_assets.domain.releases.context import Context
from mam_assets.domain.releases.rules.runtime import runtime
from mam_assets.domain.releases.rules.size import shown, size
from tests.support.release_samples import release, wanted

POLICY = ReleasePolicy(min_size_bytes=1_000_000, max_size_bytes=10_000_000_000)
HOUR = 3600
KBPS = 125  # bytes a second


def refused(rule, got, hours=None, policy=POLICY):
    verdict = rule(got, wanted(hours=hours), policy, Context())
    return verdict.code if isinstance(verdict, Reject) else None


@pytest.mark.parametrize(
    ("size_bytes", "code"),
    [
        (999_999, RejectCode.SIZE_TOO_SMALL),
        (1_000_000, None),
        (10_000_000_000, None),
        (10_000_000_001, RejectCode.SIZE_TOO_BIG),
    ],
)
def test_sizes_of_the_policy(size_bytes, code):
    assert refused(size, release(size_bytes=size_bytes)) == code


@pytest.mark.parametrize(
    ("kbps", "fields", "code"),
    [
        (9.99, {}, RejectCode.SIZE_TOO_SMALL),
        (10, {}, None),
        (800, {}, None),
        (800.01, {}, RejectCode.SIZE_TOO_BIG),
        (800.01, {"filetypes": ("FLAC",)}, None),
        (5000, {"filetypes": ("mp3", "wav")}, None),
        (5000.01, {"filetypes": ("ape",)}, RejectCode.SIZE_TOO_BIG),
    ],
)
@pytest.mark.parametrize(("stated", "expected"), [(None, 2), (2, None), (2, 2), (1, 2), (2, 1)])
def test_bitrates_that_a_voice_can_have(kbps, fields, code, stated, expected):
    """The longer of the stated and the expected runtime counts."""
    got = release(size_bytes=round(kbps * KBPS * 2 * HOUR), runtime_seconds=stated and stated * HOUR, **fields)
    assert refused(size, got, expected) == code


def test_a_refused_size_is_told_in_words():
    got = release(size_bytes=900_000)
    assert size(got, wanted(), POLICY, Context()) == Reject(
        RejectCode.SIZE_TOO_SMALL, "878.9 KiB", "at least 976.6 KiB"
    )
    big = release(size_bytes=2_000_000_000)
    verdict = size(big, wanted(hours=2), POLICY, Context())
    assert verdict == Reject(RejectCode.SIZE_TOO_BIG, "1.9 GiB for 2.0 h: 2222 kbps", "at most 800 kbps")
    small = release(size_bytes=2_000_000)
    verdict = size(small, wanted(hours=2), POLICY, Context())
    assert verdict == Reject(RejectCode.SIZE_TOO_SMALL, "1.9 MiB for 2.0 h: 2 kbps", "at least 10 kbps")


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1024**2 - 1, "1024.0 KiB"),
        (1024**2, "1.0 MiB"),
        (1024**3, "1.0 GiB"),
        (1024**4, "1024.0 GiB"),
    ],
)
def test_sizes_for_people(size_bytes, text):
    assert shown(size_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "policy", "code"),
    [
        (6 * HOUR - 1, ReleasePolicy(), RejectCode.RUNTIME),
        (6 * HOUR, ReleasePolicy(), None),
        (17 * HOUR, ReleasePolicy(), None),
        (17 * HOUR + 1, ReleasePolicy(), RejectCode.RUNTIME),
        (HOUR, ReleasePolicy(accept_abridged=True), None),
        (HOUR, ReleasePolicy(accept_dramatised=True), None),
        (HOUR, ReleasePolicy(accept_packs=True), RejectCode.RUNTIME),
        (50 * HOUR, ReleasePolicy(accept_packs=True), None),
        (50 * HOUR, ReleasePolicy(accept_abridged=True, accept_dramatised=True), RejectCode.RUNTIME),
    ],
)
def test_runtimes_that_are_the_same_text(seconds, policy, code):
    assert refused(runtime, release(runtime_seconds=seconds), 10, policy) == code


@pytest.mark.parametrize(
    ("hours", "policy", "code"),
    [
        (3.33, ReleasePolicy(), RejectCode.RUNTIME),
        (3.34, ReleasePolicy(), None),
        (30, ReleasePolicy(), None),
        (30.01, ReleasePolicy(), RejectCode.RUNTIME),
        (1, ReleasePolicy(accept_abridged=True), None),
        (50, ReleasePolicy(accept_packs=True), None),
    ],
)
def test_runtimes_reckoned_from_a_bitrate_must_be_far_off(hours, policy, code):
    got = release(bitrate_kbps=64, size_bytes=round(64 * KBPS * hours * HOUR))
    verdict = runtime(got, wanted(hours=10), policy, Context())
    assert (verdict.code if isinstance(verdict, Reject) else None) == code
    assert not isinstance(verdict, Reject) or not verdict.permanent
