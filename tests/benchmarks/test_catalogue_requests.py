"""A monthly refresh asks for each series once and for nothing else."""

from benchmarks.catalogue_requests import measured
from mam_assets.policy import CatalogueSection

SERIES = 30


def test_a_monthly_refresh_of_a_thousand_series_stays_within_polite_limits() -> None:
    cost, policy = measured(SERIES), CatalogueSection()
    assert set(cost.same_day.values()) == {0}, "what is known is not asked again"
    # One page of a series at Goodreads, one question to Hardcover, the series and a list of its books at Audible.
    assert cost.monthly == {"goodreads": SERIES, "hardcover": SERIES, "audible": 2 * SERIES}
    for name, sent in cost.first.items():
        assert sent <= 8 * SERIES, name
    thousand = {name: sent * 1000 / SERIES for name, sent in cost.monthly.items()}
    assert thousand["goodreads"] / policy.goodreads_per_minute < 120, "minutes"
    assert thousand["hardcover"] < 5_000, "of a free token's day"
    assert thousand["audible"] / policy.audible_per_minute < 120, "minutes"
