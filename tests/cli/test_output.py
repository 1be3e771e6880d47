"""Errors are sentences with an exit status, never tracebacks, and never secrets."""

import pytest
import sqlalchemy as sa

from tests.support.command_line import run


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
