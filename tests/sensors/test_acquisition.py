"""While MAM is in trouble, the acquisition sensor does not ask for one run after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from mam_assets.settings import Settings, load_settings
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import downloads
from mam_assets.store.upgrade import upgrade
from resources.definitions import NotifierResource, PolicyResource, QbittorrentResource, StoreResource
from resources.errors import AuthError, RateLimited, ServiceError, Unavailable
from sensors.acquisition import acquisition


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QB_HOST", "http://127.0.0.1:9")  # nobody answers there
    made = open_engine(load_settings().store_url)
    upgrade(made)
    downloads.propose(made, utc_now(), book_key="b", wanted=None, release=None, approved=True, title="x")
    yield made
    made.dispose()


def tick() -> Any:
    given: dict[str, Any] = {
        "store": StoreResource(),
        "policy": PolicyResource(),
        "notifier": NotifierResource(),
        "qbittorrent": QbittorrentResource(),
    }
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, resources=given) as context,
    ):
        return acquisition(context)


def asked_for(result: Any) -> list[str]:
    return [one.job_name for one in result.run_requests] if isinstance(result, dg.SensorResult) else []


def ended(engine: sa.Engine, name: str, *, minutes_ago: float, error: Exception | None = None) -> None:
    """A stage that an error has ended, or (of a service, in the queue of downloads) cut short."""
    at = utc_now() - timedelta(minutes=minutes_ago)
    with suppress(ServiceError, OSError), stage(engine, name, clock=lambda: at) as tally:
        if isinstance(error, RateLimited):
            tally.stop_by("a book", error)
            tally.figures["stopped_by"] = str(error)
        elif error is not None:
            raise error


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("tracker_account", AuthError("mam", "refuses the session")),
        ("tracker_account", Unavailable("mam", "is in trouble (503)")),
        ("download_queue", RateLimited("mam", "too many requests (429)")),
    ],
)
def test_after_trouble_with_mam_it_is_left_alone_for_five_minutes(
    engine: sa.Engine, name: str, error: ServiceError
) -> None:
    assert asked_for(tick()) == ["submit_downloads"]
    ended(engine, name, minutes_ago=4, error=error)
    skipped = tick()
    assert asked_for(skipped) == []
    assert "MAM is paused until" in skipped.skip_message
    assert str(error) in skipped.skip_message
    ended(engine, name, minutes_ago=0)  # a person's run, which went well
    assert asked_for(tick()) == ["submit_downloads"]


def test_the_rest_ends(engine: sa.Engine) -> None:
    ended(engine, "tracker_account", minutes_ago=6, error=Unavailable("mam", "is in trouble (503)"))
    assert asked_for(tick()) == ["submit_downloads"]


@pytest.mark.parametrize("error", [OSError("mam: no such file"), Unavailable("qbittorrent", "cannot be reached")])
def test_what_is_not_mams_doing_is_no_reason(engine: sa.Engine, error: Exception) -> None:
    ended(engine, "download_queue", minutes_ago=0, error=error)
    assert asked_for(tick()) == ["submit_downloads"]
