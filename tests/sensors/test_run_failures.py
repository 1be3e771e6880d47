"""What the sensors tell a person: a service in trouble once it has lasted, failed runs once per cause."""

from __future__ import annotations

import http.server
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from mam_assets import health
from mam_assets.policy import MessagesSection
from mam_assets.settings import Settings, load_settings
from mam_assets.stages.notifications import notify
from mam_assets.stages.notifications.service_health import in_trouble, is_well
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store.engine import open_engine
from mam_assets.store.ledgers import downloads, notifications
from mam_assets.store.upgrade import upgrade
from resources.definitions import NotifierResource, PolicyResource, QbittorrentResource, StoreResource
from resources.errors import AuthError, SendFailed, ServiceError, Unavailable
from sensors.acquisition import acquisition
from sensors.action_required import action_required
from sensors.run_failures import run_failures, run_recoveries

SENT: list[tuple[str, str]] = []


class Mailbox(NotifierResource):
    """Keeps messages instead of sending them."""

    def send(self, title: str, body: str) -> bool:
        SENT.append((title, body))
        return True


MAILBOX = Mailbox()
LOG = logging.getLogger(__name__)


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


def resources(**more: Any) -> dict[str, Any]:
    return {"store": StoreResource(), "policy": PolicyResource(), "notifier": Mailbox(), **more}


def test_qbittorrent_down_becomes_one_message_when_it_has_lasted(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = downloads.propose(
        engine, utc_now(), book_key="b", wanted=None, release=None, approved=True, title="x"
    ).download
    downloads.step(engine, utc_now(), row.id, expected=row.status, to=row.status.SUBMITTED, infohash="1" * 40)
    monkeypatch.setenv("QB_HOST", "http://127.0.0.1:9")  # nobody answers there

    def tick() -> Any:
        with dg.build_sensor_context(resources=resources(qbittorrent=QbittorrentResource())) as context:
            return acquisition(context)

    for _ in range(2):
        assert isinstance(tick(), dg.SkipReason)
    assert SENT == []
    (one,) = notifications.standing(engine)
    assert one.cause == "service: qbittorrent: unavailable"
    with engine.begin() as connection:  # it has lasted for eleven minutes
        since = one.first_at - timedelta(minutes=11)
        connection.execute(sa.text("update notices set first_at = :since"), {"since": since.replace(tzinfo=None)})
    for _ in range(3):
        tick()
    assert [title for title, _ in SENT] == ["mam-assets: trouble with qbittorrent"]
    assert "mam-assets check" in SENT[0][1]


def trouble(engine: sa.Engine, error: ServiceError, **more: Any) -> None:
    in_trouble(LOG, engine, MAILBOX, MessagesSection(), error, **more)


def well(engine: sa.Engine, service: str = "qbittorrent", *, tell_when_over: bool = True) -> None:
    is_well(LOG, engine, MAILBOX, MessagesSection(tell_when_over=tell_when_over), service)


def test_a_service_that_answers_again_is_said_once_whatever_it_failed_by(engine: sa.Engine) -> None:
    trouble(engine, Unavailable("qbittorrent", "refuses connections"), at_once=True)
    trouble(engine, AuthError("qbittorrent", "wrong password"))  # not for as long as it would take to tell of it
    trouble(engine, Unavailable("audiobookshelf", "refuses connections"), at_once=True)
    for _ in range(3):
        well(engine)
    assert [title for title, _ in SENT] == [
        "mam-assets: trouble with qbittorrent",
        "mam-assets: trouble with audiobookshelf",
        "mam-assets: qbittorrent answers again",
    ]
    assert [one.cause for one in notifications.standing(engine)] == ["service: audiobookshelf: unavailable"]


@pytest.mark.parametrize(("at_once", "tell_when_over"), [(False, True), (True, False)])
def test_what_nobody_was_told_of_or_wants_to_hear_ends_in_silence(
    engine: sa.Engine, at_once: bool, tell_when_over: bool
) -> None:
    trouble(engine, Unavailable("qbittorrent", "refuses connections"), at_once=at_once)
    SENT.clear()
    well(engine, tell_when_over=tell_when_over)
    assert (SENT, notifications.standing(engine)) == ([], [])


class Post(http.server.BaseHTTPRequestHandler):
    """A service that takes messages, on loopback."""

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        SENT.append((self.path, json.loads(text)["title"]))
        self.send_response(200 if self.path == "/good" else 500)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def post() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Post) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"json://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("other", ["json://127.0.0.1:9/secret", "nonsense://secret", "secret", "{post}/bad"])
def test_an_address_that_fails_holds_up_no_other_and_is_said_without_its_secret(
    engine: sa.Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    post: str,
    other: str,
) -> None:
    bad = other.format(post=post)
    monkeypatch.setenv("NOTIFY_URLS", f"{bad} {post}/good")
    assert NotifierResource().send("title", "body")
    assert [sent for sent in SENT if sent[0] == "/good"] == [("/good", "title")]
    own = [record.getMessage() for record in caplog.records if record.name.startswith("resources")]
    assert own == ["NOTIFY_URLS: address 1 of 2 did not take the message 'title'"]
    monkeypatch.setenv("NOTIFY_URLS", bad)
    with pytest.raises(SendFailed) as failed:
        NotifierResource().send("title", "body")
    assert "secret" not in str(failed.value)


