"""Whatever a provider answers, what is known stands: only its age moves, and that shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import backoff, provider_answers
from mam_assets.store.tables import backoffs
from mam_assets.store.tables import provider_answers as answers

SPINE = ("library_snapshot", "series_catalogue", "author_catalogue", "ownership", "series_completion",
         "author_completion", "missing_books")  # fmt: skip
PROVIDERS = ("goodreads", "hardcover", "audible")
FAULTS = {
    "timeout": {"seconds": 2.0},
    "forbidden": {},
    "rate_limited": {"seconds": 3600.0},
    "challenge": {},
    "empty": {},
    "truncated": {},
    "html": {},
}
AUTHORS = {"Pierce Brown", "Kate Elliott", "J.R.R. Tolkien"}
POLICY = SANDBOX_POLICY.replace("[catalogue]\n", "[catalogue]\ntimeout_seconds = 0.4\n")
AGES = {"fetched_at", "catalogue_fetched_at", "catalogue_problem", "identified_date"}


@pytest.fixture
def product(product_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    world = load_catalogue()
    small = replace(
        world,
        name="small",
        series=tuple(series for series in world.series if series.author in AUTHORS),
        owned=tuple(item for item in world.owned if set(item.authors) & AUTHORS),
    )
    made = product_with(POLICY, world=small)
    for name, value in made.box.environment(optional_providers=True).items():
        if name == "HARDCOVER_TOKEN":
            monkeypatch.setenv(name, value)
    return made


def facts(product: Any) -> dict[str, pd.DataFrame]:
    """Everything that is derived from what providers say, without ages and their reasons."""
    found = {}
    for table in ("series_entries", "series", "author_works", "authors", "missing_books"):
        frame = derived.read_frame(product.engine, table)
        found[table] = frame[[column for column in frame.columns if column not in AGES]]
    return found


def grow_old(product: Any, days: int) -> None:
    """As if the last answers were that old, and nobody were paused."""
    with product.engine.begin() as connection:
        for row in connection.execute(sa.select(answers)).mappings().all():
            older = {
                name: row[name] - timedelta(days=days) for name in ("asked_at", "answered_at") if row[name] is not None
            }
            same = [answers.c[key] == row[key] for key in ("provider", "question", "subject")]
            connection.execute(sa.update(answers).where(*same).values(**older))
        connection.execute(sa.delete(backoffs))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_with_a_provider_failing_in_every_way_figures_stand_and_the_age_shows(product: Any, provider: str) -> None:
    assert product.run(*SPINE).success
    before = facts(product)
    assert len(before["series_entries"]) > 15
    assert len(before["missing_books"]) > 3
    assert before["series"]["completion_percentage"].notna().all()
    started = datetime.now(UTC)
    for at, (fault, options) in enumerate(FAULTS.items()):
        grow_old(product, (35, 200)[at % 2])  # the second: which series a book is in is due, too
        product.box.faults[provider].set(fault, **options)
        result = product.run(*SPINE)
        product.box.faults[provider].clear()
        assert result.success, fault
        assert all(check.passed for check in result.get_asset_check_evaluations()
                   if check.check_name == "provider_failure_moves_nothing"), fault  # fmt: skip
        for table, frame in facts(product).items():
            pd.testing.assert_frame_equal(frame, before[table], obj=f"{table} after {provider} {fault}")
        series = derived.read_frame(product.engine, "series")
        of_provider = series[series["series_key"].isin(_series_with(product, provider))]
        assert len(of_provider), fault
        assert of_provider["catalogue_problem"].str.contains(provider).all(), fault
        kept = provider_answers.all_of(product.engine, provider, "series")
        assert all(answer.answered_at < started - timedelta(days=30) for answer in kept.values()), fault
        assert backoff.current(product.engine, provider, datetime.now(UTC)) is not None, fault


def _series_with(product: Any, provider: str) -> set[str]:
    entries = derived.read_frame(product.engine, "series_entries")
    return set(entries[[provider in names for names in entries["providers"]]]["series_key"])


def test_a_provider_that_answers_again_is_asked_again(product: Any) -> None:
    assert product.run(*SPINE).success
    before = facts(product)
    grow_old(product, 35)
    product.box.faults["goodreads"].set("error")
    assert product.run(*SPINE).success
    product.box.faults["goodreads"].clear()
    grow_old(product, 1)
    assert product.run(*SPINE).success
    series = derived.read_frame(product.engine, "series")
    assert set(series["catalogue_problem"]) == {""}
    assert (datetime.now(UTC) - series["catalogue_fetched_at"].max().to_pydatetime()) < timedelta(minutes=5)
    for table, frame in facts(product).items():
        pd.testing.assert_frame_equal(frame, before[table], obj=table)
