"""The command line: tables and JSON, sentences instead of tracebacks, exit statuses."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from mam_assets.cli.app import app
from mam_assets.domain.model.completion import EntryStatus, EntryVerdict
from mam_assets.domain.model.confidence import Confidence
from mam_assets.domain.model.download import DownloadState
from mam_assets.domain.model.library import LibraryItem
from mam_assets.domain.model.release import Candidate, Reject, RejectCode, Release, Wanted
from mam_assets.settings import Settings, load_settings
from mam_assets.store import mappers
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.frames import derived, schema
from mam_assets.store.ledgers import downloads, overrides
from resources.errors import AuthError
from resources.myanonamouse import open_mam

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "pierce brown|light bringer"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "250")
    made = open_engine(load_settings().store_url)
    upgrade(made)
    return made


@pytest.fixture
def filled(engine: sa.Engine) -> sa.Engine:
    record = {column.name: "" for column in schema.columns("missing_books")}
    record |= {
        "book_key": KEY,
        "title": "Light Bringer",
        "author": "Pierce Brown",
        "authors": ["Pierce Brown"],
        "series_name": "Red Rising",
        "series_number": "6",
        "places": [],
        "series_titles": [],
        "alternative_titles": [],
        "year": 2023,
        "release_date": None,
        "expected_runtime_seconds": None,
        "reason_missing": "missing",
        "priority": 100,
        "identified_date": NOW,
    }
    derived.write_frame(engine, "missing_books", schema.from_records("missing_books", [record]))
    good = Candidate(KEY, Release(7, "Light Bringer", ("Pierce Brown",)), True, (), 1, "format")
    bad = Candidate(
        KEY, Release(8, "Dark Age", ("Pierce Brown",)), False, (Reject(RejectCode.WRONG_VOLUME, "5", "6"),), 0, ""
    )
    derived.write_frame(engine, "candidates", mappers.candidates_to_frame({KEY: [good, bad]}, now=NOW))
    downloads.propose(engine, NOW, book_key=KEY, wanted=Wanted(KEY, "Light Bringer"), release=good.release)
    return engine


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_gaps_are_listed_for_people_and_programs(filled: sa.Engine) -> None:
    status, text = run("gaps")
    assert status == 0
    assert "Light Bringer" in text
    status, text = run("gaps", "--json")
    assert json.loads(text)[0]["book_key"] == KEY


def test_candidates_tell_why(filled: sa.Engine) -> None:
    status, text = run("candidates", "light bringer")
    assert status == 0
    assert "accepted, rank 1" in text
    assert "wrong volume: 5 (wanted 6)" in text


def test_an_unknown_book_is_a_sentence(filled: sa.Engine) -> None:
    status, text = run("candidates", "no such book")
    assert status == 1
    assert "No missing book matches 'no such book'" in text


def test_the_queue_says_that_mam_is_left_alone(filled: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAM_ID", "s3cr3t")
    assert "left alone" not in run("queue")[1]
    run("approve", "1")
    settings = load_settings()
    client = open_mam(settings.mam_url, "s3cr3t", settings.state_dir.absolute())
    client.parking.park(AuthError("mam", "refuses the session"), timedelta(minutes=30))
    said = run("queue")[1]
    assert "MAM is left alone until" in said
    assert "it refuses the session" in said
    client.parking.clear()
    assert "left alone" not in run("queue")[1]


def test_approve_lets_a_proposed_download_go_ahead(filled: sa.Engine) -> None:
    assert run("approve")[0] == 2
    status, text = run("approve", "1")
    assert status == 0
    assert "is queued" in text
    assert [row.status.value for row in downloads.active(filled)] == ["queued"]
    assert "does not wait for approval" in run("approve", "1")[1]


def test_ignore_is_remembered_and_taken_back(filled: sa.Engine) -> None:
    assert run("ignore", "light bringer", "--note", "have it on CD")[0] == 0
    assert overrides.persons_word(filled).ignored_books == {KEY}
    assert run("ignore", "light bringer", "--undo")[0] == 0
    assert overrides.persons_word(filled).ignored_books == frozenset()


def test_retry_of_what_cannot_be_retried_is_a_sentence(filled: sa.Engine) -> None:
    status, text = run("retry", "99")
    assert status == 1
    assert "there is no download 99" in text


def test_a_wrong_setting_is_a_sentence_and_status_2(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABS_URL", "not an address")
    status, text = run("gaps")
    assert status == 2
    assert "ABS_URL in the environment is wrong" in text
    assert "Traceback" not in text


def test_an_unreachable_database_is_a_sentence(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    status, text = run("gaps")
    assert status == 1
    assert "hunter2" not in text
    assert "Traceback" not in text


def test_check_names_what_is_missing_and_fails(engine: sa.Engine) -> None:
    status, text = run("check", "--json")
    assert status == 1
    found = {(one["subject"], one["state"]) for one in json.loads(text)}
    assert ("settings", "wrong") in found
    assert ("database", "ok") in found


@pytest.fixture
def judged(filled: sa.Engine) -> sa.Engine:
    verdict = EntryVerdict(
        "red rising|pierce brown", "6|light bringer", KEY, EntryStatus.REVIEW, "", "near_match", "", Confidence.LOW
    )
    derived.write_frame(filled, "ownership", mappers.verdicts_to_frame([verdict]))
    items = [LibraryItem("item-1", "Lightbringer", ("Pierce Brown",)), LibraryItem("item-2", "Dragon Age")]
    derived.write_frame(filled, "books", mappers.items_to_frame(items, {}, {}))
    return filled


def test_a_persons_word_is_kept_and_taken_back(judged: sa.Engine) -> None:
    assert run("say", "match", "lightbringer", "light bringer")[0] == 0
    assert overrides.persons_word(judged).manual_matches == {("item-1", KEY)}
    assert KEY in run("say", "list")[1]
    assert run("say", "match", "item-1", KEY, "--undo")[0] == 0
    assert overrides.persons_word(judged).manual_matches == frozenset()
    assert run("say", "match", "item-2", KEY, "--not")[0] == 0
    assert overrides.persons_word(judged).excluded_matches == {("item-2", KEY)}


def test_what_is_not_clear_is_asked_for(judged: sa.Engine) -> None:
    status, text = run("say", "match", "g", KEY)
    assert status == 1
    assert "may be any of these" in text
    assert "No tracked series matches" in run("say", "series", "nothing", "goodreads:1")[1]


def test_explain_shows_the_chain_of_reasons(judged: sa.Engine) -> None:
    status, text = run("explain", "light bringer")
    assert status == 0
    assert "review by gate near_match" in text
    assert "not taken: wrong volume: 5 (wanted 6)" in text


def test_files_of_a_torrent_with_several_books_are_mapped(filled: sa.Engine) -> None:
    assert run("imports", "map", "1", "no pair")[0] == 2
    downloads.step(filled, NOW, 1, expected=DownloadState.PROPOSED, to=DownloadState.IMPORT_BLOCKED, reason="two books")
    status, text = run("imports", "map", "1", f"{KEY}=Red Rising 6")
    assert (status, "1 books will be imported" in text) == (0, True)
    row = downloads.get(filled, 1)
    assert (row.status, row.import_options.files) == (DownloadState.COMPLETED, ("Red Rising 6",))
