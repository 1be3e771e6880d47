"""The budget guards: never below the ratio, never above the slots, never a full disk."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mam_assets.domain.budget import LIMIT_WHEN_NOT_STATED, Budget, affordable, spend, spend_wedge
from mam_assets.domain.model.release import Account, Reject, Release

GIB = 1024**3
RICH = Account(uploaded_bytes=1000 * GIB, downloaded_bytes=10 * GIB, unsatisfied_count=3, unsatisfied_limit=150)


def release(size: int) -> Release:
    return Release(torrent_id=1, title="A Book", size_bytes=size)


def refusal(budget: Budget, size: int = GIB, is_free: bool = False) -> Reject:
    answer = spend(budget, release(size), is_free)
    assert isinstance(answer, Reject)
    return answer


def test_a_rich_account_may_take_a_book_and_the_budget_remembers_it():
    after = spend(Budget(RICH), release(GIB), is_free=False)
    assert isinstance(after, Budget)
    assert (after.in_flight_bytes, after.paid_in_flight, after.in_flight_count, after.grabs_this_run) == (
        GIB,
        GIB,
        1,
        1,
    )


def test_a_free_release_costs_disk_and_a_slot_but_no_ratio():
    poor = Account(uploaded_bytes=0, downloaded_bytes=0, unsatisfied_limit=20)
    assert refusal(Budget(poor)).code == "ratio"
    after = spend(Budget(poor), release(GIB), is_free=True)
    assert isinstance(after, Budget)
    assert after.paid_in_flight == 0
    assert after.slots_left == 19
    assert refusal(after).code == "ratio"


@pytest.mark.parametrize(
    ("budget", "code"),
    [
        (Budget(RICH, max_grabs_per_run=0), "grabs_per_run"),
        (Budget(RICH, max_grabs_per_run=5, grabs_this_run=5), "grabs_per_run"),
        (Budget(replace(RICH, unsatisfied_count=150)), "unsatisfied_slots"),
        (Budget(replace(RICH, unsatisfied_count=140), unsatisfied_buffer=10), "unsatisfied_slots"),
        (Budget(replace(RICH, unsatisfied_count=145), in_flight_count=5), "unsatisfied_slots"),
        (Budget(replace(RICH, unsatisfied_limit=None, unsatisfied_count=LIMIT_WHEN_NOT_STATED)), "unsatisfied_slots"),
        (Budget(replace(RICH, uploaded_bytes=11 * GIB - 1)), "ratio"),
        (Budget(replace(RICH, uploaded_bytes=21 * GIB), min_ratio=2.0), "ratio"),
        (Budget(replace(RICH, uploaded_bytes=12 * GIB), in_flight_bytes=2 * GIB), "ratio"),
        (Budget(RICH, free_disk_bytes=GIB - 1), "disk_space"),
        (Budget(RICH, free_disk_bytes=11 * GIB, min_free_disk_bytes=10 * GIB, in_flight_bytes=1), "disk_space"),
    ],
)
def test_each_guard_refuses_for_a_while_only(budget, code):
    found = refusal(budget)
    assert found.code == code
    assert not found.permanent
    assert found.got
    assert found.wanted


@pytest.mark.parametrize(
    "budget",
    [
        Budget(replace(RICH, unsatisfied_count=149)),
        Budget(replace(RICH, uploaded_bytes=11 * GIB)),
        Budget(replace(RICH, uploaded_bytes=22 * GIB), min_ratio=2.0),
        Budget(replace(RICH, uploaded_bytes=0), min_ratio=0),
        Budget(replace(RICH, uploaded_bytes=12 * GIB), in_flight_bytes=2 * GIB, in_flight_paid_bytes=0),
        Budget(RICH, free_disk_bytes=11 * GIB, min_free_disk_bytes=10 * GIB),
    ],
)
def test_each_guard_lets_the_last_one_that_fits_pass(budget):
    assert isinstance(spend(budget, release(GIB), is_free=False), Budget)


def test_one_that_is_too_dear_does_not_stop_a_later_one():
    budget = Budget(replace(RICH, uploaded_bytes=12 * GIB))
    taken, left = affordable(budget, [(release(GIB), False), (release(5 * GIB), False), (release(GIB), False)])
    assert taken == [True, False, True]
    assert left.grabs_this_run == 2
    assert left.download_left == 0


WITH_WEDGES = replace(RICH, wedges=2)
VIP_RELEASE = Release(torrent_id=2, title="A Book", size_bytes=GIB, vip=True)


@pytest.mark.parametrize(
    ("budget", "found", "is_free", "code"),
    [
        (Budget(WITH_WEDGES), release(GIB), False, "wedges_not_allowed"),
        (Budget(WITH_WEDGES, spend_wedges=True, max_wedges_per_run=1), release(GIB), True, "already_free"),
        (Budget(WITH_WEDGES, spend_wedges=True, max_wedges_per_run=1), VIP_RELEASE, False, "already_free"),
        (Budget(WITH_WEDGES, spend_wedges=True), release(GIB), False, "wedges_per_run"),
        (Budget(RICH, spend_wedges=True, max_wedges_per_run=1), release(GIB), False, "no_wedges"),
    ],
)
def test_a_wedge_is_kept_unless_it_may_and_would_help(budget, found, is_free, code):
    answer = spend_wedge(budget, found, is_free)
    assert isinstance(answer, Reject)
    assert answer.code == code
    assert not answer.permanent  # another day, or another release, may have it
    assert answer.got
    assert answer.wanted


def test_wedges_run_out():
    budget = Budget(WITH_WEDGES, spend_wedges=True, max_wedges_per_run=5)
    for _ in range(2):
        answer = spend_wedge(budget, release(GIB), is_free=False)
        assert isinstance(answer, Budget)
        budget = answer
    last = spend_wedge(budget, release(GIB), is_free=False)
    assert isinstance(last, Reject)
    assert last.code == "no_wedges"


SIZES = st.integers(min_value=0, max_value=50 * GIB)


@given(
    uploaded=st.integers(min_value=0, max_value=10**15),
    downloaded=st.integers(min_value=0, max_value=10**13),
    in_flight=SIZES,
    min_ratio=st.floats(min_value=0.1, max_value=10, allow_nan=False),
    wanted=st.lists(st.tuples(SIZES, st.booleans()), max_size=12),
    count=st.integers(min_value=0, max_value=30),
    limit=st.integers(min_value=0, max_value=30),
    free_disk=SIZES,
)
def test_no_guard_is_ever_overrun(uploaded, downloaded, in_flight, min_ratio, wanted, count, limit, free_disk):
    account = Account(
        uploaded_bytes=uploaded, downloaded_bytes=downloaded, unsatisfied_count=count, unsatisfied_limit=limit
    )
    start = Budget(
        account,
        min_ratio=min_ratio,
        max_grabs_per_run=8,
        in_flight_bytes=in_flight,
        free_disk_bytes=free_disk,
        min_free_disk_bytes=GIB,
    )
    taken, left = affordable(start, [(release(size), is_free) for size, is_free in wanted])
    assert sum(taken) == left.grabs_this_run <= 8
    if any(taken):
        assert count + sum(taken) <= limit
        assert free_disk - left.in_flight_bytes >= GIB
    if any(size for ok, (size, free) in zip(taken, wanted, strict=True) if ok and not free):
        assert uploaded >= min_ratio * (downloaded + left.paid_in_flight) * (1 - 1e-12)
