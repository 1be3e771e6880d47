"""`mam-assets check`; what it says of the tracker account is in test_account."""

import json

import sqlalchemy as sa

from tests.support.command_line import run


def test_check_names_what_is_missing_and_fails(engine: sa.Engine) -> None:
    status, text = run("check", "--json")
    assert status == 1
    findings = {(finding["subject"], finding["state"]) for finding in json.loads(text)}
    assert ("settings", "wrong") in findings
    assert ("database", "ok") in findings


def test_people_get_a_table(engine: sa.Engine) -> None:
    status, text = run("check")
    assert status == 1
    assert "what to do" in text
    assert "ABS_URL" in text
