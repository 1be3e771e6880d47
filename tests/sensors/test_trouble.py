"""What the sensors tell a person: a service in trouble once it has lasted, failed runs once per cause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from mam_assets.local_resources import NotifierResource, PolicyResource, StoreResource
from mam_assets.settings import Settings, load_settings
from mam_assets.stages import notifying
from mam_assets.stages.running import utc_now
from mam_assets.store import downloads, notices
from mam_assets.store.engine import open_engine
from mam_assets.store.upgrading import upgrade
from resources.qbittorrent.resource import QbittorrentResource
from sensors.acquisition import acquisition
from sensors.run_failures import run_failures, run_recoveries

SENT: list[tuple[str, str]] = []


class Mailbox(NotifierResource):
    """Keeps messages instead of sending them."""

    def send(self, title: str, body: str) -> bool:
        SENT.append((title, body))
        return True


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    SENT.clear()
    made = open_engine(load_settings().store_url)
    upgrade(made)
    yield made
    made.dispose()


def resources(tmp_path: Path, **more: Any) -> dict[str, Any]:
    folder = str(tmp_path)
    return {
        "store": StoreResource(folder=folder),
        "policy": PolicyResource(folder=folder),
        "notifier": Mailbox(folder=folder),
        **more,
    }


def test_qbittorrent_down_becomes_one_message_when_it_has_lasted(engine: sa.Engine, tmp_path: Path) -> None:
    row = downloads.propose(
        engine, utc_now(), book_key="b", wanted=None, release=None, approved=True, title="x"
    ).download
    downloads.step(engine, utc_now(), row.id, expected=row.status, to=row.status.SUBMITTED, infohash="1" * 40)
    dead = QbittorrentResource(url="http://127.0.0.1:9", username="", password="", api_key="")

    def tick() -> Any:
        with dg.build_sensor_context(resources=resources(tmp_path, qbittorrent=dead)) as context:
            return acquisition(context)

    for _ in range(2):
        assert isinstance(tick(), dg.SkipReason)
    assert SENT == []
    (one,) = notices.standing(engine)
    assert one.cause == "service: qbittorrent: unavailable"
    with engine.begin() as connection:  # it has lasted for eleven minutes
        since = one.first_at - timedelta(minutes=11)
        connection.execute(sa.text("update notices set first_at = :since"), {"since": since.replace(tzinfo=None)})
    for _ in range(3):
        tick()
    assert [title for title, _ in SENT] == ["mam-assets: trouble with qbittorrent"]
    assert "mam-assets check" in SENT[0][1]


def test_a_failed_job_is_told_once_per_cause_and_forgotten_when_it_succeeds(engine: sa.Engine, tmp_path: Path) -> None:
    broken = {"now": True}

    @dg.op
    def work() -> None:
        if broken["now"]:
            raise ValueError("the disk is full")

    @dg.job
    def import_things() -> None:
        work()

    def run() -> None:
        with dg.DagsterInstance.ephemeral() as instance:
            done = import_things.execute_in_process(instance=instance, raise_on_error=False)
            event = done.get_run_success_event() if done.success else done.get_run_failure_event()
            name = "run_recoveries" if done.success else "run_failures"
            context: Any = dg.build_run_status_sensor_context(name, event, instance, done.dagster_run, resources=given)
            if done.success:
                run_recoveries(context)
            else:
                run_failures(context.for_run_failure())

    given = resources(tmp_path)
    run()
    run()
    assert [title for title, _ in SENT] == ["mam-assets: import_things failed"]
    assert "the disk is full" in SENT[0][1]
    broken["now"] = False
    run()
    assert len(notices.standing(engine)) == 1  # it failed a moment ago: not over yet
    assert notifying.gone(engine, "run: import_things: ", last_seen_before=utc_now() + timedelta(hours=1)) == 1