def test_check_names_an_address_that_cannot_be_read_by_its_place(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> tuple[str, str]:
        (one,) = [one for one in health.optional(load_settings(tmp_path)) if one.subject == "notifications"]
        return one.state, one.found

    assert found()[0] == "off"
    monkeypatch.setenv("NOTIFY_URLS", "json://127.0.0.1:9/x nonsense://secret")
    assert found() == ("wrong", "address 2 of 2 in NOTIFY_URLS is not valid for Apprise")
    monkeypatch.setenv("NOTIFY_URLS", "json://127.0.0.1:9/x")
    assert found() == ("ok", "1 addresses")


def test_addresses_that_fail_disturb_no_tick(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_URLS", "json://127.0.0.1:9/nobody nonsense://x")
    given = {**resources(), "notifier": NotifierResource()}
    row = downloads.propose(engine, utc_now(), book_key="b", wanted=None, release=None, approved=True).download
    for to in (row.status.COMPLETED, row.status.IMPORT_BLOCKED):
        row = downloads.step(engine, utc_now(), row.id, expected=row.status, to=to, reason="odd")
    with dg.build_sensor_context(resources=given) as context:
        said = action_required(context)
    assert isinstance(said, dg.SkipReason)
    assert said.skip_message == "no address of NOTIFY_URLS took the message"
    end_of_a_run(given, _broken_job(ValueError("odd")))
    assert {one.told_at for one in notifications.standing(engine)} == {None}
    with dg.build_sensor_context(resources={**given, "notifier": MAILBOX}) as context:
        action_required(context)
    assert SENT == []  # it was tried a moment ago


def _broken_job(error: Exception | None, name: str = "work_job", engine: sa.Engine | None = None) -> dg.JobDefinition:
    """A job of one step; with an engine its stage is in the ledger of tasks."""

    @dg.op
    def work(context) -> None:  # type: ignore[no-untyped-def]  # Dagster reads an annotation, and this is text
        with stage(engine, "work", context.run.run_id) if engine else nullcontext():
            if error is not None:
                raise error

    @dg.job(name=name)
    def work_job() -> None:
        work()

    return work_job


def end_of_a_run(given: dict[str, Any], job: dg.JobDefinition) -> None:
    """Run it, and let the sensor see how it ended."""
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance, raise_on_error=False)
        event = done.get_run_success_event() if done.success else done.get_run_failure_event()
        name = "run_recoveries" if done.success else "run_failures"
        context: Any = dg.build_run_status_sensor_context(name, event, instance, done.dagster_run, resources=given)
        if done.success:
            run_recoveries(context)
        else:
            run_failures(context.for_run_failure())


@pytest.mark.parametrize(("began", "told"), [(timedelta(hours=1), 0), (timedelta(hours=-1), 1)])
def test_a_run_that_ended_with_a_stopped_program_is_no_failure(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, began: timedelta, told: int
) -> None:
    """While the program goes on, a run whose process dies is one."""
    monkeypatch.setattr(sys.modules["sensors.run_failures"], "_BEGAN", utc_now() + began)
    given, job = resources(), _broken_job(None)
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        instance.report_run_failed(run, "The program was stopped while this run was under way.")
        event = next(one.dagster_event for one in instance.all_logs(run.run_id) if one.dagster_event)
        context: Any = dg.build_run_status_sensor_context("run_failures", event, instance, run, resources=given)
        run_failures(context.for_run_failure())
    assert len(SENT) == told
    end_of_a_run(given, _broken_job(ValueError("an error of its own")))
    assert len(SENT) == told + 1


def test_a_dead_session_is_one_cause_for_every_job_that_meets_it(engine: sa.Engine) -> None:
    given = resources()
    for name in ("whole_loop", "submit_downloads", "whole_loop"):
        end_of_a_run(given, _broken_job(AuthError("mam", f"refuses the session; {name}"), name, engine))
    assert [title for title, _ in SENT] == ["mam-assets: trouble with mam"]
    assert "mam: refuses the session" in SENT[0][1]
    assert [one.cause for one in notifications.standing(engine)] == ["service: mam: auth"]
    well(engine, "mam")
    assert SENT[1:] == [
        (
            "mam-assets: mam answers again",
            "mam answers again after 0 min. Everything that waited for it continues by itself.",
        )
    ]


def test_numbers_and_times_in_an_error_make_no_new_cause(engine: sa.Engine) -> None:
    given = resources()
    for minute in (1, 25):
        end_of_a_run(given, _broken_job(Unavailable("mam", f"paused until 12:{minute:02}")))
    assert [body for _, body in SENT] == ["work: mam: paused until 12:01"]


def test_a_job_that_works_again_is_said_once(engine: sa.Engine) -> None:
    given = resources()
    end_of_a_run(given, _broken_job(ValueError("odd")))
    (one,) = notifications.standing(engine)
    with engine.begin() as connection:  # it was five hours ago, and lasted for three
        hours_ago = {n: (one.first_at - timedelta(hours=n)).replace(tzinfo=None) for n in (2, 5)}
        connection.execute(
            sa.text("update notices set first_at = :a, last_at = :b"), {"a": hours_ago[5], "b": hours_ago[2]}
        )
    for _ in range(2):
        end_of_a_run(given, _broken_job(None))
    assert [title for title, _ in SENT[1:]] == ["mam-assets: work_job works again"]
    assert "succeeded after failing for 3 h." in SENT[1][1]


def test_a_failed_job_is_told_once_per_cause_and_forgotten_when_it_succeeds(engine: sa.Engine) -> None:
    given = resources()
    for _ in range(2):
        end_of_a_run(given, _broken_job(ValueError("the disk is full"), "import_things"))
    assert SENT == [("mam-assets: import_things failed", "work: the disk is full")]
    end_of_a_run(given, _broken_job(None, "import_things"))
    assert len(notifications.standing(engine)) == 1  # it failed a moment ago: not over yet
    assert notify.gone(engine, "run: import_things: ", last_seen_before=utc_now() + timedelta(hours=1)) == 1
