"""What is close to a limit is said before it is reached, and what stops every grab is said first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mam_assets.domain.budget import Budget
from mam_assets.domain.model.release import Account
from mam_assets.domain.purchases.limits import Thresholds, close_limits

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, GIB = timedelta(days=1), 1024**3
WELL = Account(
    is_vip=True,
    vip_until=NOW + 60 * DAY,
    uploaded_bytes=100 * GIB,
    downloaded_bytes=10 * GIB,
    ratio=10.0,
    seedbonus=20_000,
    unsatisfied_count=3,
    unsatisfied_limit=20,
)


def codes(account: Account, near: Thresholds | None = None, **more: float) -> list[tuple[str, bool]]:
    budget = Budget(account, **{"min_ratio": 1.5, "unsatisfied_buffer": 5, **more})  # type: ignore[arg-type]
    return [(limit.code, limit.stops_grabs) for limit in close_limits(budget, near or Thresholds(), NOW)]


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (WELL, []),
        (replace(WELL, unsatisfied_count=12), []),
        (replace(WELL, unsatisfied_count=13), [("slots", False)]),
        (replace(WELL, unsatisfied_count=15), [("slots", True)]),
        (replace(WELL, downloaded_bytes=62 * GIB), [("ratio", False)]),
        (replace(WELL, downloaded_bytes=67 * GIB), [("ratio", True)]),
        (replace(WELL, vip_until=NOW + 8 * DAY), []),
        (replace(WELL, vip_until=NOW + 7 * DAY), [("vip", False)]),
        (replace(WELL, vip_until=NOW + 7 * DAY + timedelta(seconds=1)), []),
        (replace(WELL, vip_until=NOW - 30 * DAY), [("vip", False)]),
        (replace(WELL, vip_until=NOW - 30 * DAY - timedelta(seconds=1)), []),
        (replace(WELL, vip_until=NOW + 6 * DAY), [("vip", False)]),
        (replace(WELL, vip_until=NOW - DAY), [("vip", False)]),
        (replace(WELL, vip_until=NOW - 40 * DAY), []),
        (replace(WELL, vip_until=None), []),
        (replace(WELL, seedbonus=95_000), []),
        (replace(WELL, seedbonus=95_001), [("points", False)]),
        (replace(WELL, vip_until=NOW, unsatisfied_count=19), [("slots", True), ("vip", False)]),
    ],
)
def test_limits(account: Account, expected: list[tuple[str, bool]]) -> None:
    assert codes(account) == expected


def test_what_is_on_its_way_counts() -> None:
    assert codes(replace(WELL, unsatisfied_count=10), in_flight_count=5) == [("slots", True)]
    assert codes(replace(WELL, downloaded_bytes=60 * GIB), in_flight_bytes=7 * GIB) == [("ratio", True)]


def test_a_threshold_of_nothing_warns_at_nothing_left_only() -> None:
    off = Thresholds(0, 0, 0, 0)
    almost = replace(WELL, unsatisfied_count=14, downloaded_bytes=66 * GIB, vip_until=NOW, seedbonus=99_999)
    assert codes(almost, off) == []
    assert codes(replace(almost, unsatisfied_count=15), off) == [("slots", True)]


def test_every_limit_says_what_it_is_and_what_to_do() -> None:
    bad = replace(WELL, unsatisfied_count=20, downloaded_bytes=80 * GIB, vip_until=NOW, seedbonus=99_999)
    found = close_limits(Budget(bad, min_ratio=1.5), Thresholds(), NOW)
    assert len({limit.code for limit in found}) == len(found) == 4
    assert all(limit.message and limit.advice for limit in found)


def messages(account: Account, **more: float) -> list[str]:
    budget = Budget(account, **{"min_ratio": 1.5, "unsatisfied_buffer": 5, **more})  # type: ignore[arg-type]
    return [limit.message for limit in close_limits(budget, Thresholds(), NOW)]


def test_each_limit_is_told_with_its_figures() -> None:
    (slots,) = messages(replace(WELL, unsatisfied_count=10), in_flight_count=3)
    assert slots.startswith("only 2 ")
    assert "13 of 20 " in slots
    (none,) = messages(replace(WELL, unsatisfied_count=15))
    assert none.startswith("no ")
    (left,) = messages(replace(WELL, downloaded_bytes=62 * GIB, ratio=1.612))
    assert "4.7 GiB" in left
    assert "1.61" in left
    assert "1.5" in left
    (infinite,) = messages(replace(WELL, downloaded_bytes=62 * GIB, ratio=None))
    assert "infinite" in infinite
    assert messages(replace(WELL, vip_until=NOW)) == [f"VIP ended on {NOW:%Y-%m-%d}"]
    soon = NOW + timedelta(seconds=1)
    assert messages(replace(WELL, vip_until=soon)) == [f"VIP ends on {soon:%Y-%m-%d}"]


def test_a_download_of_the_very_threshold_is_no_warning() -> None:
    account = replace(WELL, uploaded_bytes=150 * GIB, downloaded_bytes=95 * GIB)
    assert codes(account) == []
    assert codes(replace(account, downloaded_bytes=95 * GIB + 1)) == [("ratio", False)]
