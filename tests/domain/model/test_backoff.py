"""How long a service is left alone: one table, from the trouble and how often it came in a row."""

from datetime import timedelta

import pytest

from mam_assets.domain.model.backoff import PROVIDERS, REST_OF_RUN, TRACKER, Pause, Rules, Trouble, pause_after

SECONDS, MINUTES, HOURS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("rules", "trouble", "in_a_row", "expected"),
    [
        (PROVIDERS, Trouble.BLOCKED, 1, Pause(6 * HOURS)),
        (PROVIDERS, Trouble.AUTH, 1, Pause(30 * MINUTES)),
        (PROVIDERS, Trouble.RATE_LIMITED, 4, Pause(30 * MINUTES)),
        (PROVIDERS, Trouble.FAILURE, 1, None),
        (PROVIDERS, Trouble.FAILURE, 2, None),
        (PROVIDERS, Trouble.FAILURE, 3, Pause(30 * MINUTES)),
        (PROVIDERS, Trouble.FAILURE, 9, Pause(30 * MINUTES)),
        (PROVIDERS, Trouble.UNREACHABLE, 2, None),
        (PROVIDERS, Trouble.UNREACHABLE, 3, REST_OF_RUN),
        (TRACKER, Trouble.AUTH, 1, Pause(30 * MINUTES)),
        (TRACKER, Trouble.RATE_LIMITED, 1, Pause(30 * SECONDS)),
        (TRACKER, Trouble.RATE_LIMITED, 2, Pause(10 * MINUTES)),
        (TRACKER, Trouble.FAILURE, 1, Pause(30 * SECONDS)),
        (TRACKER, Trouble.UNREACHABLE, 5, None),
    ],
)
def test_the_table(rules: Rules, trouble: Trouble, in_a_row: int, expected: Pause | None) -> None:
    assert pause_after(rules, trouble, in_a_row) == expected


@pytest.mark.parametrize("rules", [PROVIDERS, TRACKER])
def test_what_a_service_asks_for_goes_before_the_table_up_to_a_day(rules: Rules) -> None:
    assert pause_after(rules, Trouble.FAILURE, 1, 2 * HOURS) == Pause(2 * HOURS)
    assert pause_after(rules, Trouble.RATE_LIMITED, 1, 100 * HOURS) == Pause(24 * HOURS)
